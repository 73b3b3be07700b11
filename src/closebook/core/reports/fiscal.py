"""Fiscal years and the named periods that columns are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from closebook.core.periods import DateRange, Month

DAY = dt.timedelta(days=1)
WEEK_DAYS = 7


def fiscal_year(day: dt.date, start_month: int) -> DateRange:
    """Return the fiscal year that a day lies in.

    >>> fiscal_year(dt.date(2026, 3, 4), 7)
    DateRange(start=datetime.date(2025, 7, 1), end=datetime.date(2026, 6, 30))
    """
    year = day.year if day.month >= start_month else day.year - 1
    first = Month(year, start_month)
    return DateRange(first.first_day, first.shift(11).last_day)


def fiscal_quarter(day: dt.date, start_month: int) -> DateRange:
    """Return the quarter of the fiscal year that a day lies in (calendar quarters for a start month of 1)."""
    year = fiscal_year(day, start_month)
    months = (day.year - year.start.year) * 12 + day.month - year.start.month
    first = Month.of(year.start).shift(months // 3 * 3)
    return DateRange(first.first_day, first.shift(2).last_day)


def month_of(day: dt.date) -> DateRange:
    """Return the month that a day lies in."""
    month = Month.of(day)
    return DateRange(month.first_day, month.last_day)


def week_of(day: dt.date) -> DateRange:
    """Return the week, Sunday to Saturday, that a day lies in."""
    start = day - dt.timedelta(days=(day.weekday() + 1) % WEEK_DAYS)
    return DateRange(start, start + dt.timedelta(days=WEEK_DAYS - 1))


def day_of(day: dt.date) -> DateRange:
    """Return the range of that day alone."""
    return DateRange(day, day)


@dataclass(frozen=True, slots=True)
class Period:
    """A titled range of days, cut to the statement's own range."""

    title: str
    start: dt.date
    end: dt.date


def _day_title(days: DateRange) -> str:
    return f"{days.start:%b} {days.start.day}, {days.start.year}"


def _week_title(days: DateRange) -> str:
    end = f"{days.end.day}" if days.end.month == days.start.month else f"{days.end:%b} {days.end.day}"
    return f"{days.start:%b} {days.start.day} - {end}, {days.end.year}"


def _month_title(days: DateRange) -> str:
    return f"{days.start:%b} {days.start.year}"


def _months_title(days: DateRange) -> str:
    if days.start.year == days.end.year:
        return f"{days.start:%b} - {days.end:%b} {days.end.year}"
    return f"{days.start:%b} {days.start.year} - {days.end:%b} {days.end.year}"


_Around = Callable[[dt.date, int], DateRange]
_PERIODS: dict[str, tuple[_Around, Callable[[DateRange], str]]] = {
    "day": (lambda day, _month: day_of(day), _day_title),
    "week": (lambda day, _month: week_of(day), _week_title),
    "month": (lambda day, _month: month_of(day), _month_title),
    "quarter": (lambda day, _month: fiscal_quarter(day, 1), _months_title),
    "year": (lambda day, _month: fiscal_year(day, 1), _months_title),
    "fiscal-quarter": (fiscal_quarter, _months_title),
    "fiscal-year": (fiscal_year, _months_title),
}
PERIOD_WORDS = tuple(_PERIODS)


def period_around(word: str, day: dt.date, start_month: int) -> DateRange:
    """Return the whole day, week, month, quarter, year, fiscal quarter or fiscal year that a day lies in."""
    return _PERIODS[word][0](day, start_month)


def period_title(word: str, day: dt.date, start_month: int) -> str:
    """Return the title of the period that a day lies in, such as ``Mar 2026``."""
    around, title = _PERIODS[word]
    return title(around(day, start_month))


def periods(word: str, day_from: dt.date, day_to: dt.date, start_month: int) -> Iterator[Period]:
    """Yield the periods which cover the days from first to last; the outer ones are cut to them.

    >>> [period.title for period in periods("month", dt.date(2026, 1, 15), dt.date(2026, 2, 3), 1)]
    ['Jan 2026', 'Feb 2026']
    """
    day = day_from
    while day <= day_to:
        whole = period_around(word, day, start_month)
        yield Period(period_title(word, day, start_month), day, min(whole.end, day_to))
        day = whole.end + DAY


def previous_period(day_from: dt.date, day_to: dt.date) -> DateRange:
    """Return the range of the same length before: whole months for whole months, else as many days.

    >>> previous_period(dt.date(2026, 3, 1), dt.date(2026, 3, 31)).start
    datetime.date(2026, 2, 1)
    """
    if day_from.day == 1 and (day_to + DAY).day == 1:
        length = (day_to.year - day_from.year) * 12 + day_to.month - day_from.month + 1
        return DateRange(Month.of(day_from).shift(-length).first_day, day_from - DAY)
    return DateRange(day_from - (day_to - day_from) - DAY, day_from - DAY)


def year_before(day: dt.date) -> dt.date:
    """Return the same day a year earlier; the last of February for a leap day."""
    month = Month.of(day).shift(-12)
    whole_month = (day + DAY).day == 1
    return month.last_day if whole_month else month.first_day.replace(day=min(day.day, month.last_day.day))


def previous_year(day_from: dt.date, day_to: dt.date) -> DateRange:
    """Return the same days of the year before."""
    return DateRange(year_before(day_from), year_before(day_to))
