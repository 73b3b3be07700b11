"""What is open of documents on receivable or payable accounts: kept for the present, reckoned for the past.

The kept table knows every document and everything that was applied, whatever its day. So it answers for a day
after which nothing on these accounts happens; for an earlier one the documents are gone through.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, TypeAlias

from closebook.apps.books.database import OF_COMPANY, books_connection, day_of
from closebook.apps.books.selectors.directory import in_keys
from closebook.apps.books.selectors.open_items import SETTLEMENTS, applications, control_documents
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.reports.ageing import open_items
from closebook.core.reports.cash_basis import Application, Document

Sides: TypeAlias = dict[bool, tuple[int, ...]]
"""The receivable accounts of a company, and under True the payable ones."""

_TYPES = {LedgerAccountType.RECEIVABLE.value: False, LedgerAccountType.PAYABLE.value: True}
_SIDES = "SELECT type, record_id FROM books_ledgeraccount WHERE company_id = %s AND type IN (%s, %s)"
_KEPT = """
    SELECT record_id, counterparty, day, due_day, size_minor, open_minor, currency FROM open_document
    WHERE company_id = %s AND payable = %s ORDER BY due_day, record_id
"""
_LAST_POSTED = "SELECT max(day) FROM posting WHERE company_id = %s AND ledger_account = %s"
_LAST_SETTLED = "SELECT max(txn_date) FROM books_record WHERE company_id = %s AND entity = %s"


class OpenDocument(NamedTuple):
    """A document's share of the balance in minor units of the home currency, owed is positive: all of it, and
    what is left. Without a due day it is due on its own; ``currency`` is that of a foreign document.
    """

    record: int
    counterparty: int
    day: dt.date
    due: dt.date
    size_minor: int
    open_minor: int
    currency: str


def control_sides(company_id: int) -> Sides:
    """Return the receivable and the payable accounts of a company."""
    found: dict[bool, list[int]] = {False: [], True: []}
    for kind, key in _rows(_SIDES, [company_id, *_TYPES]):
        found[_TYPES[kind]].append(key)
    return {payable: tuple(keys) for payable, keys in found.items()}


def open_documents(
    company_id: int, accounts: Collection[int], as_of: dt.date, *, payable: bool, settled_later: bool = False
) -> list[OpenDocument]:
    """Return what is open at the end of a day, by due day and record.

    ``accounts`` are the receivable (or payable) accounts. With ``settled_later`` what was applied after the
    day counts too.
    """
    if _nothing_after(company_id, accounts, as_of):
        return open_documents_kept(company_id, payable=payable)
    documents = control_documents(company_id, accounts, as_of, control_only=True)
    applied = applications(company_id, dt.date.max if settled_later else as_of)
    return open_documents_reckoned(company_id, documents, applied, payable=payable)


def _nothing_after(company_id: int, accounts: Collection[int], as_of: dt.date) -> bool:
    asked: list[tuple[str, list[Any]]] = [(_LAST_POSTED, [company_id, key]) for key in accounts]
    asked += [(_LAST_SETTLED, [company_id, entity]) for entity in SETTLEMENTS]
    last = (_rows(sql, values)[0][0] for sql, values in asked)
    return all(day is None or day_of(day) <= as_of for day in last)


def open_documents_kept(company_id: int, *, payable: bool) -> list[OpenDocument]:
    """Return what is open by all that is in the books, as it is kept."""
    rows = _rows(_KEPT, [company_id, payable])
    texts = {row[2] for row in rows} | {row[3] for row in rows}
    days = {text: day_of(text) for text in texts}  # few of them, however many documents
    made = OpenDocument._make
    return [
        made((record, name, days[day], days[due], size, left, currency))
        for record, name, day, due, size, left, currency in rows
    ]


def open_documents_all(company_id: int, *, payable: bool) -> list[OpenDocument]:
    """Return what is open by all that is in the books, reckoned from its postings and links."""
    accounts = control_sides(company_id)[payable]
    documents = control_documents(company_id, accounts, dt.date.max, control_only=True)
    return open_documents_reckoned(
        company_id, documents, applications(company_id, dt.date.max), payable=payable
    )


def open_documents_reckoned(
    company_id: int, documents: Sequence[Document], applied: Sequence[Application], *, payable: bool
) -> list[OpenDocument]:
    """Return what is open of documents, given their postings on the accounts and what was applied."""
    currencies = {one.record: one.postings[0].currency for one in documents if one.postings}
    items = open_items(documents, applied, payable=payable)
    due = _due_days(company_id, [item.record for item in items])
    found = [
        OpenDocument(
            item.record,
            item.counterparty,
            item.day,
            due.get(item.record, item.day),
            item.size_minor,
            item.open_minor,
            currencies[item.record],
        )
        for item in items
    ]
    return sorted(found, key=lambda one: (one.due, one.record))


def _due_days(company_id: int, records: Collection[int]) -> dict[int, dt.date]:
    """Return the due day of those records that have one."""
    if not records:
        return {}
    condition, values = in_keys("id", records)
    sql = f"SELECT id, due_date FROM books_record WHERE {OF_COMPANY} AND {condition}"
    return {key: day_of(day) for key, day in _rows(sql, [company_id, *values]) if day is not None}


def _rows(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with books_connection().cursor() as cursor:
        cursor.execute(sql, list(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
