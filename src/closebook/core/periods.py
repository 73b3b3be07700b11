"""Days, months and ranges of days. A month is written ``2026-03``; ranges include both ends."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from closebook.core.errors import InputError


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, ordered in time."""

    year: int
    number: int

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Return the month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month of a text such as ``2026-03``; InputError for any other text.

        >>> Month.parse("2026-03")
        Month(year=2026, number=3)
        """
        try:
            return cls.of(dt.date.fromisoformat(f"{text}-01"))
        except ValueError as error:
            raise InputError(
                "not-a-month", f"{text!r} is not a month.", remedy="Write it as 2026-03."
            ) from error

    @property
    def first_day(self) -> dt.date:
        """Return the first day of the month."""
        return dt.date(self.year, self.number, 1)

    @property
    def last_day(self) -> dt.date:
        """Return the last day of the month."""
        return dt.date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    def next(self) -> Month:
        """Return the following month."""
        return self.shift(1)

    def shift(self, months: int) -> Month:
        """Return the month that lies so many months later (or earlier, when negative)."""
        year, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, index + 1)

    def __str__(self) -> str:
        """Return the month as ``2026-03``."""
        return f"{self.year:04d}-{self.number:02d}"


@dataclass(frozen=True, slots=True)
class DateRange:
    """The days from ``start`` to ``end``, both included."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: object) -> bool:
        """Tell whether a day lies in the range."""
        return isinstance(day, dt.date) and self.start <= day <= self.end

    def months(self) -> Iterator[Month]:
        """Yield each month that the range touches, in order."""
        month, last = Month.of(self.start), Month.of(self.end)
        while month <= last:
            yield month
            month = month.next()


def parse_day(text: str) -> dt.date:
    """Return the day of a text such as ``2026-03-04``; InputError for any other text."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InputError("not-a-day", f"{text!r} is not a day.", remedy="Write it as 2026-03-04.") from error
