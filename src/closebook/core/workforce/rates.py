"""Rates with dates of validity, and what minutes at a rate are worth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from closebook.core.errors import InputError
from closebook.core.money import Money, divide_half_up

ANY_KIND = ""


@dataclass(frozen=True, slots=True)
class RateTerm:
    """What an hour of a kind of service costs from a day on; ``until`` is the first day without it."""

    contract: str
    kind: str
    hourly: Money
    since: dt.date
    until: dt.date | None = None
    version: int = 1

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether the rate is valid on a day."""
        return self.since <= day and (self.until is None or day < self.until)


def rate_on(terms: Iterable[RateTerm], contract: str, kind: str, day: dt.date) -> RateTerm:
    """Return the rate of a contract for a kind of service on a day; that of the kind beats that for any.

    Raises InputError where none is valid.
    """
    fitting = [
        term
        for term in terms
        if term.contract == contract and term.kind in {kind, ANY_KIND} and term.holds_on(day)
    ]
    if not fitting:
        raise InputError(
            "no-rate",
            f"No rate is agreed for this kind of work on {day}.",
            remedy="Add a rate that begins on that day or earlier.",
        )
    return max(fitting, key=lambda term: (term.kind != ANY_KIND, term.since, term.version))


def changed_rate(terms: Iterable[RateTerm], new: RateTerm) -> list[RateTerm]:
    """Return the history with a new rate: the one that holds then ends on the day on which the new begins."""
    found = []
    for term in terms:
        same = (term.contract, term.kind) == (new.contract, new.kind)
        if same and term.since < new.since and (term.until is None or term.until > new.since):
            found.append(RateTerm(term.contract, term.kind, term.hourly, term.since, new.since, term.version))
        else:
            found.append(term)
    version = 1 + max(
        (t.version for t in found if (t.contract, t.kind) == (new.contract, new.kind)), default=0
    )
    return [*found, RateTerm(new.contract, new.kind, new.hourly, new.since, new.until, version)]


def amount_of(minutes: int, hourly: Money) -> Money:
    """Return what minutes at an hourly rate are worth, rounded half up to the minor unit.

    >>> amount_of(50, Money(1850, "USD"))
    Money(amount_minor=1542, currency='USD')
    """
    return Money(divide_half_up(minutes * hourly.amount_minor, 60), hourly.currency)
