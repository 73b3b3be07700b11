"""Conversion into home currency balances to the cent, whatever the amounts and the rate."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closebook.core.errors import InvariantError
from closebook.core.ledger.currency import PICO, Exchange, OpenItem, spread
from closebook.core.ledger.entry import Posting
from closebook.core.ledger.rules import charge_entry, journal_entry, spend_entry

DAY = dt.date(2026, 3, 4)
AMOUNTS = st.lists(st.integers(-10_000_000, 10_000_000), min_size=1, max_size=12)
RATES = st.integers(PICO // 1000, 1000 * PICO)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "GBP"])


def test_rate_between_currencies_of_other_digits() -> None:
    assert Exchange("JPY", "USD", 6_700_000_000).home_minor(1500) == 1005
    assert Exchange("KWD", "USD", 3 * PICO + PICO // 4).home_minor(1000) == 325


def test_home_document_is_not_converted() -> None:
    assert Exchange("USD", "USD").home_minor(77) == 77


def test_rate_of_zero_is_refused() -> None:
    with pytest.raises(InvariantError):
        Exchange("EUR", "USD", 0)


@given(AMOUNTS, st.integers(1, 10**6), st.integers(1, 10**6), st.integers(-10, 10))
def test_spread_adds_up_and_stays_near(
    amounts: list[int], numerator: int, denominator: int, off: int
) -> None:
    total = sum(amounts) * numerator // denominator + off
    shares = spread(amounts, numerator, denominator, total)
    assert sum(shares) == total
    if any(amounts):
        assert all(share == 0 for share, amount in zip(shares, amounts, strict=True) if not amount)


@given(AMOUNTS, RATES, CURRENCIES, st.sampled_from([charge_entry, spend_entry]))
def test_two_sided_entries_balance_in_both_currencies(
    amounts: list[int], rate: int, currency: str, rule
) -> None:
    lines = [Posting(2, amount, line=str(i)) for i, amount in enumerate(amounts)]
    money = [Posting(1, sum(amounts))]
    exchange = Exchange(currency, "USD", rate)
    entry = rule(DAY, money, lines, exchange)
    entry.check()
    assert sum(posting.foreign_minor or 0 for posting in entry.postings) == 0
    for posting in entry.postings:
        assert abs(posting.amount_minor - exchange.home_minor(posting.foreign_minor or 0)) <= 1
    if money[0] in entry.postings:
        assert money[0].amount_minor == exchange.home_minor(money[0].foreign_minor or 0)


@given(AMOUNTS, RATES)
def test_journal_lines_balance_in_home_currency(amounts: list[int], rate: int) -> None:
    lines = [Posting(index, amount) for index, amount in enumerate([*amounts, -sum(amounts)])]
    entry = journal_entry(DAY, lines, Exchange("EUR", "USD", rate))
    assert sum(posting.amount_minor for posting in entry.postings) == 0


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.lists(st.integers(1, 100), max_size=6))
def test_settling_in_parts_takes_the_whole_home_amount(total: int, home: int, weights: list[int]) -> None:
    left, left_home = total, home
    for weight in weights:
        part = left * weight // 101
        if not part:
            continue
        taken = OpenItem(left, left_home).settled_home(part)
        left, left_home = left - part, left_home - taken
    assert OpenItem(left, left_home).settled_home(left) == left_home


def test_unbalanced_document_is_refused() -> None:
    with pytest.raises(InvariantError):
        charge_entry(DAY, [Posting(1, 100)], [Posting(2, 99)])
