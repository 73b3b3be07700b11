"""What a statement is asked for, and the columns that follow from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from closebook.apps.books.database import books_connection
from closebook.apps.books.models import Record
from closebook.apps.books.selectors.chart import chart_of
from closebook.apps.books.selectors.directory import ListObject, list_objects
from closebook.core.errors import InputError, InvariantError
from closebook.core.periods import DateRange
from closebook.core.reports.chart import Chart
from closebook.core.reports.fiscal import PERIOD_WORDS, periods, previous_period, previous_year
from closebook.core.reports.grid import Amounts, Grid, Slice
from closebook.core.reports.history import History
from closebook.core.reports.opens import Basis, Dimension, Filters

DIMENSIONS: Mapping[str, tuple[Dimension, str]] = {
    "customer": (Dimension.COUNTERPARTY, "Customer"),
    "vendor": (Dimension.COUNTERPARTY, "Vendor"),
    "employee": (Dimension.COUNTERPARTY, "Employee"),
    "class": (Dimension.KLASS, "Class"),
    "location": (Dimension.LOCATION, "Department"),
    "item": (Dimension.ITEM, "Item"),
}
COMPARISONS = ("previous-period", "previous-year")
MAX_COLUMNS = 1_000
_SHORTEST_DAYS = {
    "day": 1,
    "week": 7,
    "month": 28,
    "quarter": 90,
    "fiscal-quarter": 90,
    "year": 365,
    "fiscal-year": 365,
}
BY_WORDS = ("total", *PERIOD_WORDS, *DIMENSIONS)


_COMPANY = "SELECT home_currency, fiscal_year_start_month FROM books_bookscompany WHERE id = %s"


class CompanyFacts(NamedTuple):
    """A company's home currency and the month in which its fiscal year starts."""

    home_currency: str
    fiscal_year_start_month: int


@dataclass(frozen=True)
class Request:
    """A company, a range of days, and how its amounts are wanted. ``options`` are those of single
    statements.
    """

    company_id: int
    day_from: dt.date
    day_to: dt.date
    basis: Basis = Basis.ACCRUAL
    by: str = "total"
    compare: str | None = None
    filters: Filters = field(default_factory=Filters)
    options: Mapping[str, str] = field(default_factory=dict)
    histories: list[History] = field(default_factory=list, repr=False, compare=False)
    balance_grids: list[tuple[Grid, Amounts]] = field(default_factory=list, repr=False, compare=False)
    """What was read already, for the next statement of the same request; nobody changes it."""

    def __post_init__(self) -> None:
        """Refuse words that mean nothing and ranges that end before they start."""
        if self.by not in BY_WORDS:
            raise InputError(
                "unknown-columns", f"Columns by {self.by!r} do not exist.", remedy=f"Use {BY_WORDS}."
            )
        if self.compare is not None and self.compare not in COMPARISONS:
            raise InputError(
                "unknown-comparison", f"{self.compare!r} is no comparison.", remedy=f"Use {COMPARISONS}."
            )
        if self.compare and self.by != "total":
            raise InputError(
                "comparison-columns", "A comparison has one column per period.", remedy="Leave out by."
            )
        if self.day_from > self.day_to:
            raise InputError("days-reversed", f"{self.day_from} is after {self.day_to}.")
        shortest = _SHORTEST_DAYS.get(self.by, 0)
        if shortest and (self.day_to - self.day_from).days > MAX_COLUMNS * shortest:
            raise InputError(
                "too-many-columns",
                f"A statement has at most {MAX_COLUMNS} columns.",
                remedy="Shorten the range.",
            )

    @cached_property
    def company(self) -> CompanyFacts:
        """Return what statements need to know of the company."""
        with books_connection().cursor() as cursor:
            cursor.execute(_COMPANY, [self.company_id])
            row = cursor.fetchone()
        if row is None:
            raise InvariantError("no-such-books", f"There are no books {self.company_id}.")
        return CompanyFacts(*row)

    @cached_property
    def chart(self) -> Chart:
        """Return the company's chart of accounts."""
        return chart_of(self.company_id)

    def named(self, keys: Collection[int]) -> dict[int, ListObject]:
        """Return the list objects of some keys."""
        return list_objects(self.company_id, keys)

    def wire_ids(self, entity: str) -> dict[int, str]:
        """Return the ids by which the protocol knows the objects of a list, by key."""
        found = Record.objects.filter(company_id=self.company_id, entity=entity)
        return dict(found.values_list("pk", "wire_id"))

    @property
    def start_month(self) -> int:
        """Return the month in which the fiscal year starts."""
        return self.company.fiscal_year_start_month

    @property
    def dimension(self) -> Dimension | None:
        """Return the dimension of the columns, None for columns by time."""
        return DIMENSIONS[self.by][0] if self.by in DIMENSIONS else None

    def total_slice(self) -> Slice:
        """Return the column of the whole range."""
        return Slice("total", "Total", self.day_from, self.day_to, self.filters)

    def number(self, name: str, default: int, *, least: int = 1) -> int:
        """Return an option that is a whole number of at least ``least``; InputError for any other text."""
        text = self.options.get(name, "")
        if not text:
            return default
        if not text.isdecimal() or int(text) < least:
            raise InputError(
                "not-a-number", f"The option {name} is {text!r}.", remedy="Write a whole number."
            )
        return int(text)

    def time_slices(self) -> tuple[Slice, ...]:
        """Return the columns by time, without a total of several; for a comparison the earlier one second."""
        if self.compare:
            before = (previous_period if self.compare == COMPARISONS[0] else previous_year)(
                self.day_from, self.day_to
            )
            now = DateRange(self.day_from, self.day_to)
            return (self._dated("current", now), self._dated("previous", before))
        if self.by not in PERIOD_WORDS:
            return (self.total_slice(),)
        return tuple(
            Slice(f"{self.by}-{one.start}", one.title, one.start, one.end, self.filters)
            for one in periods(self.by, self.day_from, self.day_to, self.start_month)
        )

    def _dated(self, key: str, days: DateRange) -> Slice:
        return Slice(key, range_title(days), days.start, days.end, self.filters)

    def dimension_slices(self, history: History) -> tuple[Slice, ...]:
        """Return a column per key of the dimension that has an amount; what has none of its kind comes
        last.
        """
        dimension, entity = DIMENSIONS[self.by]
        known = list_objects(self.company_id, history.dimension_keys())
        ours = {key: one for key, one in known.items() if one.entity == entity}
        others = tuple(key for key in history.dimension_keys() if key not in ours)
        history.fold(ours.keys())
        ordered = sorted(ours.values(), key=lambda one: (one.full_name.casefold(), one.key))
        slices = [self._keyed(dimension, one) for one in ordered]
        if others:
            slices.append(self._unspecified(dimension, others))
        return tuple(slices)

    def _keyed(self, dimension: Dimension, one: ListObject) -> Slice:
        filters = self.filters.narrowed(dimension, one.key)
        return Slice(f"{self.by}-{one.key}", one.full_name, self.day_from, self.day_to, filters, one.key)

    def _unspecified(self, dimension: Dimension, others: tuple[int, ...]) -> Slice:
        filters = self.filters.narrowed(dimension, *others)
        return Slice(f"{self.by}-none", "Not Specified", self.day_from, self.day_to, filters)


def range_title(days: DateRange) -> str:
    """Return a range as a title, such as ``Jan 1 - Mar 31, 2026``."""
    start, end = days.start, days.end
    year = "" if start.year == end.year else f", {start.year}"
    return f"{start:%b} {start.day}{year} - {end:%b} {end.day}, {end.year}"
