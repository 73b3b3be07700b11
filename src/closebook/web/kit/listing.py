"""A list with search, filters, sorting, a choice of columns, pages and export; it works without a script."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString

from closebook.web.kit.columns import Choice, Column, Text, cell_of
from closebook.web.kit.drawing import row_html
from closebook.web.kit.export import exported

PAGE_ROWS = 50
SEARCH, SORT, PAGE, COLUMNS, EXPORT = "q", "sort", "page", "columns", "export"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where a click sorts, and how the list is sorted now ("", ascending,
    descending).
    """

    column: Column
    address: str
    sorted: str


@dataclass
class Listing:
    """One list of a page, filled by ``show`` from what the address asks for.

    ``search`` names the fields in which words are looked for; ``order`` is the order without a wish;
    ``empty`` is shown when nothing is there at all; ``facts`` are further names for the page's template;
    ``keep`` names wishes of the page's own that a search of the list does not drop; ``joined`` returns those
    rows of a page that are shown for all of them.
    """

    request: HttpRequest
    name: str
    rows: QuerySet[Any]
    columns: Sequence[Column]
    search: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    order: Sequence[str] = ("-pk",)
    empty: Text = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    keep: Sequence[str] = ()
    joined: Callable[[Page[Any]], Iterable[Any]] | None = None

    def show(self, template: str) -> HttpResponseBase:
        """Return the page, the list alone when htmx asks for it, or the export that was asked for."""
        wanted = self.request.GET.get(EXPORT, "")
        if wanted:
            return exported(wanted, self.name, self.shown_columns, self.ordered)
        part = "kit/listing.html" if getattr(self.request, "htmx", False) else template
        return render(self.request, part, {"listing": self, **self.facts})

    @property
    def words(self) -> str:
        """Return what is looked for, "" in a list without fields to look in."""
        return self.request.GET.get(SEARCH, "").strip() if self.search else ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Return the page's own wishes with their values."""
        return [(key, self.request.GET[key]) for key in self.keep if self.request.GET.get(key)]

    @property
    def filtered(self) -> bool:
        """Tell whether a search or filter narrows the list."""
        return bool(self.words or any(self.request.GET.get(choice.key) for choice in self.choices))

    @property
    def found(self) -> QuerySet[Any]:
        """Return the rows that fit search and filters."""
        rows = self.rows
        for word in self.words.split():
            fits = (Q(**{f"{name}__icontains": word}) for name in self.search)
            rows = rows.filter(functools.reduce(operator.or_, fits))
        for choice in self.choices:
            value = self.request.GET.get(choice.key, "")
            if value and value in dict(choice.options):
                rows = rows.filter(**{choice.field: value})
        return rows

    @property
    def ordered(self) -> QuerySet[Any]:
        """Return the rows found in the order that the address asks for."""
        wanted = self.request.GET.get(SORT, "")
        column = next((each for each in self.columns if each.sort and each.key == wanted.lstrip("-")), None)
        if column is None:
            return self.found.order_by(*self.order)
        sign = "-" if wanted.startswith("-") else ""
        return self.found.order_by(f"{sign}{column.sort}", f"{sign}pk")

    @functools.cached_property
    def page(self) -> Page[Any]:
        """Return the page of rows that is shown."""
        return Paginator(self.ordered, PAGE_ROWS).get_page(self.request.GET.get(PAGE))

    @property
    def lines(self) -> Iterator[tuple[Any, SafeString]]:
        """Yield each row of the page with its cells as they are shown."""
        columns = self.shown_columns
        rows = self.joined(self.page) if self.joined else self.page
        return ((row, row_html(cell_of(column, row) for column in columns)) for row in rows)

    @property
    def shown_columns(self) -> list[Column]:
        """Return the columns that are shown: those asked for, else all that are not hidden; the first one
        always.
        """
        asked = set(self.request.GET.getlist(COLUMNS))
        first, *others = self.columns
        return [first, *(each for each in others if (each.key in asked if asked else not each.hidden))]

    @property
    def heads(self) -> Iterator[Head]:
        """Yield the heads of the columns shown."""
        wanted = self.request.GET.get(SORT, "")
        for column in self.shown_columns:
            falling = wanted == f"-{column.key}"
            rising = wanted == column.key
            next_sort = f"-{column.key}" if rising else column.key
            address = self.address(**{SORT: next_sort, PAGE: ""}) if column.sort else ""
            yield Head(column, address, "descending" if falling else "ascending" if rising else "")

    @property
    def column_choices(self) -> Iterator[tuple[Column, bool]]:
        """Yield the columns after the first, and whether each is shown."""
        shown = {column.key for column in self.shown_columns}
        return ((column, column.key in shown) for column in self.columns[1:])

    @property
    def filters(self) -> Iterator[tuple[Choice, str]]:
        """Yield the filters with their present values."""
        return ((choice, self.request.GET.get(choice.key, "")) for choice in self.choices)

    @property
    def exports(self) -> dict[str, str]:
        """Return the addresses of the exports by format."""
        return {form: self.address(**{EXPORT: form, PAGE: ""}) for form in ("csv", "xlsx")}

    @property
    def next_address(self) -> str:
        """Return the address of the next page, "" for the last one."""
        return self.address(page=self.page.next_page_number()) if self.page.has_next() else ""

    @property
    def previous_address(self) -> str:
        """Return the address of the page before, "" for the first one."""
        return self.address(page=self.page.previous_page_number()) if self.page.has_previous() else ""

    def address(self, **changes: str | int) -> str:
        """Return the list's address with some of its wishes changed; "" drops one."""
        wishes = self.request.GET.copy()
        for key, value in changes.items():
            wishes.pop(key, None)
            if value != "":
                wishes[key] = str(value)
        return f"?{wishes.urlencode()}"
