"""The kept sums by customer, vendor and item are what the postings add up to, and statements read them."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.apps.books.database import day_of
from closebook.apps.books.selectors.name_sums import first_names, name_sums
from closebook.apps.books.selectors.prove import prove
from closebook.apps.books.services.journal import journal_open
from closebook.core.ledger.entry import JournalEntry, Posting
from closebook.core.reports.opens import Dimension
from tests.apps.books.worlds import World, day

FIRST = dt.date(2025, 12, 20)
SALES = st.lists(
    st.tuples(
        st.integers(0, 3), st.booleans(), st.integers(0, 100), st.integers(-(10**9), 10**9), st.integers(0, 2)
    ),
    max_size=12,
)


def added_up(world: World, column: str, first: dt.date, last: dt.date) -> dict[tuple[int, int], int]:
    """Return the sums by ledger account and key, from all postings one by one."""
    found: Counter[tuple[int, int]] = Counter()
    for account, key, amount, on in world.rows(
        f"SELECT ledger_account, {column}, amount_minor, day FROM posting WHERE {column} <> 0"
    ):
        if first <= day_of(on) <= last:
            found[account, key] += amount
    return {key: amount for key, amount in found.items() if amount}


@pytest.mark.parametrize("books_vendor", ["sqlite"], indirect=True)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sales=SALES, first=st.integers(0, 100), length=st.integers(0, 100))
def test_after_any_history_the_sums_are_those_of_the_postings(
    world: World, sales: list[tuple[int, bool, int, int, int]], first: int, length: int
) -> None:
    records = world.extra = world.extra or [world.record() for _ in range(4)]
    names = (None, world.buyer, world.store)
    with journal_open(world.company.pk) as journal:
        for index, gone, offset, amount, name in sales:
            journal.supersede(records[index])
            facts = {"counterparty": names[name], "item": names[(name + 1) % 3], "quantity_micro": amount}
            sides = [Posting(world.bank, amount, **facts), Posting(world.sales, -amount)]
            if not gone:
                journal.post(records[index], 0, JournalEntry(FIRST + dt.timedelta(days=offset), sides))
    start = FIRST + dt.timedelta(days=first)
    check(world, start, start + dt.timedelta(days=length))


def check(world: World, start: dt.date, end: dt.date) -> None:
    """Compare the sums of a range of days with its postings."""
    for dimension in (Dimension.COUNTERPARTY, Dimension.ITEM):
        found: Counter[tuple[int, int]] = Counter()
        for account, key, on, amount in name_sums(world.company.pk, dimension, start, end):
            assert start.replace(day=1) <= on <= end
            found[account, key] += amount
        kept = {key: amount for key, amount in found.items() if amount}
        assert kept == added_up(world, dimension.value, start, end)
    assert prove(world.company.pk, thorough=True).ok


def test_sums_of_parts_of_months(world: World) -> None:
    record = world.sale("2026-01-31", 100, counterparty=world.buyer)
    world.sale("2026-02-01", 700, counterparty=world.buyer, item=world.store)
    world.sale("2026-02-03", 200, record, token=1, counterparty=world.store)
    world.sale("2026-03-01", 400, counterparty=world.buyer)
    for first, last in (
        ("2026-01-31", "2026-03-01"),
        ("2026-02-02", "2026-02-27"),
        ("2026-01-01", "2026-03-31"),
    ):
        check(world, day(first), day(last))


def test_a_changed_sum_shows_in_the_thorough_proof(world: World) -> None:
    world.sale("2026-03-04", 1850, counterparty=world.buyer)
    world.rows("UPDATE name_balance SET amount_minor = 7 WHERE ledger_account = %s", world.bank)
    found = prove(world.company.pk, thorough=True).differences
    assert [(each.kind, each.name, each.stored, each.added_up) for each in found] == [
        ("name-balance", world.buyer, (7, 0), (1850, 0))
    ]
    assert "stored (7, 0), added up (1850, 0) (amount, quantity)" in str(found[0])


def test_the_first_names_come_with_all_that_hangs_under_them(world: World) -> None:
    made = {}
    for name in ("zoe", "ann", "ann b", "ann:kid", "bob"):
        made[name] = world.record("Customer", name)
        world.rows("UPDATE books_record SET name_key = %s WHERE id = %s", name, made[name])
        world.sale("2026-03-04", 100, counterparty=made[name])
    days, accounts = (day("2026-01-01"), day("2026-12-31")), [world.sales]

    def first(most: int) -> list[int] | None:
        return first_names(world.company.pk, Dimension.COUNTERPARTY, "Customer", days, accounts, most)

    assert first(1) == [made["ann"], made["ann b"], made["ann:kid"]]
    assert first(3) == [made["ann"], made["ann b"], made["ann:kid"], made["bob"]]
    assert first(5) is None
