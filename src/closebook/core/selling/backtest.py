"""The forecast tried on the past: what would have been said on a day, against what came in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from closebook.core.money import divide_half_up
from closebook.core.selling.forecast import (
    LOST,
    WHOLE,
    WON,
    History,
    Reliable,
    brier,
    expected_minor,
    open_chances,
    reliability,
)
from closebook.core.selling.rates import Real


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


def tried(histories: Sequence[History], on: dt.date, days: int) -> Tried:
    """Return what was known on a day, what two ways of reckoning made of it, and what came in.

    Raises HeldError selling-history under thirty decided deals on that day.
    """
    known = [one for history in histories if (one := history.until(on))]
    later = {history.key: history for history in histories}
    chances = open_chances(known, on, days)
    still = [one for one in known if not one.result]
    end = on + dt.timedelta(days=days)
    came = {one.key: _came(later[one.key], end) for one in still}
    decided = [one.result for one in known if one.result in {WON, LOST}]
    rate = divide_half_up(WHOLE * decided.count(WON), len(decided)) if decided else 0
    return Tried(
        on,
        len(still),
        sum(later[key].came_minor for key, true in came.items() if true),
        expected_minor((one.value_minor, rate) for one in still),
        expected_minor((one.value_minor, chances[one.key]) for one in still),
        brier((rate, true) for true in came.values()),
        brier((chances[key], true) for key, true in came.items()),
        tuple(reliability((chances[key], true) for key, true in came.items())),
    )


def _came(history: History, end: dt.date) -> bool:
    day = history.decided_on()
    return history.result == WON and day is not None and day <= end
