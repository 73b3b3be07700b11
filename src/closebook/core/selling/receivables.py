"""Receivables beside selling: the identity that must hold to the cent, ages, and promises to pay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from closebook.core.selling.figures import Figure

AGES = ("not-due", "1-30", "31-60", "61-90", "over-90")


@dataclass(frozen=True, slots=True)
class Movement:
    """What happened to receivables in a period, all amounts not negative, minor units, VAT included."""

    opening_minor: int
    invoiced_minor: int
    credited_minor: int
    collected_minor: int
    written_off_minor: int
    closing_minor: int

    @property
    def difference_minor(self) -> int:
        """Return what the identity lacks: 0 when opening and movements give the closing."""
        left = self.opening_minor + self.invoiced_minor - self.credited_minor
        return left - self.collected_minor - self.written_off_minor - self.closing_minor


def identity(movement: Movement) -> Figure:
    """Return F11: the difference of the receivables identity; a report is final only when it is 0."""
    reason = "" if not movement.difference_minor else "The receivables do not add up."
    return Figure("F11", "money", movement.difference_minor, variant="difference", reason=reason)


@dataclass(frozen=True, slots=True)
class Due:
    """An open invoice: whose it is, who sold it, when it is due, and whether it is disputed."""

    customer: str
    salesperson: str
    due: dt.date
    open_minor: int
    disputed: bool = False


def age(due: dt.date, on: dt.date) -> str:
    """Return the age class of an amount due on a day.

    >>> [age(dt.date(2026, 1, 31), dt.date(2026, 1, 31) + dt.timedelta(n)) for n in (0, 30, 31, 91)]
    ['not-due', '1-30', '31-60', 'over-90']
    """
    late = (on - due).days
    return AGES[0] if late <= 0 else AGES[min((late - 1) // 30 + 1, 4)]


def ageing(items: Iterable[Due], on: dt.date) -> dict[str, dict[str, int]]:
    """Return per salesperson ("" is nobody's) the open amount of each age class; all classes are there."""
    found: dict[str, dict[str, int]] = {}
    for item in items:
        row = found.setdefault(item.salesperson, dict.fromkeys(AGES, 0))
        row[age(item.due, on)] += item.open_minor
    return found


@dataclass(frozen=True, slots=True)
class PayPromise:
    """A customer's promise to pay so much by a day."""

    customer: str
    day: dt.date
    amount_minor: int


def kept(promise: PayPromise, paid: Iterable[tuple[dt.date, int]], on: dt.date) -> bool | None:
    """Tell whether a promise was kept by payments (day, minor units); None while its day is not over."""
    by_then = sum(minor for day, minor in paid if day <= promise.day)
    if by_then >= promise.amount_minor:
        return True
    return None if on <= promise.day else False
