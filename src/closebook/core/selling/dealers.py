"""Dealers: the five criteria of choosing one, and the grade that sales, payment and criteria propose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from closebook.core.errors import InputError
from closebook.core.wording import shown

GRADES = ("A", "B", "C")
LATE_DAYS = 30
LEAST_MEAN = Fraction(5, 2)
CRITERIA: Mapping[str, str] = {
    "strength": shown("Strength and finance"),
    "network": shown("Network of outlets"),
    "delivery": shown("Delivery capacity"),
    "cooperation": shown("Cooperation"),
    "investment": shown("Willingness to invest"),
    "reliability": shown("Reliability"),
    "management": shown("Quality of management"),
    "competing": shown("Competing brands carried"),
    "environment": shown("Market environment"),
}
"""What a dealer is scored on, 1 to 5."""

GRADED = ("strength", "network", "delivery", "cooperation", "investment")


@dataclass(frozen=True, slots=True)
class Dealer:
    """A dealer's last twelve months: sales, average days late, and scores of 1 to 5 by criterion."""

    name: str
    sales_minor: int
    days_late: int = 0
    scores: Mapping[str, int] = field(default_factory=dict)

    @property
    def mean(self) -> Fraction | None:
        """Return the mean of the five criteria that were scored, None when none was."""
        scored = [self.scores[one] for one in GRADED if one in self.scores]
        return Fraction(sum(scored), len(scored)) if scored else None


def scores_checked(scores: Mapping[str, int]) -> Mapping[str, int]:
    """Return sound scores. InputError selling-criteria for an unknown criterion or one outside 1 to 5."""
    for name, score in scores.items():
        if name not in CRITERIA or not 1 <= score <= 5:
            raise InputError("selling-criteria", f"{score} is no score for {name}.", remedy="Choose 1 to 5.")
    return scores


@dataclass(frozen=True, slots=True)
class Grade:
    """A proposed grade: the one by sales alone, and the reasons why it was lowered."""

    name: str
    by_sales: str
    grade: str
    lowered_for: tuple[str, ...]


def grades(dealers: Sequence[Dealer]) -> list[Grade]:
    """Return the proposed grades, most sales first: A up to 80 % of sales, B to 95 %, C the rest.

    A dealer belongs to the class in which its sales begin. It is lowered one step for late payment, or for a
    mean of the criteria below 2.5; both together lower it once.
    """
    ordered = sorted(dealers, key=lambda one: (-one.sales_minor, one.name))
    whole, before, found = sum(max(one.sales_minor, 0) for one in ordered), 0, []
    for dealer in ordered:
        by_sales = _class(before, whole, dealer.sales_minor)
        before += max(dealer.sales_minor, 0)
        reasons = _reasons(dealer)
        step = min(GRADES.index(by_sales) + bool(reasons), len(GRADES) - 1)
        found.append(Grade(dealer.name, by_sales, GRADES[step], reasons))
    return found


def _class(before: int, whole: int, own: int) -> str:
    if own <= 0:
        return "C"
    if 100 * before < 80 * whole:
        return "A"
    return "B" if 100 * before < 95 * whole else "C"


def _reasons(dealer: Dealer) -> tuple[str, ...]:
    late = dealer.days_late > LATE_DAYS
    weak = dealer.mean is not None and dealer.mean < LEAST_MEAN
    return (*(("late-payment",) if late else ()), *(("criteria",) if weak else ()))


def below_minimum(dealer: Dealer, least: Mapping[str, int]) -> list[str]:
    """Return the criteria on which a dealer scores below the minimum, or has no score."""
    return [name for name, score in least.items() if dealer.scores.get(name, 0) < score]
