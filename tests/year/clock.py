"""The clock of the simulated year: it stands where it is put, and waiting moves it on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from closebook.transport import clock

_TICK = dt.timedelta(milliseconds=1)


class Clock:
    """Time that the simulation sets. Each look moves it on by a millisecond, so that no two are equal."""

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self.slept = 0.0

    def now(self) -> dt.datetime:
        self.at += _TICK
        return self.at

    def today(self) -> dt.date:
        return self.at.date()

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.at += dt.timedelta(seconds=seconds)

    def go_to(self, moment: dt.datetime) -> None:
        """Stand at a moment, unless waiting has gone beyond it already."""
        self.at = max(self.at, moment)


@contextmanager
def set_clock(at: dt.datetime) -> Iterator[Clock]:
    """Let the product read a clock of our own instead of the machine's."""
    own = Clock(at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", own.now)
        patch.setattr(clock, "today", own.today)
        patch.setattr(clock, "sleep_seconds", own.sleep)
        yield own
