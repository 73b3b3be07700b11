"""Rows of the tables ``journal_entry`` and ``posting``: their ids, the order of columns, and how batches go
in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from closebook.apps.books.database import books_connection
from closebook.core.ledger.entry import Posting

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


def insert_rows(table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Add rows to one of the journal's tables."""
    connection = books_connection()
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= _COPY_FROM:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        insert = (
            "INSERT" if connection.vendor == "postgresql" else "INSERT OR FAIL"
        )  # see sql/journal_sqlite.sql
        cursor.executemany(f"{insert} INTO {table} ({names}) VALUES ({marks})", rows)
