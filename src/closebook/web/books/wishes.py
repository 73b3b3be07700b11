"""What a statement's address asks for: period, basis, columns, comparison."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.core.errors import InputError
from closebook.core.periods import DateRange, Month, parse_day
from closebook.core.reports.fiscal import DAY, fiscal_quarter, fiscal_year, month_of
from closebook.web.books.catalogue import Kind

CUSTOM = "custom"
DEFAULT = "year-to-date"

PERIOD_WORDS: Mapping[str, Promise] = {
    "this-month": _("This month"),
    "last-month": _("Last month"),
    "this-quarter": _("This quarter"),
    "year-to-date": _("Year to date"),
    "last-year": _("Last year"),
}
"""The named periods as they are shown."""

BASIS_WORDS: Mapping[str, Promise] = {"accrual": _("Accrual"), "cash": _("Cash")}
BY_WORDS: Mapping[str, Promise] = {
    "total": _("Total"),
    "month": _("Months"),
    "quarter": _("Quarters"),
    "year": _("Years"),
    "class": _("Classes"),
    "location": _("Locations"),
    "customer": _("Customers"),
}
COMPARE_WORDS: Mapping[str, Promise] = {
    "": _("Nothing"),
    "previous-period": _("Period before"),
    "previous-year": _("Year before"),
}

_RANGES: Mapping[str, Callable[[dt.date, int], DateRange]] = {
    "this-month": lambda day, _start: month_of(day),
    "last-month": lambda day, _start: month_of(Month.of(day).first_day - DAY),
    "this-quarter": fiscal_quarter,
    "year-to-date": lambda day, start: DateRange(fiscal_year(day, start).start, day),
    "last-year": lambda day, start: fiscal_year(fiscal_year(day, start).start - DAY, start),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """A period by name, or ``custom``, with its days (both included), basis, columns and comparison."""

    period: str
    days: DateRange
    basis: str = "accrual"
    by: str = "total"
    compare: str = ""

    def query(self) -> str:
        """Return the wishes as an address writes them: a named period stays relative."""
        asked = {"period": self.period}
        if self.period == CUSTOM:
            asked |= {"from": self.days.start.isoformat(), "to": self.days.end.isoformat()}
        asked |= {"basis": self.basis} if self.basis != "accrual" else {}
        asked |= {"by": self.by} if self.by != "total" else {}
        asked |= {"compare": self.compare} if self.compare else {}
        return urlencode(asked)

    def during(self, word: str) -> Wishes:
        """Return the same wishes for another named period; its days are not known yet."""
        return replace(self, period=word)


def wishes_of(asked: Mapping[str, str], kind: Kind, today: dt.date, start_month: int) -> Wishes:
    """Return the wishes of an address for one statement; what means nothing for it is left out.

    Days that differ from those of the named period make it a period of its own. Raises InputError for what
    is no day and for unknown words.
    """
    period, days = _period(asked, today, start_month)
    compare = asked.get("compare", "") if kind.compares else ""
    by = asked.get("by", "total") if kind.by and not compare else "total"
    if by not in (*kind.by, "total"):
        raise InputError(
            "unknown-columns", f"Columns by {by!r} do not exist.", remedy=f"Use {', '.join(kind.by)}."
        )
    return Wishes(period, days, asked.get("basis", "accrual") if kind.has_basis else "accrual", by, compare)


def _period(asked: Mapping[str, str], today: dt.date, start_month: int) -> tuple[str, DateRange]:
    """Return the period's name and days."""
    word = asked.get("period", DEFAULT)
    named = _RANGES[word if word in _RANGES else DEFAULT](today, start_month)
    start = parse_day(asked["from"]) if asked.get("from") else named.start
    end = parse_day(asked["to"]) if asked.get("to") else named.end
    if start > end:
        raise InputError("days-reversed", f"{start} is after {end}.")
    days = DateRange(start, end)
    return (word if word in _RANGES and days == named else _name_of(days, today, start_month)), days


def _name_of(days: DateRange, today: dt.date, start_month: int) -> str:
    """Return the name of a period that has these days, ``custom`` when none has."""
    return next((word for word, around in _RANGES.items() if around(today, start_month) == days), CUSTOM)
