"""What the database itself refuses: each case is raw SQL, as somebody with a shell could type it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import DatabaseError, transaction

from closebook.apps.books.database import BOOKS, books_connection
from tests.apps.books.worlds import World

POSTING = (
    "INSERT INTO posting"
    " (entry_id, line_no, company_id, ledger_account, day, amount_minor, foreign_minor, currency,"
    " counterparty, item, klass, location, quantity_micro, memo, line)"
    " VALUES (%s, %s, %s, %s, %s, %s, 0, '', 0, 0, 0, 0, 0, '', '')"
)
ENTRY = "INSERT INTO journal_entry (id, company_id, record_id, sync_token, day) VALUES (%s, %s, %s, 0, %s)"
REVERSAL = (
    "INSERT INTO journal_entry (id, company_id, record_id, sync_token, day, reverses_id)"
    " VALUES (%s, %s, %s, 0, %s, %s)"
)
DAY = "2026-03-04"


def add(world: World, entry_id: int, *amounts: int, start: int = 1) -> None:
    """Insert postings by hand, of bank, sales and fees in turn."""
    sides = (world.bank, world.sales, world.fees)
    for line_no, amount in enumerate(amounts, start):
        world.rows(POSTING, entry_id, line_no, world.company.pk, sides[(line_no - start) % 3], DAY, amount)


def store(world: World, *amounts: int, entry_id: int = 900, day: str = DAY, company: int = 0) -> None:
    """Insert postings and then their entry by hand."""
    sides = (world.bank, world.sales, world.fees)
    with transaction.atomic(using=BOOKS):
        for line_no, amount in enumerate(amounts, 1):
            world.rows(
                POSTING, entry_id, line_no, company or world.company.pk, sides[line_no - 1], DAY, amount
            )
        world.rows(ENTRY, entry_id, world.company.pk, world.record(), day)


def unchanged(world: World) -> bool:
    """Tell that exactly the entry 1 of 1850 is there, live."""
    return world.rows("SELECT amount_minor FROM posting ORDER BY line_no") == [
        (1850,),
        (-1850,),
    ] and world.rows("SELECT count(*) FROM journal_entry WHERE NOT superseded") == [(1,)]


@pytest.fixture
def sold(world: World) -> World:
    """A world with one entry."""
    world.sale(DAY, 1850)
    return world


def test_hand_made_entries_that_balance_are_taken(sold: World) -> None:
    store(sold, 700, -400, -300)
    assert sold.rows("SELECT count(*) FROM posting") == [(5,)]


@pytest.mark.parametrize("amounts", [(1,), (5, -4), (5, -6, 2), (-1, -1)])
def test_an_imbalance(sold: World, amounts: tuple[int, ...]) -> None:
    with pytest.raises(DatabaseError, match="entry-not-balanced"):
        store(sold, *amounts)
    assert unchanged(sold)


def test_an_imbalance_whose_refusal_was_caught(sold: World) -> None:
    record = sold.record()
    with transaction.atomic(using=BOOKS):
        with pytest.raises(DatabaseError, match="entry-not-balanced"), transaction.atomic(using=BOOKS):
            store(sold, 5)
        assert unchanged(sold)
        sold.rows(ENTRY, 900, sold.company.pk, record, DAY)
    assert sold.rows("SELECT count(*) FROM posting") == [(2,)]


def test_postings_without_an_entry(sold: World) -> None:
    with pytest.raises(DatabaseError, match=r"FOREIGN KEY|posting-alone"), transaction.atomic(using=BOOKS):
        add(sold, 900, 5, -5)
    assert unchanged(sold)


def test_an_entry_on_another_day_than_its_postings(sold: World) -> None:
    with pytest.raises(DatabaseError, match="another day"):
        store(sold, 5, -5, day="2026-03-05")


def test_postings_of_another_company_than_their_entry(sold: World) -> None:
    sold.rows(
        "INSERT INTO books_bookscompany"
        " (id, realm_id, name, home_currency, country, fiscal_year_start_month, created_at)"
        " VALUES (77, '77', 'Other', 'USD', 'US', 1, '2026-01-01')"
    )
    with pytest.raises(DatabaseError, match="another day or company"):
        store(sold, 5, -5, company=77)


@pytest.mark.parametrize("amounts", [(5,), (0,), (5, -5)])
def test_a_posting_added_to_an_entry_that_exists(sold: World, amounts: tuple[int, ...]) -> None:
    entry_id = sold.rows("SELECT id FROM journal_entry")[0][0]
    with pytest.raises(DatabaseError, match="entry-complete"), transaction.atomic(using=BOOKS):
        add(sold, entry_id, *amounts, start=3)
    assert unchanged(sold)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE posting SET amount_minor = 1", "posting-fixed"),
        ("UPDATE posting SET amount_minor = 0", "posting-fixed"),
        ("UPDATE posting SET memo = 'other'", "posting-fixed"),
        ("UPDATE posting SET ledger_account = 1", "posting-fixed"),
        ("DELETE FROM posting", "kept"),
        ("DELETE FROM posting WHERE line_no = 1", "kept"),
        ("DELETE FROM journal_entry", "kept"),
        ("UPDATE journal_entry SET day = '2026-03-05'", "entry-fixed"),
        ("UPDATE journal_entry SET record_id = record_id + 1", "entry-fixed"),
        ("UPDATE journal_entry SET sync_token = 5", "entry-fixed"),
        ("UPDATE journal_entry SET superseded = TRUE", "entry-fixed"),
        ("UPDATE journal_entry SET superseded = FALSE", "entry-fixed"),
    ],
)
def test_a_change_of_history(sold: World, statement: str, code: str) -> None:
    with pytest.raises(DatabaseError, match=code), transaction.atomic(using=BOOKS):
        sold.rows(statement)
    assert unchanged(sold)


def reverse(world: World, entry_id: int, *amounts: int) -> None:
    """Insert a reversal of the first entry by hand."""
    old, record = world.rows("SELECT id, record_id FROM journal_entry ORDER BY id")[0]
    with transaction.atomic(using=BOOKS):
        add(world, entry_id, *amounts)
        world.rows(REVERSAL, entry_id, world.company.pk, record, DAY, old)


@pytest.mark.parametrize("amounts", [(), (-1849, 1849), (-1850, 1849, 1)])
def test_a_reversal_that_is_not_the_opposite(sold: World, amounts: tuple[int, ...]) -> None:
    with pytest.raises(DatabaseError, match="reversal-differs"):
        reverse(sold, 900, *amounts)
    assert unchanged(sold)


def test_a_reversal_supersedes_by_itself_and_once_only(sold: World) -> None:
    reverse(sold, 900, -1850, 1850)
    assert sold.rows("SELECT superseded FROM journal_entry ORDER BY id") == [(True,), (False,)]
    with pytest.raises(DatabaseError):
        reverse(sold, 901, -1850, 1850)
    for statement in (
        "UPDATE journal_entry SET superseded = FALSE",
        "UPDATE journal_entry SET superseded = TRUE",
    ):
        with pytest.raises(DatabaseError, match="entry-fixed"), transaction.atomic(using=BOOKS):
            sold.rows(statement)


def test_an_entry_that_starts_superseded(sold: World) -> None:
    with pytest.raises(DatabaseError, match="entry-superseded"):
        sold.rows(
            "INSERT INTO journal_entry (id, company_id, record_id, sync_token, day, superseded)"
            " VALUES (900, %s, %s, 0, '2026-03-04', TRUE)",
            sold.company.pk,
            sold.record(),
        )


def test_an_entry_of_a_record_that_is_not_there(sold: World) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(using=BOOKS):
        sold.rows(ENTRY, 900, sold.company.pk, 999_999, DAY)
    assert unchanged(sold)


@pytest.mark.parametrize("books_vendor", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["posting", "journal_entry, posting"])
def test_emptying_the_journal(sold: World, table: str) -> None:
    with pytest.raises(DatabaseError, match="journal-kept"), transaction.atomic(using=BOOKS):
        sold.rows(f"TRUNCATE {table}")
    assert unchanged(sold)


@pytest.mark.parametrize("books_vendor", ["postgresql"], indirect=True)
def test_a_posting_slipped_into_an_entry_that_another_transaction_is_writing(sold: World) -> None:
    record = sold.record()
    facts = books_connection().get_connection_params()
    facts = {key: facts[key] for key in ("dbname", "user", "host", "port") if facts.get(key)}
    with psycopg.connect(**facts) as other:
        with transaction.atomic(using=BOOKS):
            sold.rows(POSTING, 900, 1, sold.company.pk, sold.bank, DAY, 5)
            sold.rows(POSTING, 900, 2, sold.company.pk, sold.sales, DAY, -5)
            sold.rows(ENTRY, 900, sold.company.pk, record, DAY)
            other.execute(POSTING, (900, 3, sold.company.pk, sold.bank, DAY, 1))
        with pytest.raises(psycopg.errors.IntegrityError, match="posting-alone"):
            other.commit()
    assert sold.rows("SELECT sum(amount_minor) FROM posting") == [(0,)]


@pytest.mark.parametrize("books_vendor", ["sqlite"], indirect=True)
class TestSqliteOnly:
    """Manners of SQLite that could open a side door."""

    def test_an_amount_with_a_fraction(self, sold: World) -> None:
        with pytest.raises(DatabaseError, match="cannot store REAL"), transaction.atomic(using=BOOKS):
            sold.rows(POSTING, 900, 1, sold.company.pk, sold.bank, DAY, 0.5)

    def test_replacing_a_posting(self, sold: World) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(using=BOOKS):
            sold.rows("INSERT OR REPLACE INTO posting SELECT * FROM posting")
        assert unchanged(sold)

    def test_replacing_an_entry(self, sold: World) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(using=BOOKS):
            sold.rows("INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry")
        assert unchanged(sold)

    def test_an_entry_without_an_id(self, sold: World) -> None:
        with pytest.raises(DatabaseError, match="entry-without-id"):
            sold.rows(ENTRY, None, sold.company.pk, sold.record(), DAY)

    def test_a_day_that_is_none(self, sold: World) -> None:
        with pytest.raises(DatabaseError, match="CHECK"):
            sold.rows(ENTRY, 900, sold.company.pk, sold.record(), "2026-02-30")
