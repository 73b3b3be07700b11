"""Documents on receivable and payable accounts and what was applied to them: the ground of cash basis and
ageing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from itertools import groupby
from typing import Any

from closebook.apps.books.database import books_connection, day_of
from closebook.apps.books.selectors.directory import in_keys
from closebook.core.ledger.entry import Posting
from closebook.core.reports.cash_basis import Application, CashAccounts, CashPosting, Document, cash_basis
from closebook.core.reports.chart import Chart

_PAYS_BILLS = "BillPayment"
SETTLEMENTS = ("Payment", _PAYS_BILLS)
"""What settles documents."""

_DOCUMENTS = """
    SELECT e.record_id, e.day, p.ledger_account, p.amount_minor, p.counterparty, p.item, p.klass, p.location,
        p.currency, p.foreign_minor, p.quantity_micro, p.memo, p.line
    FROM journal_entry e JOIN posting p ON p.entry_id = e.id
    WHERE e.id IN (
        SELECT entry_id FROM posting WHERE company_id = %s AND ledger_account IN ({marks}) AND day <= %s
    )
        AND NOT e.superseded AND e.reverses_id IS NULL {only}
    ORDER BY e.id, p.line_no
"""
_APPLICATIONS = """
    SELECT l.source_id, l.target_id, s.txn_date, l.amount_minor, s.entity
    FROM books_recordlink l JOIN books_record s ON s.id = l.source_id
    WHERE l.company_id = %s AND l.amount_minor <> 0 AND s.entity IN (%s, %s) AND s.deleted_at IS NULL
        AND s.txn_date IS NOT NULL AND {more}
    ORDER BY l.id
"""
_OF_RECORDS = """
    SELECT e.record_id, e.day, p.ledger_account, p.amount_minor, p.counterparty, p.item, p.klass, p.location,
        p.currency, p.foreign_minor, p.quantity_micro, p.memo, p.line
    FROM journal_entry e JOIN posting p ON p.entry_id = e.id
    WHERE e.company_id = %s AND {records} AND NOT e.superseded AND e.reverses_id IS NULL AND {accounts}
    ORDER BY e.id, p.line_no
"""


def _rows(sql: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
    with books_connection().cursor() as cursor:
        cursor.execute(sql, list(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def control_documents(
    company_id: int, control: Collection[int], day_to: dt.date, *, control_only: bool = False
) -> list[Document]:
    """Return the documents up to a day that post on any of the control accounts, in the order of their
    entries.

    Each comes with all its postings, or with those on the control accounts alone.
    """
    if not control:
        return []
    marks = ", ".join(["%s"] * len(control))
    only = f"AND p.ledger_account IN ({marks})" if control_only else ""
    sql = _DOCUMENTS.format(marks=marks, only=only)
    values = [company_id, *control, day_to.isoformat(), *(control if control_only else ())]
    return _documents(_rows(sql, values))


def documents_of_records(
    company_id: int, control: Collection[int], records: Collection[int]
) -> list[Document]:
    """Return the documents of some records with their postings on the control accounts."""
    if not control or not records:
        return []
    of_records, keys = in_keys("e.record_id", records)
    on_accounts, accounts = in_keys("p.ledger_account", control)
    sql = _OF_RECORDS.format(records=of_records, accounts=on_accounts)
    return _documents(_rows(sql, [company_id, *keys, *accounts]))


def _documents(rows: Iterable[tuple[Any, ...]]) -> list[Document]:
    return [
        Document(record, day_of(day), [Posting(*row[2:]) for row in lines])
        for (record, day), lines in groupby(rows, key=lambda row: (row[0], row[1]))
    ]


def applications(company_id: int, day_to: dt.date) -> list[Application]:
    """Return what payments dated up to a day were applied to."""
    return _applications(company_id, "s.txn_date <= %s", [day_to.isoformat()])


def applications_between(
    company_id: int, *, sources: Collection[int] | None = None, targets: Collection[int] | None = None
) -> list[Application]:
    """Return what some payments were applied to, or what was applied to some documents."""
    column, keys = ("l.target_id", targets) if sources is None else ("l.source_id", sources)
    return _applications(company_id, *in_keys(column, keys or ()))


def _applications(company_id: int, more: str, values: Sequence[Any]) -> list[Application]:
    rows = _rows(_APPLICATIONS.format(more=more), [company_id, *SETTLEMENTS, *values])
    return [
        Application(source, target, day_of(day), abs(amount), payable=entity == _PAYS_BILLS)
        for source, target, day, amount, entity in rows
    ]


def cash_documents(
    company_id: int, chart: Chart, day_to: dt.date
) -> tuple[list[Document], list[CashPosting]]:
    """Return the documents that cash basis re-dates, up to a day, and their postings on cash basis up to
    that day.
    """
    documents = control_documents(company_id, chart.control(), day_to)
    if not documents:
        return [], []
    moved = cash_basis(documents, applications(company_id, day_to), CashAccounts.of(chart))
    return documents, [one for one in moved if one.day <= day_to]
