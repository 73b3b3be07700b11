"""Which sales a payout pays, from amounts and days alone: cut-offs fitted over prefix sums.

A processor pays out its stream of sales in order, cut once a day at a time that nobody tells. So a stream is
tiled: each payout takes what lies between its cut-off and the one before. The time of the cut-off and the day
of each payout's last cut are fitted to the deposits of a whole period; no sum of freely chosen sales is ever
searched, since with a hundred sales there are endless sums that fit to the cent and prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, permutations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]

DAY_MINUTES = 24 * 60
LONGEST_WAIT_DAYS = 12
_COARSE_MINUTES = 60
_KEPT = 3
_MOST_OF_A_DAY = 3
_ROOT_SCALE = 16
_NEAR_MINUTES = 120
_NEAR_EXACT = 2
_EXPLAINED_COST = 160
_FAR = np.int64(1) << 60


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a stream was cut. ``cut_minute`` is the minute of the day; deposit ``i`` takes the rows from
    ``starts[i]`` up to ``ends[i]`` in order of time, none (``foreign``) when it is not of the stream.
    ``order`` are the deposits in the order in which they take rows; ``doubtful`` are those whose rows would
    be others if the cut-off were a little earlier or later, which fits nearly as many payouts.
    """

    cut_minute: int
    order: tuple[int, ...]
    starts: Ints
    ends: Ints
    foreign: npt.NDArray[np.bool_]
    doubtful: npt.NDArray[np.bool_]
    residuals: Ints


@dataclass(frozen=True, slots=True)
class _Step:
    """One deposit on the way: for each cut-off and day of its cut, the day of the cut before."""

    deposit: int
    low: int
    origin: Ints
    taken: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Stage:
    """The deposits of one day: the steps in each order that was tried, and the best order of each state."""

    orders: tuple[tuple[_Step, ...], ...]
    best: npt.NDArray[np.intp]


def tile(
    minutes: Ints, amounts: Ints, deposit_days: Ints, deposits: Ints, *, under_way: bool = False
) -> Tiling:
    """Return the tiling of a stream that leaves the least unexplained.

    ``minutes`` (since any day's beginning, rising) and ``amounts`` (minor units) are the rows; days count
    from the same beginning, rising. ``under_way`` tells that earlier payouts took the first rows. A residual
    is deposit - rows, in minor units. Everything is counted in integers.
    """
    if not len(deposits):
        none = np.zeros(0, np.int64)
        return Tiling(0, (), none, none, none.astype(bool), none.astype(bool), none)
    fit = _Fit(minutes, amounts, deposit_days, deposits, under_way=under_way)
    coarse = np.arange(0, DAY_MINUTES, _COARSE_MINUTES, dtype=np.int64)
    found = fit.ways(coarse)
    best = np.argsort(found.costs, kind="stable")[:_KEPT]
    cut = min(fit.refined(int(coarse[at]), found.path(int(at))) for at in best)[-1]
    path = fit.ways(np.array([cut], dtype=np.int64), rooted=True).path(0)
    return fit.tiling(cut, fit.with_better_pairs(cut, path))


@dataclass(frozen=True, slots=True)
class _Path:
    """The day of the opening cut, and each deposit with the day of its cut (-1: none) in order."""

    opening: int
    cuts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Ways:
    """The least cost at each cut-off, and the way to it."""

    costs: Ints
    last: npt.NDArray[np.intp]
    stages: tuple[_Stage, ...]

    def path(self, line: int) -> _Path:
        """Return the way of one cut-off, found from its end."""
        at, cuts = int(self.last[line]), list[tuple[int, int]]()
        for stage in reversed(self.stages):
            for step in reversed(stage.orders[int(stage.best[line, at])]):
                place = at - step.low
                here = 0 <= place < step.taken.shape[1] and bool(step.taken[line, place])
                cuts.append((step.deposit, at if here else -1))
                at = int(step.origin[line, place]) if here else at
        return _Path(at, tuple(reversed(cuts)))


class _Fit:
    """The prefix sums of a stream at any cut-off, and the search over the days of its cuts."""

    def __init__(self, minutes: Ints, amounts: Ints, days: Ints, deposits: Ints, *, under_way: bool) -> None:
        self._minutes, self._amounts = minutes, amounts
        self._sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(amounts, dtype=np.int64)))
        self._days, self._deposits = days, deposits
        first = int(minutes[0]) // DAY_MINUTES - 1 if len(minutes) else int(days[0]) - 1
        self._first = min(first, int(days[0]) - LONGEST_WAIT_DAYS)
        self._count = int(days[-1]) - self._first + 2
        self._cap = max(1, int(np.median(np.abs(deposits))) // 3)
        self._rooted, self._under_way = False, under_way

    def places(self, cuts: Ints) -> Ints:
        """Return how many rows lie before each day's cut, one line for each time of the cut-off."""
        ends = (self._first + np.arange(self._count, dtype=np.int64)) * DAY_MINUTES
        return np.searchsorted(self._minutes, ends[None, :] + cuts[:, None], side="left").astype(np.int64)

    def ways(self, cuts: Ints, *, rooted: bool = False) -> _Ways:
        """Return the cheapest way at each cut-off.

        The cost of a payout is what it leaves unexplained, at most a third of a usual deposit, which a
        deposit that belongs to no rows costs as well. ``rooted`` takes the roots of costs, so that one large
        error weighs less than many small ones. Deposits of one day are tried in every order.
        """
        self._rooted = rooted
        sums = self._sums[self.places(cuts)]
        state = (
            np.zeros_like(sums) if self._under_way else self._cost(sums)
        )  # the cost of each day as the last cut before any payout
        stages = []
        for group in self._days_of_deposits():
            ends, orders = [], []
            for order in permutations(group) if len(group) <= _MOST_OF_A_DAY else [group]:
                following, steps = state, list[_Step]()
                for deposit in order:
                    following, step = self._step(sums, following, deposit)
                    steps.append(step)
                ends.append(following)
                orders.append(tuple(steps))
            every = np.stack(ends)
            best = every.argmin(axis=0)
            state = every.min(axis=0)
            stages.append(_Stage(tuple(orders), best))
        last = state.argmin(axis=1)
        return _Ways(state[np.arange(len(cuts)), last], last, tuple(stages))

    def _cost(self, gaps: Ints) -> Ints:
        small = np.minimum(np.abs(gaps), self._cap)
        return (np.sqrt(small) * _ROOT_SCALE).astype(np.int64) if self._rooted else small

    def with_better_pairs(self, cut: int, path: _Path) -> _Path:
        """Return a path in which two payouts of one day change places, or share their rows otherwise, where
        single rows then explain more of what they leave over.
        """
        places = self.places(np.array([cut], dtype=np.int64))[0]
        cuts, at = list(path.cuts), path.opening
        for number in range(len(cuts) - 1):
            (one, middle), (two, end) = cuts[number], cuts[number + 1]
            if self._days[one] == self._days[two] and middle >= 0 and end >= 0:
                ways = [
                    (
                        self._pair_cost(places, (at, day, end), pair),
                        pair != (one, two),
                        abs(day - middle),
                        pair,
                        day,
                    )
                    for pair in ((one, two), (two, one))
                    for day in range(at, end + 1)
                ]
                *_cost, pair, middle = min(ways)
                cuts[number], cuts[number + 1] = (pair[0], middle), (pair[1], end)
            at = middle if middle >= 0 else at
        return _Path(path.opening, tuple(cuts))

    def _pair_cost(self, places: Ints, days: tuple[int, int, int], pair: tuple[int, int]) -> int:
        """Return the cost of two payouts; what a single row explains costs little."""
        begin, middle, end = (int(places[day]) for day in days)
        windows = (self._amounts[begin:middle], self._amounts[middle:end])
        gaps = [int(self._deposits[at]) - int(rows.sum()) for at, rows in zip(pair, windows, strict=True)]
        held = gaps[0] < 0 and gaps[0] == -gaps[1] and bool((windows[0] == gaps[1]).any())
        if held:
            return _EXPLAINED_COST
        costs = self._cost(np.array(gaps, dtype=np.int64))
        named = [gap < 0 and bool((rows == -gap).any()) for gap, rows in zip(gaps, windows, strict=True)]
        return sum(
            min(int(cost), _EXPLAINED_COST) if known else int(cost)
            for cost, known in zip(costs, named, strict=True)
        )

    def _days_of_deposits(self) -> Iterator[tuple[int, ...]]:
        for _day, group in groupby(range(len(self._days)), key=lambda at: int(self._days[at])):
            yield tuple(group)

    def _step(self, sums: Ints, state: Ints, deposit: int) -> tuple[Ints, _Step]:
        """Return the costs behind one more deposit, and where they come from."""
        day, amount = int(self._days[deposit]), self._deposits[deposit]
        high = min(day - self._first + 1, self._count)
        low = max(0, high - LONGEST_WAIT_DAYS - 1)
        before = max(0, low - LONGEST_WAIT_DAYS - 1)
        taken_in = sums[:, low:high, None] - sums[:, None, before:high]
        costs = self._cost(amount - taken_in) + state[:, None, before:high]
        costs[:, np.arange(low, high)[:, None] < np.arange(before, high)[None, :]] = _FAR
        origin = costs.argmin(axis=2)
        reached = np.take_along_axis(costs, origin[:, :, None], axis=2)[:, :, 0]
        following = state + self._cost(np.array([self._cap]))[0]
        taken = reached < following[:, low:high]
        following[:, low:high] = np.where(taken, reached, following[:, low:high])
        return following, _Step(deposit, low, origin.astype(np.int64) + before, taken)

    def refined(self, coarse: int, path: _Path) -> tuple[int, int, int, int]:
        """Return, for the best minute near a coarse cut-off: minus the number of exact payouts, what is left
        over, how unusual the minute is, and the minute. The days of the cuts stay.
        """
        span = np.arange(coarse - _COARSE_MINUTES, coarse + _COARSE_MINUTES + 1, dtype=np.int64)
        sums = self._sums[self.places(span)]
        taken = [(deposit, day) for deposit, day in path.cuts if day >= 0]
        stops = [path.opening, *(day for _deposit, day in taken)]
        wanted = self._deposits[[deposit for deposit, _day in taken]]
        gaps = np.abs(wanted[None, :] - np.diff(sums[:, stops], axis=1))
        exact, rest = (gaps == 0).sum(axis=1), np.minimum(gaps, self._cap).sum(axis=1)
        return min(
            (-int(exact[at]), int(rest[at]), _roughness(int(minute)), int(minute))
            for at, minute in enumerate(span)
        )

    def tiling(self, cut: int, path: _Path) -> Tiling:
        """Return the tiling of a cut-off and the days of its cuts."""
        places = self.places(np.array([cut], dtype=np.int64))[0]
        starts, ends = (np.zeros(len(self._deposits), np.int64) for _ in range(2))
        foreign = np.ones(len(self._deposits), dtype=bool)
        at = path.opening
        for deposit, day in path.cuts:
            starts[deposit] = places[at]
            at = day if day >= 0 else at
            ends[deposit] = places[at]
            foreign[deposit] = starts[deposit] == ends[deposit]
        residuals = self._deposits - (self._sums[ends] - self._sums[starts])
        order = tuple(deposit for deposit, _day in path.cuts)
        doubtful = self._doubtful(cut, path)
        return Tiling(cut % DAY_MINUTES, order, starts, ends, foreign, doubtful, residuals)

    def _doubtful(self, cut: int, path: _Path) -> npt.NDArray[np.bool_]:
        """Return which deposits have other rows at a cut-off that makes nearly as many payouts exact."""
        span = np.arange(cut - _NEAR_MINUTES, cut + _NEAR_MINUTES + 1, dtype=np.int64)
        taken = [(deposit, day) for deposit, day in path.cuts if day >= 0]
        stops = [path.opening, *(day for _deposit, day in taken)]
        places = self.places(span)[:, stops]
        wanted = self._deposits[[deposit for deposit, _day in taken]]
        exact = (wanted[None, :] == np.diff(self._sums[places], axis=1)).sum(axis=1)
        near = exact >= exact[_NEAR_MINUTES] - _NEAR_EXACT
        other = places != places[_NEAR_MINUTES]
        shaky = (other[near, 1:] | other[near, :-1]).any(axis=0)
        found = np.zeros(len(self._deposits), dtype=bool)
        found[[deposit for deposit, _day in taken]] = shaky
        return found


def _roughness(minute: int) -> int:
    """Return how unusual a time of day is as a cut-off: whole hours come first."""
    return next((rank for rank, size in enumerate((60, 30, 15, 5)) if minute % size == 0), 4)
