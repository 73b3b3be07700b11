"""Entries of payments balance, whatever the rates at which documents were saved."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.core.errors import InvariantError
from closebook.core.ledger.currency import PICO, Exchange
from closebook.core.ledger.entry import Posting
from closebook.core.ledger.rules import Application, Settlement, charge_entry, settlement_entry, spend_entry

DAY = dt.date(2026, 3, 4)
BANK, OPEN, GAIN = 1, 2, 3
PARTS = st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), max_size=5)
HOME = Exchange("USD", "USD")


def sides(entry) -> list[tuple[int, int]]:
    return [(posting.ledger_account, posting.amount_minor) for posting in entry.postings]


def test_charge_debits_the_money_side() -> None:
    assert sides(charge_entry(DAY, [Posting(1, 191)], [Posting(2, 200), Posting(3, -9)])) == [
        (1, 191),
        (2, -200),
        (3, 9),
    ]


def test_spend_credits_the_money_side() -> None:
    assert sides(spend_entry(DAY, [Posting(1, 50)], [Posting(2, 50)])) == [(1, -50), (2, 50)]


def test_nothing_is_posted_for_lines_of_zero() -> None:
    assert sides(charge_entry(DAY, [Posting(1, 5)], [Posting(2, 0), Posting(3, 5)])) == [(1, 5), (3, -5)]


def test_payment_at_another_rate_realises_a_loss() -> None:
    settlement = Settlement(
        money=Posting(BANK, 10000), unapplied=Posting(OPEN, 0), charges=(Application(OPEN, 7, 10000, 11000),)
    )
    entry = settlement_entry(DAY, settlement, 1, Exchange("EUR", "USD", 1_080_000_000_000), GAIN)
    assert sides(entry) == [(BANK, 10800), (OPEN, -11000), (GAIN, 200)]


def test_a_settlement_that_gives_too_little_is_refused() -> None:
    settlement = Settlement(Posting(BANK, 99), Posting(OPEN, 0), (Application(OPEN, 7, 100, 100),))
    with pytest.raises(InvariantError):
        settlement_entry(DAY, settlement, 1, HOME, None)


@given(PARTS, PARTS, st.integers(0, 10**6), st.integers(1, 10 * PICO), st.sampled_from([1, -1]))
def test_settlements_balance(charges, credits_, spare, rate, sign) -> None:  # type: ignore[no-untyped-def]
    owed = sum(amount for amount, _ in charges)
    given_ = sum(amount for amount, _ in credits_)
    money = max(0, owed - given_) + spare
    settlement = Settlement(
        money=Posting(BANK, money),
        unapplied=Posting(OPEN, money + given_ - owed),
        charges=tuple(Application(OPEN, 7, amount, home) for amount, home in charges),
        credits=tuple(Application(OPEN, 7, amount, home) for amount, home in credits_),
    )
    settlement_entry(DAY, settlement, sign, Exchange("EUR", "USD", rate), GAIN).check()
    assert settlement.money.foreign_minor == sign * money
