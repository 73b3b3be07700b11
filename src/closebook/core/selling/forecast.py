"""What will come in: the chance of each open deal within a period, from one's own history, as a range.

A deal goes week by week: it is won, lost, moves to another stage, or stays. How often each happens in which
stage at which age comes from the past; thin cells are widened until twenty deals were seen. Under thirty
decided deals no forecast is made. Chances are counted in millionths, so that no amount meets a fraction.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from closebook.core.errors import HeldError
from closebook.core.money import divide_half_up
from closebook.core.selling.rates import Count, Interval, Real, wilson

WON, LOST, DROPPED = "won", "lost", "dropped"
DECIDED = frozenset({WON, LOST, DROPPED})
WHOLE = 1_000_000
LEAST_DECIDED = 30
LEAST_SEEN = 20
WEEK = 7
MOST_SUMS = 20_000
DRAWS = 1_000
UNTRIED = Fraction(1, 2)
"""How far a forecast may miss before any was tried: deals do not decide for themselves alone."""
Chance = Callable[[], Real]
"""A source of chance: a number from 0 up to 1, such as ``random.Random(7).random``."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A deal's time in a stage: ``to`` is the next stage, won, lost or dropped; "" while it lasts."""

    stage: str
    began: dt.date
    ended: dt.date | None = None
    to: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """A deal with its spells in order; ``value_minor`` is what it is hoped to bring, ``came_minor`` what
    it did.
    """

    key: str
    value_minor: int
    spells: tuple[Spell, ...]
    came_minor: int = 0

    def until(self, day: dt.date) -> History | None:
        """Return the deal as it was known at the end of a day; None when it had not begun."""
        known = tuple(
            spell if spell.ended and spell.ended <= day else Spell(spell.stage, spell.began)
            for spell in self.spells
            if spell.began <= day
        )
        return History(self.key, self.value_minor, known) if known else None

    @property
    def result(self) -> str:
        """Return won, lost or dropped; "" while the deal is open."""
        last = self.spells[-1].to
        return last if last in DECIDED else ""

    def decided_on(self) -> dt.date | None:
        """Return the day of the decision, None while the deal is open."""
        return self.spells[-1].ended if self.result else None


@dataclass(slots=True)
class _Cell:
    seen: int = 0
    went: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Hazards:
    """How often deals went where, by stage and week of age; learned from spells known on a day."""

    cells: dict[tuple[str, int], _Cell] = field(default_factory=dict)
    _found: dict[tuple[str, int], tuple[tuple[str, Real], ...]] = field(default_factory=dict)
    _chances: dict[tuple[str, int, int], Real] = field(default_factory=dict)
    _all: list[_Cell] = field(default_factory=list)

    def learn(self, spell: Spell, on: dt.date) -> None:
        """Count each week that a spell lasted up to a day; a week that is not over counts only if it
        ended.
        """
        last = ((spell.ended or on) - spell.began).days // WEEK
        for week in range(last + 1):
            if week == last and not spell.to:
                break
            cell = self.cells.setdefault((spell.stage, week), _Cell())
            cell.seen += 1
            if week == last:
                cell.went[spell.to] = cell.went.get(spell.to, 0) + 1

    def going(self, stage: str, week: int) -> tuple[tuple[str, Real], ...]:
        """Return (where, chance) of leaving a stage in a week of age, seen in twenty deals or more if
        possible.
        """
        key = (stage, week)
        if key not in self._found:
            cell, whole = self._wide(stage, week), self._whole()
            self._found[key] = tuple(
                (to, self._drawn(cell, whole, to))
                for to in sorted(whole.went)
                if cell.went.get(to) or to == WON
            )
        return self._found[key]

    def _drawn(self, cell: _Cell, whole: _Cell, to: str) -> Real:
        """Return the share that went there, drawn to that of all by the weight of two weeks."""
        general = (whole.went.get(to, 0) + 1) / (whole.seen + 2)
        return (cell.went.get(to, 0) + 2 * general) / (cell.seen + 2)

    def _wide(self, stage: str, week: int) -> _Cell:
        width = 1
        while width <= 64:
            first = week - week % width
            cell = self._pool((stage, one) for one in range(first, first + width))
            if cell.seen >= LEAST_SEEN:
                return cell
            width *= 2
        of_stage = self._pool(key for key in self.cells if key[0] == stage)
        return of_stage if of_stage.seen >= LEAST_SEEN else self._whole()

    def _whole(self) -> _Cell:
        """Return all cells as one; they are added up once."""
        self._all = self._all or [self._pool(self.cells)]
        return self._all[0]

    def _pool(self, keys: Iterable[tuple[str, int]]) -> _Cell:
        pooled = _Cell()
        for key in keys:
            cell = self.cells.get(key)
            if cell:
                pooled.seen += cell.seen
                for to, times in cell.went.items():
                    pooled.went[to] = pooled.went.get(to, 0) + times
        return pooled

    def chance(self, stage: str, week: int, weeks: int) -> Real:
        """Return the chance that a deal in a stage at an age is won within so many weeks."""
        if weeks <= 0:
            return 0.0
        key = (stage, week, weeks)
        if key not in self._chances:
            won, stays = 0.0, 1.0
            for to, chance in self.going(stage, week):
                stays -= chance
                if to == WON:
                    won += chance
                elif to not in DECIDED:
                    won += chance * self.chance(to, 0, weeks - 1)
            won += max(stays, 0.0) * self.chance(stage, week + 1, weeks - 1)
            self._chances[key] = min(won, 1.0)
        return self._chances[key]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What open deals may bring within the period, in minor units: expected, and from low to high (10-90 %).

    ``millionths`` is each deal's chance by key.
    """

    open_minor: int
    expected_minor: int
    low_minor: int
    high_minor: int
    millionths: Mapping[str, int]
    factor: Fraction
    decided: int


def hazards_of(histories: Iterable[History], on: dt.date) -> Hazards:
    """Return what the deals known on a day teach."""
    found = Hazards()
    for history in histories:
        for spell in history.spells:
            found.learn(spell, on)
    return found


def open_chances(known: Sequence[History], on: dt.date, days: int) -> dict[str, int]:
    """Return the chance in millionths of each open deal to be won within so many days.

    Raises HeldError selling-history under thirty decided deals.
    """
    decided = sum(bool(one.result) for one in known)
    if decided < LEAST_DECIDED:
        raise HeldError(
            "selling-history",
            f"A forecast needs {LEAST_DECIDED} decided deals; there are {decided}.",
            remedy="Until then look at the open total and the coverage.",
        )
    hazards, found = hazards_of(known, on), {}
    for one in known:
        if not one.result:
            spell = one.spells[-1]
            chance = hazards.chance(spell.stage, (on - spell.began).days // WEEK, max(1, days // WEEK))
            found[one.key] = int(chance * WHOLE + 0.5)
    return found


def forecast(
    histories: Iterable[History],
    on: dt.date,
    days: int,
    chance: Chance,
    past: Sequence[tuple[int, int]] = (),
) -> Forecast:
    """Return the forecast of the deals known on a day for so many days.

    ``past`` are (came in, predicted) of the last finished periods; they correct and widen. Raises HeldError.
    """
    known = [one for history in histories if (one := history.until(on))]
    millionths = open_chances(known, on, days)
    deals = [(one.value_minor, millionths[one.key]) for one in known if not one.result]
    factor, spread = calibration(past)
    low, high = value_range(deals, chance)
    return Forecast(
        sum(value for value, _part in deals),
        _times(expected_minor(deals), factor),
        _times(low, factor * max(1 - spread, Fraction(0))),
        _times(high, factor * (1 + spread)),
        millionths,
        factor,
        sum(bool(one.result) for one in known),
    )


def _times(minor: int, factor: Fraction) -> int:
    return divide_half_up(minor * factor.numerator, factor.denominator)


def expected_minor(deals: Iterable[tuple[int, int]]) -> int:
    """Return the expected amount of deals (value in minor units, chance in millionths)."""
    return divide_half_up(sum(value * part for value, part in deals), WHOLE)


def calibration(past: Sequence[tuple[int, int]]) -> tuple[Fraction, Fraction]:
    """Return the factor by which periods came in against what was predicted, drawn to 1, and its spread.

    One period counts half, two count two thirds. The spread reaches from the factor to the farthest period,
    and to 1, which is what no period has contradicted yet; before the first period it is ``UNTRIED``.

    >>> calibration([(50, 100)])
    (Fraction(3, 4), Fraction(1, 3))
    """
    ratios = [Fraction(1), *(Fraction(came, predicted) for came, predicted in past if predicted > 0)]
    if len(ratios) == 1:
        return Fraction(1), UNTRIED
    factor = sum(ratios, Fraction(0)) / len(ratios)
    return factor, max(abs(one - factor) for one in ratios) / factor


def value_range(deals: Sequence[tuple[int, int]], chance: Chance) -> tuple[int, int]:
    """Return the tenth and the ninetieth hundredth of what deals bring, each won or not for itself.

    Exact while the sums are few, else by a thousand draws from the source of chance.
    """
    exact = _exact(deals)
    if exact is not None:
        return _quantile(exact, 1), _quantile(exact, 9)
    sums = sorted(sum(value for value, part in deals if chance() * WHOLE < part) for _ in range(DRAWS))
    return sums[DRAWS // 10], sums[DRAWS * 9 // 10 - 1]


def _exact(deals: Sequence[tuple[int, int]]) -> dict[int, Fraction] | None:
    sums = {0: Fraction(1)}
    if len(deals) > 14:
        return None
    for value, part in deals:
        share, more = Fraction(part, WHOLE), dict.fromkeys(sums, Fraction(0))
        for amount, weight in sums.items():
            more[amount] += weight * (1 - share)
            more[amount + value] = more.get(amount + value, Fraction(0)) + weight * share
        sums = more
    return sums


def _quantile(sums: Mapping[int, Fraction], tenths: int) -> int:
    weight = Fraction(0)
    for amount in sorted(sums):
        weight += sums[amount]
        if weight * 10 >= tenths:
            return amount
    return 0


def coverage(open_minor: int, remaining_target_minor: int) -> Fraction | None:
    """Return open value / what is left of the target; None when nothing is left."""
    return Fraction(open_minor, remaining_target_minor) if remaining_target_minor > 0 else None


def brier(chances: Iterable[tuple[int, bool]]) -> Real:
    """Return the mean squared error of (millionths, came in); 0 is perfect."""
    errors = [(part / WHOLE - came) ** 2 for part, came in chances]
    return math.fsum(errors) / len(errors) if errors else 0.0


@dataclass(frozen=True, slots=True)
class Reliable:
    """Deals of one tenth of predicted chances: the mean chance, and how many came in with their interval."""

    millionths: int
    came: Count
    interval: Interval


def reliability(chances: Iterable[tuple[int, bool]]) -> list[Reliable]:
    """Return predicted against observed in tenths of the chance; tenths without deals are left out."""
    edges = [WHOLE * tenth // 10 for tenth in range(1, 10)]
    groups: dict[int, list[tuple[int, bool]]] = {}
    for part, came in chances:
        groups.setdefault(bisect_left(edges, part + 1), []).append((part, came))
    found = []
    for _tenth, group in sorted(groups.items()):
        count = Count(sum(came for _part, came in group), len(group))
        mean = divide_half_up(sum(part for part, _came in group), len(group))
        found.append(Reliable(mean, count, wilson(count)))
    return found
