"""Days of a zone: segments are split at local midnight; when the clock changes a day has 23 or 25 h."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from closebook.core.errors import InputError
from closebook.core.workforce.reckoning import Segment
from closebook.core.workforce.runs import Run, moment_of, ms_of

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def day_of(ms: int, zone: str) -> dt.date:
    """Return the day on which a moment falls in a zone such as ``Europe/Amsterdam``."""
    return moment_of(ms).astimezone(ZoneInfo(zone)).date()


def midnight(day: dt.date, zone: str) -> int:
    """Return the moment at which a day begins in a zone."""
    return ms_of(dt.datetime.combine(day, dt.time(), ZoneInfo(zone)))


def day_run(day: dt.date, zone: str) -> Run:
    """Return the run of a day in a zone.

    >>> start, end = day_run(dt.date(2026, 3, 29), "Europe/Amsterdam")
    >>> (end - start) // 3_600_000
    23
    """
    return midnight(day, zone), midnight(day + dt.timedelta(days=1), zone)


def moment_in(clock_time: dt.datetime, zone: str) -> dt.datetime:
    """Return the moment (UTC) at which a zone's clocks show a time; where they show it twice, the first.

    Raises InputError for a time that the clocks leave out when they go forward, and for years before 2000 or
    after 2100.
    """
    naive = clock_time.replace(tzinfo=None)
    if not _FIRST_YEAR <= naive.year <= _LAST_YEAR:
        raise InputError("moment-far", "This day is too far away.", remedy="Look at the year.")
    there = ZoneInfo(zone)
    moment = naive.replace(tzinfo=there).astimezone(dt.UTC)
    if moment.astimezone(there).replace(tzinfo=None) != naive:
        raise InputError(
            "no-such-time",
            "This time does not exist on this day: the clocks go forward then.",
            remedy="Choose a time an hour later.",
        )
    return moment


def split_days(segments: Iterable[Segment], zone: str) -> Iterator[tuple[dt.date, Segment]]:
    """Yield (day, segment), each segment cut at the midnights of a zone."""
    day: dt.date | None = None
    begins = ends = 0
    for segment in segments:
        start = segment.start
        while start < segment.end:
            if day is None or not begins <= start < ends:
                day = day_of(start, zone)
                begins, ends = day_run(day, zone)
            stop = min(segment.end, ends)
            whole = (start, stop) == (segment.start, segment.end)
            yield day, segment if whole else replace(segment, start=start, end=stop)
            start = stop
