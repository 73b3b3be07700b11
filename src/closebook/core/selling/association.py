"""What goes with losing: tables of counts, their strength, and how many marks are due to chance alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from closebook.core.selling.rates import Count, Interval, Real, newcombe

LEAST_DEALS = 10
FALSE_SHARE = 0.1


def chi_square(table: Sequence[Sequence[int]]) -> Real:
    """Return Pearson's statistic of a table of counts; rows and columns of nothing are left out."""
    rows, columns, whole = _margins(table)
    return math.fsum(
        (seen - rows[i] * columns[j] / whole) ** 2 / (rows[i] * columns[j] / whole)
        for i, row in enumerate(table)
        for j, seen in enumerate(row)
        if rows[i] and columns[j]
    )


def cramers_v(table: Sequence[Sequence[int]]) -> Real:
    """Return the strength of a table, 0 for none to 1; 0 where it has one row or column only."""
    rows, columns, whole = _margins(table)
    least = min(sum(1 for one in rows if one), sum(1 for one in columns if one)) - 1
    return math.sqrt(chi_square(table) / (whole * least)) if whole and least > 0 else 0.0


def _margins(table: Sequence[Sequence[int]]) -> tuple[list[int], list[int], int]:
    rows = [sum(row) for row in table]
    return rows, [sum(column) for column in zip(*table, strict=True)], sum(rows)


def fisher(one: Count, two: Count) -> Real:
    """Return the two-sided exact chance of a difference as large between two counts, were there none."""
    whole, part = one.whole + two.whole, one.part + two.part
    ways = {
        k: math.comb(one.whole, k) * math.comb(two.whole, part - k)
        for k in range(max(0, part - two.whole), min(part, one.whole) + 1)
    }
    return sum(way for way in ways.values() if way <= ways[one.part]) / math.comb(whole, part)


def marked(chances: Mapping[str, Real], false_share: Real = FALSE_SHARE) -> frozenset[str]:
    """Return the names that may be marked when so many were tested at once, by Benjamini and Hochberg."""
    ordered = sorted(chances.items(), key=lambda item: (item[1], item[0]))
    last = 0
    for place, (_name, chance) in enumerate(ordered, 1):
        if chance <= false_share * place / len(ordered):
            last = place
    return frozenset(name for name, _chance in ordered[:last])


@dataclass(frozen=True, slots=True)
class Losing:
    """How often deals were lost when a section was weak and when it was strong.

    ``unknown`` are those of unknown answers; ``interval`` the difference weak less strong, None below ten.
    """

    name: str
    weak: Count
    strong: Count
    unknown: Count
    interval: Interval | None
    chance: Real
    strength: Real

    @property
    def shown(self) -> bool:
        """Tell whether both groups have deals enough to be compared."""
        return self.interval is not None

    @property
    def sentence(self) -> str:
        """Return what may be said: it goes with losing, it is not said to cause it."""
        weak, strong = f"{self.weak.part}/{self.weak.whole}", f"{self.strong.part}/{self.strong.whole}"
        deals = self.weak.whole + self.strong.whole
        return f"Weak goes with losing {weak}, strong with {strong}; this rests on {deals} deals."


NOBODY = Count(0, 0)


def losing(name: str, weak: Count, strong: Count, unknown: Count = NOBODY) -> Losing:
    """Return how a section's weakness goes with losing; the parts of the counts are lost deals."""
    enough = min(weak.whole, strong.whole) >= LEAST_DEALS
    table = [[one.part, one.whole - one.part] for one in (weak, strong)]
    chance = fisher(weak, strong)
    return Losing(
        name, weak, strong, unknown, newcombe(strong, weak) if enough else None, chance, cramers_v(table)
    )


def sections_losing(rows: Sequence[Losing]) -> frozenset[str]:
    """Return the names among those shown whose difference is more than chance, many being tested."""
    return marked({row.name: row.chance for row in rows if row.shown})
