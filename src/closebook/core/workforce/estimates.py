"""What a task will cost: a range, never a point, with what moved it; learned from tasks that are finished.

Percentages are in basis points (1 % is 100), so that everything stays an integer.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from closebook.core.errors import InputError
from closebook.core.money import Money, divide_half_up
from closebook.core.workforce.rates import amount_of

OVERHEAD_BP = 2500
"""What self-employed people add for their own tax, insurance, internet and office: 25 %."""
ENOUGH = 3
"""So many finished tasks of a kind are needed to learn from them."""
WARN_AT_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Spread:
    """Low, likely and high: minutes, or minor units."""

    low: int
    likely: int
    high: int

    def __post_init__(self) -> None:
        """Refuse a spread out of order."""
        if not 0 <= self.low <= self.likely <= self.high:
            raise InputError(
                "spread-out-of-order",
                "An estimate goes from low over likely to high.",
                remedy="Put the smallest number first.",
            )


def learned(minutes: Sequence[int]) -> Spread | None:
    """Return the spread of the minutes of finished tasks of a kind: 20th, 50th and 80th of a hundred; None
    when there are fewer than three.

    >>> learned([30, 50, 40, 60, 200])
    Spread(low=30, likely=50, high=60)
    """
    if len(minutes) < ENOUGH:
        return None
    known = sorted(minutes)
    low, likely, high = ((len(known) - 1) * part // 100 for part in (20, 50, 80))
    return Spread(known[low], known[likely], known[high])


@dataclass(frozen=True, slots=True)
class Costs:
    """What comes on top of the hours: an agency's margin, the fee of paying (share and fixed), conversion.

    ``exchange`` is how many units of ``currency`` one unit of the rate's currency costs.
    """

    margin_bp: int = 0
    fee_bp: int = 0
    fee_minor: int = 0
    exchange: Fraction | None = None
    exchange_bp: int = 0
    currency: str = ""


NEW, EXPERIENCED = "new", "experienced"
"""How much experience is looked for; "" is any."""


def by_experience(low: Money, high: Money, experience: str) -> tuple[Money, Money]:
    """Return the part of a range in which somebody of an experience lies: a half of it, or all for any.

    >>> by_experience(Money(1500, "USD"), Money(2000, "USD"), EXPERIENCED)[0].amount_minor
    1750
    """
    middle = Money(divide_half_up(low.amount_minor + high.amount_minor, 2), low.currency)
    return {NEW: (low, middle), EXPERIENCED: (middle, high)}.get(experience, (low, high))


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that moved an estimate, with what it adds to the likely figure."""

    name: str
    likely_minor: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A range of cost in minor units of a currency, and what it is made of."""

    cost: Spread
    currency: str
    minutes: Spread
    factors: tuple[Factor, ...]


def estimate(minutes: Spread, low: Money, high: Money, costs: Costs | None = None) -> Estimate:
    """Return the range of a task's cost at rates from ``low`` to ``high`` per hour.

    >>> estimate(Spread(60, 60, 120), Money(1500, "USD"), Money(2000, "USD")).cost
    Spread(low=1500, likely=1750, high=4000)
    """
    extra = costs or Costs()
    middle = Money(divide_half_up(low.amount_minor + high.amount_minor, 2), (low + high).currency)
    pairs = ((minutes.low, low), (minutes.likely, middle), (minutes.high, high))
    stages = [_stages(amount_of(length, rate).amount_minor, extra) for length, rate in pairs]
    names = ("work", "agency", "exchange", "fee")
    likely = stages[1]
    moved = [likely[0], *(after - before for before, after in itertools.pairwise(likely))]
    factors = tuple(Factor(name, each) for name, each in zip(names, moved, strict=True) if each)
    return Estimate(Spread(*(each[-1] for each in stages)), extra.currency or low.currency, minutes, factors)


def _stages(work: int, costs: Costs) -> list[int]:
    """Return the cost after each step: work, margin, conversion, fee."""
    with_margin = plus_share(work, costs.margin_bp)
    rate = costs.exchange or Fraction(1)
    changed = divide_half_up(with_margin * rate.numerator, rate.denominator)
    changed = plus_share(changed, costs.exchange_bp)
    return [work, with_margin, changed, plus_share(changed, costs.fee_bp) + costs.fee_minor]


def plus_share(amount_minor: int, share_bp: int) -> int:
    """Return an amount with a share of it added, rounded half up.

    >>> plus_share(2000, OVERHEAD_BP)
    2500
    """
    return amount_minor + divide_half_up(amount_minor * share_bp, 10_000)


def asking_rate(employed: Money, share_bp: int = OVERHEAD_BP) -> Money:
    """Return what to ask per hour as a self-employed person who would earn ``employed`` in a job."""
    return Money(plus_share(employed.amount_minor, share_bp), employed.currency)


def is_near_cap(spent_minor: int, cap_minor: int) -> bool:
    """Tell whether 80 % or more of a cap is spent."""
    return cap_minor > 0 and 100 * spent_minor >= WARN_AT_PERCENT * cap_minor
