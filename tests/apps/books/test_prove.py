"""The proof finds what was tampered with, names it, and is silent otherwise."""

from __future__ import annotations

import pytest

from closebook.apps.books.database import books_connection
from closebook.apps.books.selectors.prove import Difference, prove
from tests.apps.books.worlds import World, day


@pytest.fixture
def sold(world: World) -> World:
    """Two sales, one of them changed."""
    record = world.sale("2026-03-04", 1850)
    world.sale("2026-03-09", 1900, record, token=1)
    world.sale("2026-04-01", 400, klass=world.spring)
    return world


def unlock(world: World) -> None:
    """Take away what protects postings, as a disk fault would."""
    if books_connection().vendor == "postgresql":
        world.rows("SET session_replication_role = replica")
    else:
        world.rows("DROP TRIGGER posting_kept")
        world.rows("DROP TRIGGER posting_fixed")


@pytest.mark.parametrize("thorough", [False, True])
def test_untouched_books_are_proved(sold: World, thorough: bool) -> None:
    report = prove(sold.company.pk, thorough=thorough)
    assert report.ok
    assert report.differences == ()
    assert report.postings == 8


def test_an_empty_company_is_proved(world: World) -> None:
    assert prove(world.company.pk).ok


def test_a_changed_day_balance(sold: World) -> None:
    sold.rows(
        "UPDATE day_balance SET debit_minor = 1901 WHERE day = '2026-03-09' AND ledger_account = %s",
        sold.bank,
    )
    assert prove(sold.company.pk).differences == (
        Difference("day-balance", sold.bank, day("2026-03-09"), (1901, 0), (1900, 0)),
    )


def test_a_changed_month_balance(sold: World) -> None:
    sold.rows("UPDATE month_balance SET credit_minor = 7 WHERE month_first_day = '2026-04-01'")
    assert {
        (found.kind, found.ledger_account, found.stored) for found in prove(sold.company.pk).differences
    } == {
        ("month-balance", sold.bank, (400, 7)),
        ("month-balance", sold.sales, (0, 7)),
    }


def test_a_missing_balance(sold: World) -> None:
    sold.rows("DELETE FROM month_balance")
    report = prove(sold.company.pk)
    assert report.number == 4
    assert report.postings_hold
    assert {found.stored for found in report.differences} == {(0, 0)}


def test_a_changed_posting(sold: World) -> None:
    unlock(sold)
    sold.rows("UPDATE posting SET amount_minor = 500 WHERE amount_minor = 400")
    report = prove(sold.company.pk)
    first = day("2026-04-01")
    assert set(report.differences) == {
        Difference("day-balance", sold.bank, first, (400, 0), (500, 0)),
        Difference("month-balance", sold.bank, first, (400, 0), (500, 0)),
        Difference("year-balance", sold.bank, day("2026-01-01"), (4150, 1850), (4250, 1850)),
        Difference("day-not-zero", None, first, (0, 0), (100, 0)),
    }
    assert "stored (400, 0), added up (500, 0)" in str(report.differences[0])


def test_a_posting_that_is_gone(sold: World) -> None:
    unlock(sold)
    sold.rows("DELETE FROM posting WHERE amount_minor = -400")
    report = prove(sold.company.pk, thorough=True)
    kinds = {found.kind for found in report.differences}
    assert not report.postings_hold
    assert kinds == {"day-balance", "month-balance", "year-balance", "day-not-zero", "entry-not-zero"}


def test_a_posting_that_changed_its_class_shows_in_the_thorough_proof(sold: World) -> None:
    unlock(sold)
    sold.rows("UPDATE posting SET klass = 0 WHERE amount_minor = 400")
    assert prove(sold.company.pk).ok
    found = prove(sold.company.pk, thorough=True)
    assert {(each.kind, each.klass, each.added_up) for each in found.differences} > {
        ("day-balance", 0, (400, 0)),
        ("day-balance", sold.spring, (0, 0)),
        ("month-balance", 0, (400, 0)),
        ("month-balance", sold.spring, (0, 0)),
    }


def test_amounts_swapped_between_two_entries_of_a_day_show_in_the_thorough_proof(world: World) -> None:
    world.sale("2026-03-04", 100)
    world.sale("2026-03-04", 40)
    unlock(world)
    world.rows("UPDATE posting SET amount_minor = 140 - amount_minor WHERE amount_minor > 0")
    assert prove(world.company.pk).ok
    assert [found.kind for found in prove(world.company.pk, thorough=True).differences] == [
        "entry-not-zero"
    ] * 2


def test_another_company_is_not_looked_at(sold: World) -> None:
    sold.rows("UPDATE day_balance SET debit_minor = 1")
    assert prove(sold.company.pk + 1).ok
