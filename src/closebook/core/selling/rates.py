"""Rates of few deals, honestly: intervals, changes, and the sentence that the counts allow.

A rate here is a share of counts, never money. Sources: Wilson (1927) for one rate; Newcombe (1998), method
10,
for a difference of two; a beta-binomial e-value for looking again and again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from closebook.core.errors import InvariantError

Real = float
"""A rate, chance or weight between counts; never an amount of money."""

Z = 1.96
LEAST_SHOWN = 5
LEAST_BEFORE = 30
E_LIMIT = 20
PRIOR = (3, 7)
STRENGTH = (2, 30)


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many: ``part`` of ``whole``."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        """Refuse a part that is more than its whole: InvariantError."""
        if not 0 <= self.part <= self.whole:
            raise InvariantError("count", f"{self.part} of {self.whole} is no count.")

    @property
    def rate(self) -> Real:
        """Return the share; nothing of nothing is 0."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Interval:
    """A range of rates or differences, both ends included; 0.1 is ten in a hundred."""

    low: Real
    high: Real


def wilson(count: Count) -> Interval:
    """Return the 95 % interval of a rate; 0 to 1 where nothing was counted.

    >>> wilson(Count(0, 10)).low, round(wilson(Count(3, 10)).high, 3)
    (0.0, 0.603)
    """
    n, p = count.whole, count.rate
    if not n:
        return Interval(0.0, 1.0)
    centre = p + Z * Z / (2 * n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    low = 0.0 if not count.part else max(0.0, (centre - half) / scale)
    high = 1.0 if count.part == n else min(1.0, (centre + half) / scale)
    return Interval(low, high)


def newcombe(before: Count, after: Count) -> Interval:
    """Return the 95 % interval of the after's rate less the before's."""
    one, two = wilson(before), wilson(after)
    difference = after.rate - before.rate
    down = math.hypot(after.rate - two.low, one.high - before.rate)
    up = math.hypot(two.high - after.rate, before.rate - one.low)
    return Interval(difference - down, difference + up)


def _ln_beta(a: Real, b: Real) -> Real:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def chance_better(before: Count, after: Count, prior: tuple[int, int] = (1, 1)) -> Real:
    """Return the chance that the after's rate is the higher, given a Beta prior of whole numbers; exact."""
    a1, b1 = prior[0] + before.part, prior[1] + before.whole - before.part
    a2, b2 = prior[0] + after.part, prior[1] + after.whole - after.part
    terms = (
        _ln_beta(a1 + i, b1 + b2) - math.log(b2 + i) - _ln_beta(1 + i, b2) - _ln_beta(a1, b1)
        for i in range(a2)
    )
    return math.fsum(math.exp(term) for term in terms)


def team_prior(counts: Sequence[Count]) -> tuple[Real, Real]:
    """Return the Beta (a, b) of a team's rates by moments; its strength a + b is kept from 2 to 30."""
    used = [count for count in counts if count.whole]
    if not used:
        return 1.0, 1.0
    whole = sum(count.whole for count in used)
    mean = sum(count.part for count in used) / whole
    spread = sum(count.whole * (count.rate - mean) ** 2 for count in used) / whole
    chance = mean * (1 - mean) * len(used) / whole
    between = spread - chance
    strength = mean * (1 - mean) / between - 1 if between > 0 else STRENGTH[1]
    strength = min(max(strength, STRENGTH[0]), STRENGTH[1])
    mean = min(max(mean, 0.001), 0.999)
    return mean * strength, (1 - mean) * strength


def shrunk(count: Count, prior: tuple[Real, Real]) -> Real:
    """Return a salesperson's rate drawn to the team's: (a + won) / (a + b + decided)."""
    return (prior[0] + count.part) / (prior[0] + prior[1] + count.whole)


def e_value(count: Count, baseline: Real, prior: tuple[int, int] = PRIOR) -> Real:
    """Return the evidence against a rate fixed in advance; it may be looked at after every deal.

    At 20 a change is declared; which way, the rate tells. InvariantError for a baseline of 0 or 1.
    """
    if not 0 < baseline < 1:
        raise InvariantError("baseline", f"{baseline} is no rate to test against.")
    won, lost = count.part, count.whole - count.part
    log = _ln_beta(prior[0] + won, prior[1] + lost) - _ln_beta(*prior)
    return math.exp(log - won * math.log(baseline) - lost * math.log1p(-baseline))


@lru_cache(maxsize=512)
def power(before: Real, after: Real, deals: int) -> Real:
    """Return the chance that so many decided deals before and after show the change; exact."""
    chances = [_binomial(rate, deals) for rate in (before, after)]
    total = 0.0
    for k1 in range(deals + 1):
        least = next((k for k in range(deals + 1) if newcombe(Count(k1, deals), Count(k, deals)).low > 0), -1)
        if least < 0:
            break
        total += chances[0][k1] * math.fsum(chances[1][least:])
    return total


def _binomial(rate: Real, n: int) -> list[Real]:
    return [math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n + 1)]


@lru_cache(maxsize=128)
def deals_needed(before: Real = 0.1, after: Real = 0.3, wanted: Real = 0.79) -> int:
    """Return about how many decided deals each side needs to see a change, in steps of ten; at most 400.

    >>> deals_needed(0.1, 0.3)
    60
    """
    return next((n for n in range(10, 400, 10) if round(power(before, after, n), 2) >= wanted), 400)


class Word(StrEnum):
    """What the counts of two times allow to be said."""

    NOTHING = "nothing"
    PROVISIONAL = "provisional"
    IMPROVED = "improved"
    WORSE = "worse"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Change:
    """Two rates side by side: the word that may be said of them, the interval, and the deals still open."""

    before: Count
    after: Count
    word: Word
    interval: Interval
    evidence: Real | None
    open_after: int = 0
    needed: int = 60

    @property
    def points(self) -> int:
        """Return the change in whole percentage points."""
        return _points(self.after.rate - self.before.rate)

    @property
    def times(self) -> Real | None:
        """Return how many times the old rate the new one is; None when the old one is 0."""
        return self.after.rate / self.before.rate if self.before.rate else None


def change(before: Count, after: Count, *, open_after: int = 0, ripe: bool = True) -> Change:
    """Return what may be said of a rate before and after; ``ripe`` tells that enough of the after is decided.

    The e-value counts only where the before has at least 30 deals and a rate that is neither 0 nor 1.
    """
    interval = newcombe(before, after)
    sure = before.whole >= LEAST_BEFORE and 0 < before.part < before.whole
    evidence = e_value(after, before.rate) if sure and after.whole else None
    word = _word(before, after, interval, evidence)
    if word is not Word.NOTHING and not ripe:
        word = Word.PROVISIONAL
    return Change(before, after, word, interval, evidence, open_after, deals_needed())


def _word(before: Count, after: Count, interval: Interval, evidence: Real | None) -> Word:
    if not before.whole or not after.whole:
        return Word.NOTHING
    shown = evidence is not None and evidence >= E_LIMIT
    if interval.low > 0 or (shown and after.rate > before.rate):
        return Word.IMPROVED
    if interval.high < 0 or (shown and after.rate < before.rate):
        return Word.WORSE
    return Word.UNCLEAR


def ripe(decided: int, whole: int, *, median_cycle_days: int, days_since_last_start: int) -> bool:
    """Tell whether a cohort may be judged: 90 % decided, or twice the median cycle has passed."""
    return 10 * decided >= 9 * whole or days_since_last_start >= 2 * median_cycle_days


def _points(difference: Real) -> int:
    return math.floor(100 * difference + 0.5)


def _of(count: Count) -> str:
    return f"{count.part}/{count.whole}"


def sentence(one: Change) -> str:
    """Return the sentence that the counts of a change allow, in plain English."""
    before, after, points = _of(one.before), _of(one.after), f"{one.points:+d}"
    low, high = f"{_points(one.interval.low):+d}", f"{_points(one.interval.high):+d}"
    if one.word is Word.NOTHING:
        return "No decided deals yet."
    if one.word is Word.PROVISIONAL:
        return f"Provisional: {before} → {after}; many of the later deals are still open."
    if one.word is Word.UNCLEAR:
        return (
            f"No clear change yet; so far {before} → {after}; with this many deals the true change may lie "
            f"between {low} and {high} points."
        )
    times = f"{one.times:.1f}" if one.times is not None else "-"
    if one.word is Word.IMPROVED:
        return f"Improved: {before} → {after}, x{times} ({points} points; between {low} and {high})."
    return f"Worse: {before} → {after}, x{times} ({points} points; between {low} and {high})."


def rate_text(count: Count) -> str:
    """Return a rate as it may be shown: the counts, and from five decided deals on the share and interval.

    >>> rate_text(Count(3, 10)), rate_text(Count(1, 4))
    ('3 of 10 (30 %, 10.8-60.3 %)', '1 of 4')
    """
    if count.whole < LEAST_SHOWN:
        return f"{count.part} of {count.whole}"
    interval = wilson(count)
    share = f"{100 * count.rate:.0f} %, {100 * interval.low:.1f}-{100 * interval.high:.1f} %"
    return f"{count.part} of {count.whole} ({share})"


def power_hint(decided: int, before: Real = 0.1, after: Real = 0.3) -> str:
    """Return how far one is from deals enough to see a change.

    >>> power_hint(23)
    '23 of about 60 decided deals needed.'
    """
    return f"{decided} of about {deals_needed(before, after)} decided deals needed."
