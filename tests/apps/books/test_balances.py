"""Balances over ranges of days, by month, class and location, on both databases."""

from __future__ import annotations

import datetime as dt
import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.apps.books.selectors.balances import (
    Balance,
    balances,
    balances_by_month,
    balances_of_year,
    opening,
)
from closebook.apps.books.selectors.prove import prove
from closebook.apps.books.services.journal import journal_open
from closebook.core.ledger.entry import JournalEntry, Posting
from closebook.core.periods import Month
from tests.apps.books.worlds import World, day, live_sums

FIRST = day("2026-01-01")
DAYS = 120


@pytest.fixture
def filled(world: World) -> World:
    """A world with a sale on each second day of four months, some with class and location, some changed."""
    source = random.Random(5)
    records = []
    for offset in range(0, DAYS, 2):
        facts = {"klass": source.choice([None, world.spring]), "location": source.choice([None, world.store])}
        on = (FIRST + dt.timedelta(days=offset)).isoformat()
        records.append(world.sale(on, source.randint(1, 9_999), **facts))
    for record in source.sample(records, 20):
        on = (FIRST + dt.timedelta(days=source.randrange(DAYS))).isoformat()
        world.sale(on, source.randint(1, 9_999), record, token=1)
    return world


def nets(found: dict[int, Balance]) -> dict[int, int]:
    """Return debits less credits, without zeros."""
    return {key: balance.net_minor for key, balance in found.items() if balance.net_minor}


@pytest.mark.parametrize(
    ("day_from", "day_to"),
    [
        (None, "2026-03-31"),
        (None, "2026-04-12"),
        (None, "2025-12-31"),
        ("2026-01-01", "2026-01-31"),
        ("2026-01-01", "2026-01-30"),
        ("2026-01-02", "2026-01-31"),
        ("2026-02-10", "2026-02-11"),
        ("2026-01-15", "2026-04-15"),
        ("2026-01-31", "2026-02-01"),
        ("2026-02-10", "2026-02-09"),
    ],
)
def test_balances_are_the_live_postings_of_the_range(
    filled: World, day_from: str | None, day_to: str
) -> None:
    start, end = day_from and day(day_from), day(day_to)
    expected = {key: amount for key, amount in live_sums(filled, start or None, end).items() if amount}
    assert nets(balances(filled.company.pk, start or None, end)) == expected


def test_any_range_at_random(filled: World) -> None:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**9))
    print(f"SEED={seed}")
    source = random.Random(seed)
    for _ in range(40):
        start, end = sorted(FIRST + dt.timedelta(days=source.randrange(DAYS)) for _ in range(2))
        expected = {key: amount for key, amount in live_sums(filled, start, end).items() if amount}
        assert nets(balances(filled.company.pk, start, end)) == expected


def test_opening_stops_on_the_day_before(world: World) -> None:
    world.sale("2026-03-04", 100)
    world.sale("2026-03-05", 10)
    assert nets(opening(world.company.pk, day("2026-03-05"))) == {world.bank: 100, world.sales: -100}


def test_by_month_leaves_out_the_days_outside(world: World) -> None:
    for on, amount in (
        ("2026-01-04", 1),
        ("2026-01-05", 2),
        ("2026-02-28", 4),
        ("2026-03-01", 8),
        ("2026-03-02", 16),
    ):
        world.sale(on, amount)
    found = balances_by_month(world.company.pk, day("2026-01-05"), day("2026-03-01"))
    months = {month: balance.net_minor for month, balance in found[world.bank].items()}
    assert months == {Month(2026, 1): 2, Month(2026, 2): 4, Month(2026, 3): 8}


def test_by_class_and_location(world: World) -> None:
    world.sale("2026-03-04", 1)
    world.sale("2026-03-04", 2, klass=world.spring)
    world.sale("2026-03-04", 4, klass=world.spring, location=world.store)
    until, company = day("2026-03-04"), world.company.pk
    assert nets(balances(company, None, until, by_class=True)) == {
        (world.bank, 0): 1,
        (world.bank, world.spring): 6,
        (world.sales, 0): -1,
        (world.sales, world.spring): -6,
    }
    by_location = balances(company, None, until, by_location=True)
    assert by_location[world.bank, world.store].debit_minor == 4
    both = balances(company, None, until, by_class=True, by_location=True)
    assert both[world.bank, world.spring, 0].debit_minor == 2


def test_filters_by_class_and_location(world: World) -> None:
    world.sale("2026-03-04", 1)
    world.sale("2026-03-04", 2, klass=world.spring)
    world.sale("2026-03-04", 4, location=world.store)
    until, company = day("2026-03-04"), world.company.pk
    assert balances(company, None, until, klass=[world.spring])[world.bank].debit_minor == 2
    assert balances(company, None, until, klass=[0])[world.bank].debit_minor == 5
    assert balances(company, None, until, location=[world.store])[world.bank].debit_minor == 4
    assert balances(company, None, until, location=[]) == {}


def test_balances_read_no_posting(filled: World) -> None:
    filled.rows("ALTER TABLE posting RENAME TO hidden")
    try:
        assert balances(filled.company.pk, None, day("2026-04-12"))
        assert balances_by_month(filled.company.pk, day("2026-01-02"), day("2026-04-12"))
    finally:
        filled.rows("ALTER TABLE hidden RENAME TO posting")


STEPS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["post", "void", "delete"]),
        st.integers(0, 70),
        st.lists(st.tuples(st.integers(0, 2), st.integers(-(10**12), 10**12), st.booleans()), max_size=4),
    ),
    max_size=12,
)


@pytest.mark.parametrize("books_vendor", ["sqlite"], indirect=True)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, until=st.integers(0, 75))
def test_after_any_history_balances_are_the_live_postings(
    world: World, steps: list[tuple[int, str, int, list[tuple[int, int, bool]]]], until: int
) -> None:
    sides = (world.bank, world.sales, world.fees)
    records = world.extra or [world.record() for _ in range(5)]
    world.extra = records
    with journal_open(world.company.pk) as journal:
        for index, verb, offset, amounts in steps:
            journal.supersede(records[index])
            postings = [
                Posting(sides[side], amount, klass=world.spring if classed else None)
                for side, amount, classed in amounts
            ]
            postings.append(Posting(world.sales, -sum(amount for _, amount, _ in amounts)))
            if verb != "delete":
                kept = postings if verb == "post" else []
                journal.post(records[index], 0, JournalEntry(FIRST + dt.timedelta(days=offset), kept))
    end = FIRST + dt.timedelta(days=until)
    expected = {key: amount for key, amount in live_sums(world, None, end).items() if amount}
    assert nets(balances(world.company.pk, None, end)) == expected
    assert prove(world.company.pk, thorough=True).ok


def test_whole_years_between_two_days(world: World) -> None:
    for on, amount in (
        ("2022-12-31", 1),
        ("2023-01-01", 2),
        ("2023-07-15", 4),
        ("2024-12-31", 8),
        ("2025-03-31", 16),
        ("2025-04-02", 32),
    ):
        world.sale(on, amount)

    def net(day_from: str, day_to: str) -> int:
        found = balances(world.company.pk, day(day_from) if day_from else None, day(day_to))
        return found[world.bank].net_minor if found else 0

    assert net("", "2025-04-01") == 31
    assert net("2022-12-31", "2024-12-31") == 15
    assert net("2023-01-01", "2024-12-31") == 14
    assert net("2023-01-02", "2024-12-30") == 4
    assert net("2023-07-16", "2025-03-31") == 24
    assert net("", "9999-12-31") == 63


def test_brought_forward_and_of_the_year_are_all(filled: World) -> None:
    start, until = day("2026-02-01"), day("2026-04-12")
    before, within = balances_of_year(filled.company.pk, start, until)
    whole = balances(filled.company.pk, None, until)
    for ledger_account, balance in whole.items():
        parts = before[ledger_account].net_minor + within[ledger_account].net_minor
        assert parts == balance.net_minor
