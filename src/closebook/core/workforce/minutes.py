"""Whole minutes of milliseconds, by a stated method, so that rows add up to what was approved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.errors import InvariantError
from closebook.core.workforce.runs import MINUTE


class Round(StrEnum):
    """To which side a sum of time is rounded."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a timesheet's time becomes minutes: to which side, and to how many minutes (1, 5, 6 or 15)."""

    side: Round = Round.NEAREST
    step: int = 1

    def minutes(self, ms: int) -> int:
        """Return whole minutes of a length in ms, a multiple of the step.

        >>> Rounding(Round.UP, 6).minutes(61_000), Rounding().minutes(29_999)
        (6, 0)
        """
        unit = self.step * MINUTE
        if unit <= 0 or ms < 0:
            raise InvariantError("not-a-length", f"{ms} ms in steps of {self.step} minutes.")
        extra = {Round.NEAREST: unit // 2, Round.UP: unit - 1, Round.DOWN: 0}[self.side]
        return (ms + extra) // unit * self.step


def rounded_rows(lengths: Sequence[int], rounding: Rounding) -> list[int]:
    """Return whole minutes of each row's length in ms; their sum is the rounded sum of the lengths.

    The sum is rounded once; its steps are shared out by largest remainder, so that no row is off by more than
    one step.

    >>> rounded_rows([90_000, 90_000, 90_000], Rounding())
    [2, 2, 1]
    """
    if not lengths:
        return []
    steps = rounding.minutes(sum(lengths)) // rounding.step
    unit = rounding.step * MINUTE
    floors = [length // unit for length in lengths]
    left = steps - sum(floors)
    by_rest = sorted(range(len(lengths)), key=lambda row: (-(lengths[row] % unit), row))
    for row in by_rest[:left]:
        floors[row] += 1
    return [steps * rounding.step for steps in floors]


def shown_hours(minutes: int) -> str:
    """Return minutes as ``7:05``.

    >>> shown_hours(425), shown_hours(-30)
    ('7:05', '-0:30')
    """
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours}:{rest:02d}"
