"""Postings of stock: what goods that leave cost, and what goods that come in are worth."""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.ledger.entry import Posting
from closebook.core.ledger.inventory import Stock, issue, receive


@dataclass(frozen=True, slots=True)
class Movement:
    """Goods of one line: item, how many, and the item's ledger accounts for stock and for cost of goods sold.

    ``quantity_micro`` is positive; the rule tells the direction.
    """

    item: int
    quantity_micro: int
    inventory: int
    cost_of_goods: int
    counterparty: int | None = None
    klass: int | None = None
    location: int | None = None
    line: str = ""


def issue_postings(movement: Movement, stock: Stock) -> tuple[Stock, list[Posting]]:
    """Return (stock afterwards, debit cost of goods sold and credit inventory) of goods that were sold."""
    after, cost = issue(stock, movement.quantity_micro)
    return after, [*_cost_side(movement, cost), _stock_side(movement, -cost, -movement.quantity_micro)]


def return_postings(movement: Movement, stock: Stock, fallback_minor: int) -> tuple[Stock, list[Posting]]:
    """Return (stock afterwards, debit inventory and credit cost of goods sold) of goods that came back.

    They come back at the average cost, or for ``fallback_minor`` where no average is known.
    """
    value = stock.worth(movement.quantity_micro) if stock.has_average else fallback_minor
    after, variance = receive(stock, movement.quantity_micro, value)
    cost = value - variance
    return after, [_stock_side(movement, cost, movement.quantity_micro), *_cost_side(movement, -cost)]


def repeat_postings(movement: Movement, stock: Stock, moved: Stock) -> tuple[Stock, list[Posting]]:
    """Return (stock afterwards, postings) of goods that move as they did before: a changed document keeps
    its cost.
    """
    quantity, value = moved.quantity_micro, moved.value_minor
    postings = [_stock_side(movement, value, quantity), *_cost_side(movement, -value)]
    return stock.moved(quantity, value), postings if quantity > 0 else postings[::-1]


def receipt_postings(movement: Movement, stock: Stock, value_minor: int) -> tuple[Stock, list[Posting]]:
    """Return (stock afterwards, postings besides the receipt's own) of goods that were bought for so much in
    home currency.

    There are some only where goods had been sold before they came in: the difference in cost moves from
    inventory to cost of goods sold.
    """
    after, variance = receive(stock, movement.quantity_micro, value_minor)
    if not variance:
        return after, []
    return after, [*_cost_side(movement, variance), _stock_side(movement, -variance, 0)]


def give_back_postings(movement: Movement, stock: Stock, value_minor: int) -> tuple[Stock, list[Posting]]:
    """Return (stock afterwards, postings besides the credit's own) of goods returned to their vendor for so
    much.

    Stock leaves at the average cost; what the vendor's credit differs from it moves to cost of goods sold.
    """
    after, cost = issue(stock, movement.quantity_micro)
    difference = value_minor - cost
    if not difference:
        return after, []
    return after, [_stock_side(movement, difference, 0), *_cost_side(movement, -difference)]


def _cost_side(movement: Movement, amount_minor: int) -> list[Posting]:
    if not amount_minor:
        return []
    posting = Posting(
        movement.cost_of_goods, amount_minor, movement.counterparty, movement.item, movement.klass,
        movement.location, line=movement.line,
    )  # fmt: skip
    return [posting]


def _stock_side(movement: Movement, amount_minor: int, quantity_micro: int) -> Posting:
    return Posting(
        movement.inventory, amount_minor, movement.counterparty, movement.item, movement.klass,
        movement.location, quantity_micro=quantity_micro, line=movement.line,
    )  # fmt: skip
