"""One statement as its page asks for it: the table, and its lines ready to be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import quote_plus

from django.http import Http404
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.posting_lines import MAX_LINES
from closebook.apps.books.selectors.span import last_day
from closebook.apps.books.selectors.statements import statement
from closebook.apps.companies.models import Company
from closebook.core.periods import DateRange
from closebook.core.reports.fiscal import fiscal_year
from closebook.core.reports.output import TableLine, table_lines
from closebook.core.reports.table import ColumnKind, Table
from closebook.transport import clock
from closebook.web.books.books import company_books
from closebook.web.books.catalogue import KINDS, Kind
from closebook.web.books.figures import figure
from closebook.web.books.places import record_addresses
from closebook.web.books.spoken import spoken
from closebook.web.books.wishes import Wishes, wishes_of

PAGE_LINES = 200
_PERIOD = frozenset({"period", "from", "to"})
_DEEPEST = 4  # the stylesheet indents so far
_CLASSES = {ColumnKind.TEXT: "text", ColumnKind.DAY: "day"}


def reference_day(company: Company, books: BooksCompany) -> dt.date:
    """Return the day that periods are told from: today, or the last one that an invented company knows of."""
    today = clock.today()
    known = last_day(books.pk) if company.is_sample else None
    return min(known, today) if known else today


def _latest_year(books: BooksCompany, today: dt.date) -> DateRange | None:
    """Return the fiscal year of the last posting when that lies before this one; else None."""
    last, start_month = last_day(books.pk), books.fiscal_year_start_month
    if last is None or last >= fiscal_year(today, start_month).start:
        return None
    return fiscal_year(last, start_month)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A company's statement with the wishes for it."""

    company: Company
    books: BooksCompany
    kind: Kind
    wishes: Wishes
    today: dt.date
    in_latest_year: bool = False

    @classmethod
    def of(cls, company: Company, name: str, asked: Mapping[str, str]) -> Sheet:
        """Return the statement that an address asks for; Http404 for one that does not exist.

        Without a period it is this fiscal year so far, or, when the books end before it, the last one with
        postings.

        Raises InputError for wishes that mean nothing.
        """
        kind = KINDS.get(name)
        if kind is None:
            raise Http404
        books = company_books(company)
        today = reference_day(company, books)
        start_month = books.fiscal_year_start_month
        latest = None if _PERIOD.intersection(asked) else _latest_year(books, today)
        if latest:
            asked = {**asked, "from": latest.start.isoformat(), "to": latest.end.isoformat()}
        return cls(company, books, kind, wishes_of(asked, kind, today, start_month), today, bool(latest))

    def table(self, max_lines: int = MAX_LINES) -> Table:
        """Return the statement in the reader's language; detailed ones end after so many lines and say so."""
        wishes = self.wishes
        made = statement(
            self.books.pk,
            self.kind.name,
            day_from=wishes.days.start,
            day_to=wishes.days.end,
            basis=wishes.basis,
            by=wishes.by,
            compare=wishes.compare or None,
            options={"max-lines": str(max_lines), "columns": ",".join(self.kind.columns)},
        )
        return spoken(made)

    def shown(self, table: Table) -> list[SafeString]:
        """Return the first lines of a table as rows of HTML, and its total where that is of all lines.

        Figures of a table that was cut open nothing.

        A template would take five times as long for the thousands of cells.
        """
        numbered = list(enumerate(table_lines(table)))
        lines = numbered[:PAGE_LINES]
        if numbered[PAGE_LINES:] and not table.cut and _ends_in_total(table):
            lines += numbered[-1:]
        keys = {cell.key for _number, line in lines for cell in line.cells if cell.key}
        addresses = record_addresses(self.company.pk, self.books.pk, keys)
        drill = f"{reverse('drill', args=[self.company.pk, self.kind.name])}?{self.wishes.query()}&"
        return [
            _shown(table, line, addresses, f"{drill}line={number}&label={quote_plus(line.label)}&column=")
            for number, line in lines
        ]


def _ends_in_total(table: Table) -> bool:
    return bool(table.rows[-1].total) or table.rows[-1].group == "grand-total"


def _shown(table: Table, line: TableLine, addresses: Mapping[int, str], drill: str) -> SafeString:
    parts = [f'<tr class="depth-{min(line.depth, _DEEPEST)} {line.kind.value}">']
    for number, (column, cell) in enumerate(zip(table.columns, line.cells, strict=True)):
        opens = cell.opens is not None and cell.value is not None and not table.cut
        address = f"{drill}{number}" if opens else addresses.get(cell.key or 0, "")
        text = escape(figure(column.kind, cell, table.currency))
        if address and text:
            text = f'<a href="{escape(address)}">{text}</a>'
        css = _CLASSES.get(column.kind, "money")
        parts.append(f'<td class="{css}">{text}</td>' if number else f'<th scope="row">{text}</th>')
    return mark_safe("".join((*parts, "</tr>")))  # noqa: S308 - every text of it is escaped above
