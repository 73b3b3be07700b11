"""A forecast by month, by person and by category: the same draws of chance serve every sum."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from closebook.core.money import divide_half_up
from closebook.core.selling.forecast import (
    DRAWS,
    WEEK,
    WHOLE,
    Chance,
    Hazards,
    History,
    value_range,
)

FEW = 14
"""Up to so many deals a range is exact; with more it is drawn."""
ALL = "all"
Key = tuple[str, str]
"""Whose ("" is the company's), and what: "all", the place of a month such as "0", or a category."""


@dataclass(frozen=True, slots=True)
class Deal:
    """An open deal: value in minor units, and its chance in millionths to be won by each end in turn."""

    value_minor: int
    by_end: tuple[int, ...]
    owner: str = ""
    category: str = ""

    def within(self, place: int | None) -> int:
        """Return the chance to be won in the month of a place, or by the last end."""
        if place is None:
            return self.by_end[-1]
        return self.by_end[place] - (self.by_end[place - 1] if place else 0)


@dataclass(frozen=True, slots=True)
class Row:
    """What some open deals may bring in a span, in minor units: from low to high in 8 of 10 cases."""

    deals: int
    open_minor: int
    expected_minor: int
    low_minor: int
    high_minor: int


@dataclass(frozen=True, slots=True)
class Correction:
    """By what past periods came in against what was predicted: a factor, and how far they lay apart."""

    factor: Fraction = Fraction(1)
    spread: Fraction = Fraction(0)

    def row(self, deals: int, open_minor: int, expected: int, low: int, high: int) -> Row:
        """Return a row corrected and widened."""
        down = self.factor * max(1 - self.spread, Fraction(0))
        up = self.factor * (1 + self.spread)
        return Row(deals, open_minor, _times(expected, self.factor), _times(low, down), _times(high, up))


def _times(minor: int, factor: Fraction) -> int:
    return divide_half_up(minor * factor.numerator, factor.denominator)


def chances_by_end(
    hazards: Hazards, history: History, on: dt.date, ends: Sequence[dt.date]
) -> tuple[int, ...]:
    """Return the chance in millionths of an open deal to be won by each end, never falling."""
    spell, found = history.spells[-1], list[int]()
    age = (on - spell.began).days // WEEK
    for end in ends:
        weeks = max(1, (end - on).days // WEEK)
        part = int(hazards.chance(spell.stage, age, weeks) * WHOLE + 0.5)
        found.append(max(part, found[-1] if found else 0))
    return tuple(found)


def month_ends(on: dt.date, months: int) -> list[dt.date]:
    """Return the last days of this month and those after it."""
    found, first = list[dt.date](), on.replace(day=1)
    for _n in range(months):
        first = (first + dt.timedelta(days=31)).replace(day=1)
        found.append(first - dt.timedelta(days=1))
    return found


def rows_of(deals: Sequence[Deal], months: int, correction: Correction, chance: Chance) -> dict[Key, Row]:
    """Return the rows of the company and of each owner: all, each month, and each category."""
    groups = _groups(deals, months)
    drawn = _drawn(deals, months, chance) if len(deals) > FEW else {}
    found = {}
    for key, members in groups.items():
        place = int(key[1]) if key[1].isdigit() else None
        pairs = [(deal.value_minor, deal.within(place)) for deal in members]
        expected = divide_half_up(sum(value * part for value, part in pairs), WHOLE)
        ends = value_range(pairs, chance) if len(pairs) <= FEW else _ends(drawn.get(key, {}))
        open_minor = sum(deal.value_minor for deal in members)
        found[key] = correction.row(len(members), open_minor, expected, *ends)
    return found


def _groups(deals: Sequence[Deal], months: int) -> dict[Key, list[Deal]]:
    found: dict[Key, list[Deal]] = {("", what): [] for what in (ALL, *map(str, range(months)))}
    for deal in deals:
        for owner in {"", deal.owner}:
            for what in (ALL, deal.category, *map(str, range(months))):
                found.setdefault((owner, what), []).append(deal)
    return found


def _drawn(deals: Sequence[Deal], months: int, chance: Chance) -> Mapping[Key, dict[int, int]]:
    """Return what each group brought in each of a thousand draws; a deal comes in one month or not at all."""
    names = [f"{place}" for place in range(months)]
    found: dict[Key, dict[int, int]] = {}
    for deal in deals:
        last, value = deal.by_end[-1], deal.value_minor
        owners = {"", deal.owner} if last else set()
        kept = {
            what: [found.setdefault((owner, what), {}) for owner in owners]
            for what in (ALL, deal.category, *names)
        }
        always = [*kept[ALL], *(kept[deal.category] if deal.category != ALL else [])]
        for draw in range(DRAWS if last else 0):
            luck = int(chance() * WHOLE)
            if luck < last:
                for sums in (*always, *kept[names[bisect_right(deal.by_end, luck)]]):
                    sums[draw] = sums.get(draw, 0) + value
    return found


def _ends(sums: Mapping[int, int]) -> tuple[int, int]:
    """Return the tenth and the ninetieth hundredth; a draw in which nothing came is 0."""
    ordered = sorted([*sums.values(), *([0] * (DRAWS - len(sums)))])
    return ordered[DRAWS // 10], ordered[DRAWS * 9 // 10 - 1]
