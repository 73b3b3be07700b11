"""The forecast tried on the past: what would have been said on a day, against what came in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from closebook.core.errors import HeldError
from closebook.core.money import divide_half_up
from closebook.core.selling.forecast import (
    LOST,
    WHOLE,
    WON,
    Chance,
    History,
    Reliable,
    brier,
    calibration,
    expected_minor,
    open_chances,
    reliability,
    value_range,
)
from closebook.core.selling.outlook import Correction
from closebook.core.selling.rates import Real

MOST_PAST = 4
"""So many finished periods correct a forecast."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One day of the past: amounts in minor units, errors by Brier of the plain win rate and of ours."""

    on: dt.date
    open_deals: int
    came_minor: int
    by_rate_minor: int
    by_age_minor: int
    rate_error: Real
    age_error: Real
    reliability: tuple[Reliable, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A trial with the range that would have been given that day, corrected by trials finished by then."""

    tried: Tried
    end: dt.date
    expected_minor: int
    low_minor: int
    high_minor: int

    @property
    def inside(self) -> bool:
        """Tell whether what came in lay within the range."""
        return self.low_minor <= self.tried.came_minor <= self.high_minor


def tried(histories: Sequence[History], on: dt.date, days: int) -> Tried:
    """Return what was known on a day, what two ways of reckoning made of it, and what came in.

    Raises HeldError selling-history under thirty decided deals on that day.
    """
    return _tried(histories, on, days)[0]


def walked(histories: Sequence[History], days: Sequence[dt.date], horizon: int, chance: Chance) -> list[Walk]:
    """Return a trial for each day, in order; days with fewer than thirty decided deals are left out."""
    found: list[Walk] = []
    for on in sorted(days):
        try:
            one, deals = _tried(histories, on, horizon)
        except HeldError:
            continue
        done = [(walk.tried.came_minor, walk.tried.by_age_minor) for walk in found if walk.end <= on]
        correction = Correction(*calibration(done[-MOST_PAST:]))
        row = correction.row(len(deals), 0, one.by_age_minor, *value_range(deals, chance))
        end = on + dt.timedelta(days=horizon)
        found.append(Walk(one, end, row.expected_minor, row.low_minor, row.high_minor))
    return found


def _tried(histories: Sequence[History], on: dt.date, days: int) -> tuple[Tried, list[tuple[int, int]]]:
    known = [one for history in histories if (one := history.until(on))]
    later = {history.key: history for history in histories}
    chances = open_chances(known, on, days)
    still = [one for one in known if not one.result]
    end = on + dt.timedelta(days=days)
    came = {one.key: _came(later[one.key], end) for one in still}
    decided = [one.result for one in known if one.result in {WON, LOST}]
    rate = divide_half_up(WHOLE * decided.count(WON), len(decided)) if decided else 0
    deals = [(one.value_minor, chances[one.key]) for one in still]
    made = Tried(
        on,
        len(still),
        sum(later[key].came_minor for key, true in came.items() if true),
        expected_minor((one.value_minor, rate) for one in still),
        expected_minor(deals),
        brier((rate, true) for true in came.values()),
        brier((chances[key], true) for key, true in came.items()),
        tuple(reliability((chances[key], true) for key, true in came.items())),
    )
    return made, deals


def _came(history: History, end: dt.date) -> bool:
    day = history.decided_on()
    return history.result == WON and day is not None and day <= end
