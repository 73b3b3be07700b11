"""Rows of the tables ``journal_entry`` and ``posting``: their ids, the order of columns, and how batches go
in.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from closebook.apps.books.database import books_connection
from closebook.core.ledger.entry import Posting

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

Row: TypeAlias = tuple[Any, ...]

ENTRY_COLUMNS = ("id", "company_id", "record_id", "sync_token", "day")
REVERSAL_COLUMNS = (*ENTRY_COLUMNS, "reverses_id")
POSTING_COLUMNS = (
    "entry_id",
    "line_no",
    "company_id",
    "ledger_account",
    "day",
    "amount_minor",
    "foreign_minor",
    "currency",
    "counterparty",
    "item",
    "klass",
    "location",
    "quantity_micro",
    "memo",
    "line",
)
_COPY_FROM = 100  # rows from which PostgreSQL's COPY is worth its start
_ROWS_AT_ONCE = 50  # of one statement on SQLite


def entry_ids(number: int) -> Sequence[int]:
    """Return so many ids of new entries, ascending.

    On SQLite the ids follow the highest one: the caller holds the write lock, so nobody else takes them.
    """
    connection = books_connection()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT nextval('journal_entry_number') FROM generate_series(1, %s)", [number])
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT coalesce(max(id), 0) FROM journal_entry")
        last: int = cursor.fetchone()[0]
        return range(last + 1, last + 1 + number)


def posting_rows(entry_id: int, company_id: int, day: str, postings: Sequence[Posting]) -> list[Row]:
    """Return the row of each posting, numbered from 1; what is not given is 0, and without a foreign amount
    no currency.
    """
    return [
        (
            entry_id,
            line_no,
            company_id,
            posting.ledger_account,
            day,
            posting.amount_minor,
            posting.foreign_minor or 0,
            "" if posting.foreign_minor is None else posting.currency,
            posting.counterparty or 0,
            posting.item or 0,
            posting.klass or 0,
            posting.location or 0,
            posting.quantity_micro or 0,
            posting.memo,
            posting.line,
        )
        for line_no, posting in enumerate(postings, 1)
    ]


def opposite_row(row: Row, entry_id: int) -> Row:
    """Return a stored posting's row for the entry that reverses it."""
    (
        _,
        line_no,
        company_id,
        ledger_account,
        day,
        amount_minor,
        foreign_minor,
        *words,
        quantity_micro,
        memo,
        line,
    ) = row
    ours = (entry_id, line_no, company_id, ledger_account, str(day), -amount_minor, -foreign_minor)
    return (*ours, *words, -quantity_micro, memo, line)


def insert_rows(table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str = "") -> None:
    """Add rows to one of the journal's tables; ``conflict`` is the clause for rows that are there already."""
    connection = books_connection()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _insert_many_at_once(cursor, table, columns, rows, conflict)
            return
        names = ", ".join(columns)
        if len(rows) >= _COPY_FROM and not conflict:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}", rows)


def _insert_many_at_once(
    cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Sequence[Row], conflict: str
) -> None:
    """Add rows to SQLite, many in one statement: starting a statement costs as much as storing two rows."""
    rest = len(rows) % _ROWS_AT_ONCE
    whole = len(rows) - rest
    if whole:
        starts = range(0, whole, _ROWS_AT_ONCE)
        many = [tuple(chain.from_iterable(rows[start : start + _ROWS_AT_ONCE])) for start in starts]
        cursor.executemany(_insert(table, tuple(columns), _ROWS_AT_ONCE, conflict), many)
    if rest:
        values = tuple(chain.from_iterable(rows[whole:]))
        cursor.execute(_insert(table, tuple(columns), rest, conflict), values)


@lru_cache(maxsize=512)
def _insert(table: str, columns: tuple[str, ...], rows: int, conflict: str) -> str:
    """Return SQLite's statement for so many rows; for FAIL see sql/journal_sqlite.sql."""
    row = f"({', '.join(['%s'] * len(columns))})"
    names = ", ".join(columns)
    verb = "INSERT" if conflict else "INSERT OR FAIL"
    return f"{verb} INTO {table} ({names}) VALUES {', '.join([row] * rows)} {conflict}"
