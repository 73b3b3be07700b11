"""Postings with the document that each belongs to, streamed: for the general ledger, lists and drill-down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from closebook.apps.books.database import books_connection, day_of
from closebook.apps.books.selectors.names import names_of

_CHUNK_ROWS = 2_000
_KEPT_NAMES = 50_000  # names kept at once, so that memory does not grow with the company


@dataclass(slots=True)
class PostingRow:
    """One posting, its document and the names of what it refers to ("" where there is none).

    Ids are those of records; amounts are minor units of the home currency, a debit positive.
    """

    day: dt.date
    entry_id: int
    line_no: int
    record_id: int
    entity: str
    wire_id: str
    doc_number: str
    ledger_account: int
    amount_minor: int
    foreign_minor: int | None
    currency: str
    counterparty: int | None
    item: int | None
    klass: int | None
    location: int | None
    quantity_micro: int | None
    memo: str
    line: str
    superseded: bool
    reverses_id: int | None
    ledger_account_name: str = ""
    counterparty_name: str = ""
    item_name: str = ""
    klass_name: str = ""
    location_name: str = ""


class PostingFilters(TypedDict, total=False):
    """What to keep; a filter that is missing or None keeps everything. Days include both ends."""

    day_from: dt.date | None
    day_to: dt.date | None
    ledger_accounts: Collection[int] | None
    records: Collection[int] | None
    counterparties: Collection[int] | None
    items: Collection[int] | None
    classes: Collection[int] | None
    locations: Collection[int] | None
    live: bool


_COLUMN_OF = {
    "ledger_accounts": "p.ledger_account",
    "records": "e.record_id",
    "counterparties": "p.counterparty",
    "items": "p.item",
    "classes": "p.klass",
    "locations": "p.location",
}
_SELECT = """
    SELECT e.day, e.id, p.line_no, e.record_id, r.entity, r.wire_id, r.doc_number, p.ledger_account,
        p.amount_minor, CASE WHEN p.currency <> '' THEN p.foreign_minor END, p.currency,
        nullif(p.counterparty, 0), nullif(p.item, 0), nullif(p.klass, 0), nullif(p.location, 0),
        nullif(p.quantity_micro, 0), p.memo, p.line, e.superseded, e.reverses_id
    FROM journal_entry e JOIN posting p ON p.entry_id = e.id JOIN books_record r ON r.id = e.record_id
    WHERE {where}
    ORDER BY e.day, e.id, p.line_no
"""

_TOTAL = """
    SELECT count(*), CAST(coalesce(sum(p.amount_minor), 0) AS bigint)
    FROM journal_entry e JOIN posting p ON p.entry_id = e.id
    WHERE {where}
"""


def postings(company_id: int, **filters: Unpack[PostingFilters]) -> Iterator[PostingRow]:
    """Yield the postings that pass all filters, ordered by day, entry and line, in constant memory.

    Superseded entries and their reversals are left out unless ``live`` is False.
    """
    sql, values = _statement(company_id, filters)
    names: dict[int, str] = {}
    with books_connection().chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while chunk := cursor.fetchmany(_CHUNK_ROWS):
            rows = [_row(*columns) for columns in chunk]
            _fill_names(company_id, rows, names)
            yield from rows


def _row(day: dt.date | str, *facts: Any) -> PostingRow:
    """Return a row as read; both databases give the same types."""
    row = PostingRow(day_of(day), *facts)
    row.superseded = bool(row.superseded)
    return row


def postings_total(company_id: int, **filters: Unpack[PostingFilters]) -> tuple[int, int]:
    """Return how many postings pass all filters and their sum, debit positive; no document is read."""
    where, values = _where(company_id, filters)
    with books_connection().cursor() as cursor:
        cursor.execute(_TOTAL.format(where=where), values)
        row: tuple[int, int] = cursor.fetchone()
    return row


def _statement(company_id: int, filters: PostingFilters) -> tuple[str, list[Any]]:
    """Return the statement with its values."""
    where, values = _where(company_id, filters)
    return _SELECT.format(where=where), values


def _where(company_id: int, filters: PostingFilters) -> tuple[str, list[Any]]:
    """Return the conditions with their values; days are put on the table whose index serves them."""
    table = "p" if filters.get("ledger_accounts") is not None else "e"
    where = [f"{table}.company_id = %s"]
    values: list[Any] = [company_id]
    for day, sign in ((filters.get("day_from"), ">="), (filters.get("day_to"), "<=")):
        if day is not None:
            where.append(f"{table}.day {sign} %s")
            values.append(day.isoformat())
    for name, column in _COLUMN_OF.items():
        wanted: Collection[int] | None = filters.get(name)  # type: ignore[assignment]  # of these names
        if wanted is not None:
            where.append(f"{column} IN ({', '.join(['%s'] * len(wanted)) or 'NULL'})")
            values.extend(wanted)
    if filters.get("live", True):
        where.append("NOT e.superseded AND e.reverses_id IS NULL")
    return " AND ".join(where), values


def _fill_names(company_id: int, rows: list[PostingRow], names: dict[int, str]) -> None:
    """Set the names of some rows; ``names`` keeps those known already."""
    wanted = {
        record_id
        for row in rows
        for record_id in (row.ledger_account, row.counterparty, row.item, row.klass, row.location)
        if record_id
    }
    if len(names) > _KEPT_NAMES:
        names.clear()
    names.update(names_of(company_id, wanted - names.keys()))
    for row in rows:
        row.ledger_account_name = names.get(row.ledger_account, "")
        row.counterparty_name = names.get(row.counterparty or 0, "")
        row.item_name = names.get(row.item or 0, "")
        row.klass_name = names.get(row.klass or 0, "")
        row.location_name = names.get(row.location or 0, "")
