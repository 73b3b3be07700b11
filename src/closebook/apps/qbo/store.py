"""Reads and writes rows of records without the cost of the model layer's queries.

The columns stand in one order everywhere. Times are kept to the second, as the protocol shows them.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.backends.utils import CursorWrapper

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import Record
from closebook.apps.qbo.wire import Body, decode

FIELDS = tuple(field.attname for field in Record._meta.concrete_fields)
COLUMNS = ", ".join(str(field.column) for field in Record._meta.concrete_fields)
_CHANGED = (
    "sync_token", "name_key", "doc_number", "txn_date", "due_date", "party", "active", "total_minor",
    "balance_minor",
    "updated_at", "deleted_at", "body",
)  # fmt: skip
_WRITTEN = ("company_id", "entity", "wire_id", "created_at", *_CHANGED)
_MARKS = ", ".join(["%s"] * len(_WRITTEN))
_INSERT = f"INSERT INTO books_record ({', '.join(_WRITTEN)}) VALUES ({_MARKS}) RETURNING id"
_INSERT_SQLITE = _INSERT.replace("%s", "?").removesuffix(" RETURNING id")
_UPDATE = f"UPDATE books_record SET {', '.join(f'{name} = %s' for name in _CHANGED)} WHERE id = %s"
_BY_PK = f"SELECT {COLUMNS} FROM books_record WHERE company_id = %s AND id = %s AND deleted_at IS NULL"
_BY_WIRE_ID = f"SELECT {COLUMNS} FROM books_record WHERE company_id = %s AND entity = %s AND wire_id = %s"
_VERSION = (
    "INSERT INTO books_recordversion (record_id, sync_token, body, until, changed_by, request_id)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)
_TIMES = frozenset({"created_at", "updated_at", "deleted_at"})
_DAYS = frozenset({"txn_date", "due_date"})


@lru_cache(maxsize=64)
def database_time(moment: dt.datetime | None) -> str | None:
    """Return what both databases take for a moment: its text in UTC, which is the zone of the session."""
    return None if moment is None else str(moment.astimezone(dt.UTC).replace(tzinfo=None))


def database_day(day: dt.date | None) -> str | None:
    """Return what both databases take for a day."""
    return None if day is None else day.isoformat()


def moment_of(value: Any) -> Any:
    """Return the moment (UTC) of a column's value as the driver gives it; None stays None."""
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=dt.UTC)
    return value


def _day(value: Any) -> Any:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


_READERS = tuple(moment_of if name in _TIMES else _day if name in _DAYS else None for name in FIELDS)


def record_of(row: Sequence[Any]) -> Record:
    """Return the record of a row that holds COLUMNS."""
    values = [
        reader(value) if reader and value is not None else value
        for reader, value in zip(_READERS, row, strict=True)
    ]
    return Record.from_db(BOOKS, FIELDS, values)


def new_record(company_id: int, entity: str, wire_id: str, created_at: dt.datetime) -> Record:
    """Return a record that is not stored yet, with every column at its default."""
    return Record.from_db(
        BOOKS,
        FIELDS,
        [
            None, company_id, entity, wire_id, 0, "", "", None, None, None, True, None, None, created_at,
            created_at, None, "",
        ],
    )  # fmt: skip


def by_pk(cursor: CursorWrapper, company_id: int, pk: int) -> Record | None:
    """Return a record by its primary key, None when it is another company's or deleted."""
    cursor.execute(_BY_PK, [company_id, pk])
    row = cursor.fetchone()
    return record_of(row) if row else None


def by_wire_id(
    cursor: CursorWrapper, company_id: int, entity: str, wire_id: str, *, deleted: bool = False
) -> Record | None:
    """Return a record by entity and id, None when there is none; a deleted one only when asked for."""
    cursor.execute(_BY_WIRE_ID, [company_id, entity, wire_id])
    row = cursor.fetchone()
    if row is None:
        return None
    found = record_of(row)
    return found if deleted or found.deleted_at is None else None


def _changed_values(record: Record) -> list[Any]:
    return [
        record.sync_token,
        record.name_key,
        record.doc_number,
        database_day(record.txn_date),
        database_day(record.due_date),
        record.party,
        record.active,
        record.total_minor,
        record.balance_minor,
        database_time(record.updated_at),
        database_time(record.deleted_at),
        record.body,
    ]


def insert(cursor: CursorWrapper, record: Record) -> None:
    """Store a new record and give it its primary key."""
    values: list[Any] = [record.company_id, record.entity, record.wire_id, database_time(record.created_at)]
    if cursor.db.vendor == "sqlite":
        inner = cursor.cursor
        sqlite3.Cursor.execute(inner, _INSERT_SQLITE, [*values, *_changed_values(record)])
        record.pk = inner.lastrowid
        return
    cursor.execute(_INSERT, [*values, *_changed_values(record)])
    record.pk = cursor.fetchone()[0]


def update(cursor: CursorWrapper, record: Record) -> None:
    """Store a record's changed columns."""
    cursor.execute(_UPDATE, [*_changed_values(record), record.pk])


def keep_version(
    cursor: CursorWrapper, record: Record, *, until: dt.datetime, by: str, request_id: str
) -> None:
    """Store a record's present state as its former version."""
    cursor.execute(
        _VERSION, [record.pk, record.sync_token, record.body, database_time(until), by[:200], request_id[:60]]
    )


def body_of(record: Record) -> Body:
    """Return a record's wire object."""
    body: Body = decode(record.body)
    return body
