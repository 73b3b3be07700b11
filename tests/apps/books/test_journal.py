"""Posting and superseding, on both databases."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.books.selectors.balances import Balance, balances
from closebook.apps.books.selectors.prove import prove
from closebook.apps.books.services.journal import JournalWriter, entries_post, journal_open
from closebook.core.errors import InvariantError
from closebook.core.ledger.entry import JournalEntry, Posting
from tests.apps.books.worlds import World, day, live_sums

MARCH = day("2026-03-31")
APRIL = day("2026-04-30")


def nets(world: World, day_from: str, day_to: str) -> dict[int, int]:
    """Return what balances say, without ledger accounts at zero."""
    found = balances(world.company.pk, day(day_from), day(day_to))
    return {key: balance.net_minor for key, balance in found.items() if balance.net_minor}


def test_post_moves_the_balances(world: World) -> None:
    world.sale("2026-03-04", 1850)
    assert balances(world.company.pk, None, MARCH) == {
        world.bank: Balance(1850, 0),
        world.sales: Balance(0, 1850),
    }


def test_an_entry_that_does_not_balance_is_refused_before_anything_is_written(world: World) -> None:
    record = world.record()
    with pytest.raises(InvariantError, match="differ by 1"), journal_open(world.company.pk) as journal:
        journal.post(record, 0, JournalEntry(MARCH, [Posting(world.bank, 2), Posting(world.sales, -1)]))
    assert world.rows("SELECT count(*) FROM posting") == [(0,)]


def test_a_changed_amount_counts_once(world: World) -> None:
    record = world.sale("2026-03-04", 1850)
    world.sale("2026-03-04", 2000, record, token=1)
    assert nets(world, "2026-03-01", "2026-03-31") == {world.bank: 2000, world.sales: -2000}
    assert live_sums(world, None, MARCH) == {world.bank: 2000, world.sales: -2000}


def test_a_document_moved_over_the_month_end_leaves_the_old_month(world: World) -> None:
    record = world.sale("2026-03-31", 1850)
    world.sale("2026-04-01", 1850, record, token=1)
    assert nets(world, "2026-03-01", "2026-03-31") == {}
    assert nets(world, "2026-04-01", "2026-04-30") == {world.bank: 1850, world.sales: -1850}


def test_a_voided_document_keeps_an_empty_entry(world: World) -> None:
    record = world.sale("2026-03-04", 1850)
    with journal_open(world.company.pk) as journal:
        journal.supersede(record)
        journal.post(record, 1, JournalEntry(day("2026-03-04"), []))
    assert nets(world, "2026-03-01", "2026-03-31") == {}
    live = "SELECT sync_token FROM journal_entry WHERE NOT superseded AND reverses_id IS NULL"
    assert world.rows(live) == [(1,)]


def test_a_deleted_document_leaves_nothing_live_and_its_history_stays(world: World) -> None:
    record = world.sale("2026-03-04", 1850)
    with journal_open(world.company.pk) as journal:
        assert journal.supersede(record) is not None
        assert journal.supersede(record) is None
    assert live_sums(world, None, MARCH) == {}
    assert world.rows("SELECT superseded, reverses_id IS NULL FROM journal_entry ORDER BY id") == [
        (True, True),
        (False, False),
    ]


def test_a_reversal_turns_every_figure_and_keeps_the_rest(world: World) -> None:
    facts = {"counterparty": world.buyer, "klass": world.spring, "memo": "paid in cash", "currency": "EUR"}
    record = world.sale("2026-03-04", 1850, foreign_minor=1700, quantity_micro=2_000_000, **facts)
    with journal_open(world.company.pk) as journal:
        journal.supersede(record)
    rows = world.rows(
        "SELECT amount_minor, foreign_minor, quantity_micro, counterparty, klass, memo, currency FROM posting"
        " WHERE line_no = 1 ORDER BY entry_id"
    )
    kept = (world.buyer, world.spring, "paid in cash", "EUR")
    assert rows == [(1850, 1700, 2_000_000, *kept), (-1850, -1700, -2_000_000, *kept)]


def test_a_record_has_one_live_entry_at_most(world: World) -> None:
    record = world.sale("2026-03-04", 1850)
    entry = JournalEntry(MARCH, [Posting(world.bank, 5), Posting(world.sales, -5)])
    with pytest.raises(IntegrityError), journal_open(world.company.pk) as journal:
        journal.post(record, 1, entry)
    assert nets(world, "2026-03-01", "2026-03-31") == {world.bank: 1850, world.sales: -1850}


def test_a_savepoint_that_fails_is_forgotten_by_the_balances_too(world: World) -> None:
    good, bad = world.record(), world.record()
    entry = JournalEntry(MARCH, [Posting(world.bank, 5), Posting(world.sales, -5)])
    with journal_open(world.company.pk) as journal:
        journal.post(good, 0, entry)
        with pytest.raises(IntegrityError), journal.savepoint():
            journal.post_all([(bad, 0, entry), (good, 0, entry)])
    assert nets(world, "2026-03-01", "2026-03-31") == {world.bank: 5, world.sales: -5}
    assert prove(world.company.pk, thorough=True).ok


def test_the_journal_is_written_inside_a_transaction_only(world: World) -> None:
    journal = JournalWriter(world.company.pk)
    with pytest.raises(InvariantError, match="inside a transaction"):
        journal.post(world.record(), 0, JournalEntry(MARCH, []))


def test_an_open_journal_that_fails_leaves_nothing(world: World) -> None:
    item = (world.record(), 0, JournalEntry(MARCH, [Posting(world.bank, 5), Posting(world.sales, -5)]))
    with pytest.raises(IntegrityError), journal_open(world.company.pk) as journal:
        journal.post_all([item, item])
    assert (
        world.rows("SELECT count(*) FROM posting") == world.rows("SELECT count(*) FROM day_balance") == [(0,)]
    )


def test_many_entries_at_once(world: World) -> None:
    records = [world.record() for _ in range(120)]
    sides = [Posting(world.bank, 7), Posting(world.fees, 3), Posting(world.sales, -10)]
    items = ((record, 0, JournalEntry(MARCH, sides)) for record in records)
    assert entries_post(world.company.pk, items) == 120
    assert nets(world, "2026-03-01", "2026-03-31") == {world.bank: 840, world.fees: 360, world.sales: -1200}
    assert prove(world.company.pk, thorough=True).ok


def test_a_company_that_is_removed_takes_its_journal_along(world: World) -> None:
    record = world.sale("2026-03-04", 1850)
    world.sale("2026-03-05", 1900, record, token=1)
    with transaction.atomic(using=BOOKS):
        world.rows("DELETE FROM books_record")
        world.rows("DELETE FROM books_bookscompany")
    for table in ("posting", "journal_entry", "day_balance", "month_balance"):
        assert world.rows(f"SELECT count(*) FROM {table}") == [(0,)]
