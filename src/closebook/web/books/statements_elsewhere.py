"""Statements of books that are kept at QuickBooks Online: read from the service's reports, and not kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from closebook.apps.sync.services.access import books_client
from closebook.connectors.quickbooks.reports import report_rows
from closebook.connectors.quickbooks.wire import entry, objects
from closebook.core.errors import ClosebookError, InvariantError
from closebook.core.money import minor_from_decimal
from closebook.transport import clock
from closebook.web.books.catalogue import KINDS, Kind
from closebook.web.frame.access import CompanyRequest

REPORTS = {
    "profit-and-loss": "ProfitAndLoss",
    "balance-sheet": "BalanceSheet",
    "trial-balance": "TrialBalance",
}
"""The statements that can be read, by our word, with the service's name of each."""

_CLASS = {"header": "heading", "summary": "total"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line: how deep it stands, "heading", "total" or "", and its cells in minor units (None: empty)."""

    depth: int
    kind: str
    title: str
    cells: tuple[int | None, ...]


def elsewhere_index(request: CompanyRequest) -> HttpResponse:
    """Show which statements can be read, and where the others are."""
    context = {"kinds": [KINDS[name] for name in REPORTS]}
    return render(request, "web/books/statements_elsewhere.html", context)


def elsewhere_page(request: CompanyRequest, name: str) -> HttpResponse:
    """Show a statement as the service reports it now; a wrong day is answered with this year.

    A service that does not answer is named with what to do. Raises Http404 for other statements.
    """
    if name not in REPORTS:
        raise Http404
    today = clock.today()
    first = _day(request, "from") or today.replace(month=1, day=1)
    last = max(first, _day(request, "to") or today)
    context: dict[str, Any] = {"kind": KINDS[name], "first": first, "last": last}
    status = 200
    try:
        context |= _read(request, KINDS[name], first, last)
    except InvariantError:
        raise
    except ClosebookError as error:
        context["wrong"], status = error, 503
    return render(request, "web/books/statement_elsewhere.html", context, status=status)


def _day(request: CompanyRequest, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _read(request: CompanyRequest, kind: Kind, first: dt.date, last: dt.date) -> dict[str, Any]:
    with books_client(request.company, request.user.get_username()) as client:
        days = {"start_date": first.isoformat(), "end_date": last.isoformat()}
        report = client.report(REPORTS[kind.name], **days)
    currency = str(entry(report, "Header").get("Currency") or request.company.home_currency)
    columns = [str(one.get("ColTitle", "")) for one in objects(entry(report, "Columns").get("Column"))]
    return {"columns": columns[1:], "lines": list(_lines(report, currency)), "currency": currency}


def _lines(report: dict[str, Any], currency: str) -> Iterator[Line]:
    for row in report_rows(report):
        if row.cells:
            cells = tuple(_minor(cell.text, currency) for cell in row.cells[1:])
            yield Line(min(len(row.path), 4), _CLASS.get(row.kind, ""), row.cells[0].text, cells)


def _minor(text: str, currency: str) -> int | None:
    try:
        return minor_from_decimal(Decimal(text.replace(",", "")), currency)
    except InvalidOperation:
        return None
