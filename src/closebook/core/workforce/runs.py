"""Runs of time as sorted lists of half-open pairs of milliseconds, and the arithmetic of sets on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from closebook.core.errors import InvariantError

Run: TypeAlias = tuple[int, int]
SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MILLISECOND = dt.timedelta(milliseconds=1)


def ms_of(moment: dt.datetime) -> int:
    """Return the milliseconds of a moment with a zone, cut and not rounded. InvariantError without a zone.

    >>> ms_of(dt.datetime(1970, 1, 1, 0, 0, 1, 999, tzinfo=dt.UTC))
    1000
    """
    if moment.tzinfo is None:
        raise InvariantError("moment-without-zone", f"{moment} has no zone.")
    return (moment - _EPOCH) // _MILLISECOND


def moment_of(ms: int) -> dt.datetime:
    """Return the moment of milliseconds, in UTC."""
    return _EPOCH + dt.timedelta(milliseconds=ms)


def union(runs: Iterable[Run], gap: int = 0) -> list[Run]:
    """Return the covered time: sorted, apart, without empty runs; gaps of at most ``gap`` ms are closed.

    >>> union([(5, 9), (0, 4), (4, 4), (8, 12)])
    [(0, 4), (5, 12)]
    >>> union([(5, 9), (0, 4)], gap=1)
    [(0, 9)]
    """
    found: list[Run] = []
    for start, end in sorted(runs):
        if end <= start:
            continue
        if found and start - found[-1][1] <= gap:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def intersect(left: Sequence[Run], right: Sequence[Run]) -> list[Run]:
    """Return the time in both; each list is sorted and apart.

    >>> intersect([(0, 10)], [(2, 3), (8, 20)])
    [(2, 3), (8, 10)]
    """
    found: list[Run] = []
    first = second = 0
    while first < len(left) and second < len(right):
        start = max(left[first][0], right[second][0])
        end = min(left[first][1], right[second][1])
        if start < end:
            found.append((start, end))
        if left[first][1] < right[second][1]:
            first += 1
        else:
            second += 1
    return found


def subtract(left: Sequence[Run], right: Sequence[Run]) -> list[Run]:
    """Return the time in ``left`` and not in ``right``; each list is sorted and apart.

    >>> subtract([(0, 10)], [(2, 3), (8, 20)])
    [(0, 2), (3, 8)]
    """
    found: list[Run] = []
    at = 0
    for first, end in left:
        start = first
        while at < len(right) and right[at][1] <= start:
            at += 1
        behind = at
        while behind < len(right) and right[behind][0] < end:
            if right[behind][0] > start:
                found.append((start, right[behind][0]))
            start = max(start, right[behind][1])
            behind += 1
        if start < end:
            found.append((start, end))
    return found


def total(runs: Iterable[Run]) -> int:
    """Return the length of runs that do not overlap, in milliseconds."""
    return sum(end - start for start, end in runs)
