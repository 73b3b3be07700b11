"""Bank lines against what is expected on them: payouts first by reference, then by exact amount and day.

Two candidates of one amount are never decided by guess: both stay suggestions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.reconcile.words import folded

SHORTEST_REFERENCE = 5


class Sureness(StrEnum):
    """How sure a pairing is."""

    CERTAIN = "certain"  # by a reference, or the one candidate on either side
    SUGGESTED = "suggested"  # one of several that would fit


@dataclass(frozen=True, slots=True)
class Booked:
    """A bank line: amount signed as on the statement."""

    key: Hashable
    day: dt.date
    amount_minor: int
    text: str = ""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """Something in the books that a bank line may clear, with the amount that it puts on the bank account."""

    key: Hashable
    day: dt.date
    amount_minor: int
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairing:
    """A bank line with one that fits it; ``by`` says why."""

    line: Hashable
    expected: Hashable
    sureness: Sureness
    by: str


def pairings(
    lines: Sequence[Booked], expected: Sequence[Expected], *, before_days: int = 3, after_days: int = 7
) -> list[Pairing]:
    """Return the pairings of lines with what they may clear; each side is in at most one certain pairing.

    A line fits when its amount is equal to the cent and its day lies from ``before_days`` before to
    ``after_days`` behind the expected one. The order of the input does not matter.
    """
    fits = _fits(lines, expected, before_days, after_days)
    named = _named(fits)
    used_lines = {line.key for line, _one in named}
    used = {one.key for _line, one in named}
    found = [Pairing(line.key, one.key, Sureness.CERTAIN, "reference") for line, one in named]
    rest = [(line, one) for line, one in fits if line.key not in used_lines and one.key not in used]
    of_line, of_one = _counts(rest)
    for line, one in rest:
        alone = of_line[line.key] == 1 and of_one[one.key] == 1
        found.append(
            Pairing(line.key, one.key, Sureness.CERTAIN if alone else Sureness.SUGGESTED, "amount and day")
        )
    return sorted(found, key=lambda pair: (str(pair.line), str(pair.expected)))


def _fits(
    lines: Sequence[Booked], expected: Sequence[Expected], before_days: int, after_days: int
) -> list[tuple[Booked, Expected]]:
    of_amount: dict[int, list[Expected]] = {}
    for one in expected:
        of_amount.setdefault(one.amount_minor, []).append(one)
    return [
        (line, one)
        for line in lines
        for one in of_amount.get(line.amount_minor, ())
        if -before_days <= (line.day - one.day).days <= after_days
    ]


def _named(fits: Iterable[tuple[Booked, Expected]]) -> list[tuple[Booked, Expected]]:
    """Return the pairs that a reference names, where it names no other."""
    named = [(line, one) for line, one in fits if _names(line, one)]
    of_line, of_one = _counts(named)
    return [(line, one) for line, one in named if of_line[line.key] == 1 and of_one[one.key] == 1]


def _names(line: Booked, one: Expected) -> bool:
    text = folded(" ".join((line.text, *line.references)))
    wanted = (folded(reference) for reference in one.references)
    return any(len(each) >= SHORTEST_REFERENCE and each in text for each in wanted)


def _counts(
    pairs: Iterable[tuple[Booked, Expected]],
) -> tuple[Mapping[Hashable, int], Mapping[Hashable, int]]:
    of_line: dict[Hashable, int] = {}
    of_one: dict[Hashable, int] = {}
    for line, one in pairs:
        of_line[line.key] = of_line.get(line.key, 0) + 1
        of_one[one.key] = of_one.get(one.key, 0) + 1
    return of_line, of_one


def own_transfers(accounts: Mapping[Hashable, list[Booked]], *, apart_days: int = 4) -> list[Pairing]:
    """Return the pairs of lines of two own bank accounts that are one transfer: opposite amounts, few days
    apart. Several that fit stay suggestions.
    """
    found = []
    names = sorted(accounts, key=str)
    out = [(name, line) for name in names for line in accounts[name] if line.amount_minor < 0]
    come = [(name, line) for name in names for line in accounts[name] if line.amount_minor > 0]
    of_amount: dict[int, list[tuple[Hashable, Booked]]] = {}
    for name, line in come:
        of_amount.setdefault(line.amount_minor, []).append((name, line))
    pairs = [
        (line, other)
        for name, line in out
        for goal, other in of_amount.get(-line.amount_minor, ())
        if goal != name and abs((line.day - other.day).days) <= apart_days
    ]
    times: dict[Hashable, int] = {}
    for line, other in pairs:
        times[line.key] = times.get(line.key, 0) + 1
        times[other.key] = times.get(other.key, 0) + 1
    for line, other in pairs:
        alone = times[line.key] == 1 and times[other.key] == 1
        sureness = Sureness.CERTAIN if alone else Sureness.SUGGESTED
        found.append(Pairing(line.key, other.key, sureness, "transfer"))
    return found
