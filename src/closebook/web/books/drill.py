"""From a figure of a statement to the postings behind it, whose sum is the figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closebook.apps.books.selectors.documents import documents_of
from closebook.apps.books.selectors.drill import open_cell, opened
from closebook.apps.books.selectors.postings import PostingRow
from closebook.apps.companies.abilities import Ability
from closebook.core.errors import InputError
from closebook.core.reports.opens import Opens
from closebook.core.reports.output import TableLine, table_lines
from closebook.core.reports.table import Table
from closebook.web.books.places import record_address, record_addresses
from closebook.web.books.sheet import PAGE_LINES, Sheet
from closebook.web.frame.access import CompanyRequest, company_page

PAGE_ROWS = 200


@dataclass(frozen=True, slots=True)
class ShownPosting:
    """A posting as the page shows it, with what its document is called and the pages that it leads to."""

    row: PostingRow
    amount_minor: int
    title: str
    memo: str
    document: str
    party: str
    register: str


@company_page(Ability.SEE_BOOKS)
@require_safe
def drill(request: CompanyRequest, name: str) -> HttpResponse:
    """Show the postings behind one figure of a statement, and their sum beside the figure."""
    try:
        sheet = Sheet.of(request.company, name, request.GET.dict())
        table = sheet.table(PAGE_LINES)
        found = _asked(request, table)
        if found is None and table.short:
            # An address that was kept: the line has moved beyond those that the page shows.
            table = sheet.table()
            found = _asked(request, table)
    except InputError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    line, column = found
    cell = line.cells[column]
    if cell.opens is None:
        raise Http404
    behind = opened(sheet.books.pk, cell.opens)
    page = max(_number(request.GET.get("page", "1")), 1)
    first = (page - 1) * PAGE_ROWS
    context = {
        "sheet": sheet,
        "table": table,
        "label": line.label,
        "column": table.columns[column],
        "figure_minor": cell.value or 0,
        "behind": behind,
        "minus_applied": -behind.applied_minor,
        "postings": list(_shown(sheet, cell.opens, first)),
        "page": page,
        "more": first + PAGE_ROWS < behind.count,
        "address": _without_page(request),
    }
    return render(request, "web/books/drill.html", context)


def _asked(request: CompanyRequest, table: Table) -> tuple[TableLine, int] | None:
    """Return the line and the column of the figure; None where the statement has no such figure.

    A line is known by its label: where the books changed since, it may stand elsewhere.
    """
    label, column = request.GET.get("label", ""), _number(request.GET.get("column", ""))
    lines = list(table_lines(table))
    number = _number(request.GET.get("line", ""))
    here = lines[number : number + 1] if number >= 0 else []
    found = next((line for line in [*here, *lines] if line.label == label), None)
    return None if found is None or not 0 < column < len(found.cells) else (found, column)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def _without_page(request: CompanyRequest) -> str:
    wishes = request.GET.copy()
    wishes.pop("page", None)
    return f"?{wishes.urlencode()}&page="


def _shown(sheet: Sheet, opens: Opens, first: int) -> Iterator[ShownPosting]:
    """Yield a page of the postings, in the sign of the figure."""
    rows: Sequence[PostingRow] = list(islice(open_cell(sheet.books.pk, opens), first, first + PAGE_ROWS))
    books, company = sheet.books.pk, sheet.company.pk
    documents = documents_of(books, {row.record_id for row in rows})
    named = {key for row in rows for key in (row.counterparty, row.ledger_account) if key}
    addresses = record_addresses(company, books, named)
    sign = -1 if opens.credit_positive else 1
    for row in rows:
        document = documents.get(row.record_id)
        yield ShownPosting(
            row=row,
            amount_minor=sign * row.amount_minor,
            title=document.title if document else row.entity,
            memo=row.memo or (document.memo if document else ""),
            document=record_address(company, row.entity, row.wire_id),
            party=addresses.get(row.counterparty or 0, ""),
            register=addresses.get(row.ledger_account, ""),
        )
