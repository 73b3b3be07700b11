"""Free times of somebody's working days, for appointments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from closebook.core.workforce.runs import MINUTE, Run, moment_of, ms_of, subtract, union

BEGINS, ENDS = dt.time(9), dt.time(17)
"""A working day where nothing else is known."""
_FREE_DAYS = (5, 6)


def free_times(
    busy: Iterable[Run], since: dt.datetime, days: int, minutes: int, zone: ZoneInfo, most: int = 12
) -> list[dt.datetime]:
    """Return beginnings of free stretches of so many minutes, at most two a day, in UTC.

    Looks at working hours (9 to 17 in ``zone``, Monday to Friday) of so many days from ``since`` on; ``busy``
    are runs of milliseconds in any order.
    """
    taken, found = union(busy), list[dt.datetime]()
    first = since.astimezone(zone).date()
    for number in range(days):
        day = first + dt.timedelta(days=number)
        if day.weekday() not in _FREE_DAYS:
            found += _of_day(day, taken, since, minutes, zone)
    return found[:most]


def _of_day(
    day: dt.date, taken: list[Run], since: dt.datetime, minutes: int, zone: ZoneInfo
) -> list[dt.datetime]:
    """Return the first free stretch of each half of a day, beginning on a half hour."""
    noon = dt.time(13)
    found = []
    for begins, ends in ((BEGINS, noon), (noon, ENDS)):
        opens, closes = (ms_of(dt.datetime.combine(day, at, zone)) for at in (begins, ends))
        for start, end in subtract([(opens, closes)], taken):
            at = -(-max(start, ms_of(since)) // (30 * MINUTE)) * 30 * MINUTE
            if at + minutes * MINUTE <= end:
                found.append(moment_of(at))
                break
    return found
