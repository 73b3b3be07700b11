"""The named ranges of days that reports can be asked for, such as ``Last Fiscal Quarter-to-date``.

Source: QuickBooks Online Accounting API, reports, date_macro.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable

from closebook.core.periods import DateRange, Month
from closebook.core.reports.fiscal import DAY, fiscal_quarter, fiscal_year, month_of, week_of

DEFAULT = "this fiscal year-to-date"
ALL = "all"
_TO_DATE = "-to-date"
_WEEKS = 28


def _shifted(day: dt.date, months: int) -> dt.date:
    """Return the day so many months later, or the last day of that month where it is shorter."""
    month = Month.of(day).shift(months)
    return month.first_day.replace(day=min(day.day, calendar.monthrange(month.year, month.number)[1]))


_Around = Callable[[dt.date, int], DateRange]
_UNITS: dict[str, tuple[_Around, int]] = {  # the range around a day, and its length in months (0 for a week)
    "week": (lambda day, _month: week_of(day), 0),
    "month": (lambda day, _month: month_of(day), 1),
    "fiscal quarter": (fiscal_quarter, 3),
    "calendar quarter": (lambda day, _month: fiscal_quarter(day, 1), 3),
    "quarter": (lambda day, _month: fiscal_quarter(day, 1), 3),
    "fiscal year": (fiscal_year, 12),
    "calendar year": (lambda day, _month: fiscal_year(day, 1), 12),
    "year": (lambda day, _month: fiscal_year(day, 1), 12),
}
_STEPS = {"this": 0, "last": -1, "next": 1}


def macro_range(macro: str, today: dt.date, start_month: int) -> DateRange | None:
    """Return the days that a macro names in lower case, None for one that does not exist (or for ``all``)."""
    single = {"today": 0, "yesterday": -1}
    if macro in single:
        day = today + single[macro] * DAY
        return DateRange(day, day)
    if macro == "next 4 weeks":
        start = week_of(today).end + DAY
        return DateRange(start, start + (_WEEKS - 1) * DAY)
    step, _, rest = macro.partition(" ")
    unit = rest.removesuffix(_TO_DATE)
    if step not in _STEPS or unit not in _UNITS:
        return None
    return _unit_range(unit, _STEPS[step], today, start_month, to_date=rest.endswith(_TO_DATE))


def _unit_range(unit: str, step: int, today: dt.date, start_month: int, *, to_date: bool) -> DateRange:
    around, months = _UNITS[unit]
    day = _shifted(today, step * months) if months else today + 7 * step * DAY
    whole = around(day, start_month)
    return DateRange(whole.start, day) if to_date else whole
