"""What is open of documents, kept in step with their postings and links in the same transaction.

What a document leaves open hangs on the documents to which it was applied and on what else was applied to
those. So nothing is added up here: whatever a write may have touched is reckoned again, by the rules of the
statements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from itertools import chain

from closebook.apps.books.database import books_connection
from closebook.apps.books.selectors.directory import in_keys
from closebook.apps.books.selectors.open_documents import (
    OpenDocument,
    control_sides,
    open_documents_all,
    open_documents_reckoned,
)
from closebook.apps.books.selectors.open_items import applications_between, documents_of_records
from closebook.apps.books.services.journal_rows import POSTING_COLUMNS, Row, insert_rows

_ACCOUNT = POSTING_COLUMNS.index("ledger_account")
_COLUMNS = (
    "record_id",
    "counterparty",
    "day",
    "due_day",
    "size_minor",
    "open_minor",
    "currency",
    "payable",
    "company_id",
)


class OpenFold:
    """The records of a company whose open amounts may have changed."""

    def __init__(self, company_id: int) -> None:
        """Start with nothing."""
        self._company_id = company_id
        self._records: set[int] = set()

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self._records)

    def add(self, rows: Collection[Row], records: dict[int, int]) -> None:
        """Add those who posted on a receivable or payable account; ``records`` names them by entry."""
        if rows:
            control = frozenset(chain(*control_sides(self._company_id).values()))
            self._records.update(records[row[0]] for row in rows if row[_ACCOUNT] in control)

    def touch(self, records: Iterable[int]) -> None:
        """Add both ends of links that were made or taken away."""
        self._records.update(records)

    def write(self) -> None:
        """Reckon again what was touched, and what hangs on it, and store it."""
        if self._records:
            _rewrite(self._company_id, self._records)
            self._records = set()


def open_documents_rebuild(company_id: int) -> int:
    """Make the kept amounts of a company anew; return how many documents are open."""
    with books_connection().cursor() as cursor:
        cursor.execute("DELETE FROM open_document WHERE company_id = %s", [company_id])
    return sum(
        _store(company_id, open_documents_all(company_id, payable=payable), payable=payable)
        for payable in (False, True)
    )


def _rewrite(company_id: int, touched: set[int]) -> None:
    settled = touched | {each.target for each in applications_between(company_id, sources=touched)}
    stored = settled | {each.source for each in applications_between(company_id, targets=settled)}
    beside = {each.target for each in applications_between(company_id, sources=stored)}
    every = stored | beside
    applied = applications_between(company_id, targets=every)
    condition, values = in_keys("record_id", stored)
    with books_connection().cursor() as cursor:
        cursor.execute(f"DELETE FROM open_document WHERE {condition}", values)
    for payable, accounts in control_sides(company_id).items():
        documents = documents_of_records(company_id, accounts, every)
        found = open_documents_reckoned(company_id, documents, applied, payable=payable)
        _store(company_id, [one for one in found if one.record in stored], payable=payable)


def _store(company_id: int, found: Collection[OpenDocument], *, payable: bool) -> int:
    texts: dict[dt.date, str] = {day: day.isoformat() for one in found for day in (one.day, one.due)}
    rows = [
        (one.record, one.counterparty, texts[one.day], texts[one.due], *one[4:], payable, company_id)
        for one in found
    ]
    insert_rows("open_document", _COLUMNS, rows)
    return len(rows)
