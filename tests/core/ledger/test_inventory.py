"""Average cost: what leaves and what stays is always what came in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.core.errors import InvariantError
from closebook.core.ledger.inventory import Stock, issue, receive
from closebook.core.ledger.rules_stock import (
    Movement,
    give_back_postings,
    issue_postings,
    receipt_postings,
    return_postings,
)

UNIT = 10**6
MOVES = st.lists(st.tuples(st.booleans(), st.integers(1, 50 * UNIT), st.integers(0, 10**6)), max_size=30)
MOVE = Movement(item=5, quantity_micro=2 * UNIT, inventory=81, cost_of_goods=80)


def test_average_of_two_receipts() -> None:
    stock, _ = receive(Stock(), 10 * UNIT, 10000)
    stock, _ = receive(stock, 10 * UNIT, 20000)
    stock, cost = issue(stock, 5 * UNIT)
    assert (stock, cost) == (Stock(15 * UNIT, 22500), 7500)


def test_the_last_unit_takes_the_rest() -> None:
    stock, costs = Stock(3 * UNIT, 1000), []
    for _ in range(3):
        stock, cost = issue(stock, UNIT)
        costs.append(cost)
    assert (costs, stock) == ([333, 334, 333], Stock())


def test_sold_before_it_came_in() -> None:
    stock, cost = issue(Stock(), 3 * UNIT)
    assert (stock, cost) == (Stock(-3 * UNIT, 0), 0)
    assert receive(stock, 10 * UNIT, 12000) == (Stock(7 * UNIT, 8400), 3600)


def test_a_value_left_without_quantity_goes_with_the_next_movement() -> None:
    assert issue(Stock(0, 50), UNIT) == (Stock(-UNIT, 0), 50)
    assert receive(Stock(0, 50), UNIT, 100) == (Stock(UNIT, 150), 0)


def test_a_quantity_of_nothing_is_refused() -> None:
    with pytest.raises(InvariantError):
        issue(Stock(), 0)
    with pytest.raises(InvariantError):
        receive(Stock(), 0, 1)


@given(MOVES)
def test_no_cent_is_lost(moves: list[tuple[bool, int, int]]) -> None:
    stock, came, left = Stock(), 0, 0
    for comes, quantity, value in moves:
        if comes:
            stock, variance = receive(stock, quantity, value)
            came, left = came + value, left + variance
        else:
            stock, cost = issue(stock, quantity)
            left += cost
        assert came == left + stock.value_minor
        if not stock.quantity_micro:
            assert stock.value_minor == 0
    stock, cost = issue(stock, stock.quantity_micro) if stock.quantity_micro > 0 else (stock, 0)
    assert stock.quantity_micro < 0 or stock.value_minor == 0


@given(st.integers(-100 * UNIT, 100 * UNIT), st.integers(-(10**6), 10**6), st.integers(0, 10**6))
def test_postings_move_the_ledger_as_the_stock(quantity: int, value: int, price: int) -> None:
    stock = Stock(quantity, value)
    for rule, own in (
        (lambda: issue_postings(MOVE, stock), 0),
        (lambda: return_postings(MOVE, stock, price), 0),
        (lambda: receipt_postings(MOVE, stock, price), price),
        (lambda: give_back_postings(MOVE, stock, price), -price),
    ):
        after, postings = rule()
        assert sum(posting.amount_minor for posting in postings) == 0
        moved = own + sum(p.amount_minor for p in postings if p.ledger_account == MOVE.inventory)
        assert moved == after.value_minor - stock.value_minor
