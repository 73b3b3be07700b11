"""A target beside what was sold: each sale belongs to one part and one span, so that sums are exact."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from closebook.core.money import allocate, divide_half_up
from closebook.core.selling.targets import (
    QUARTERS,
    Node,
    Party,
    Stage,
    added,
    days_left,
    due_by,
    find,
    month_tree,
    run_rate,
    year_tree,
)

WHOLE_SHARE = 10_000
"""A hundred percent, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a year's target falls over the year: its working days, stages and weights of the months."""

    year: int
    days: Sequence[dt.date]
    stages: Sequence[Stage] = QUARTERS
    weights: Sequence[int] = ()

    def month_weights(self) -> list[int]:
        """Return the weights of the twelve months: those given, else the months' working days."""
        if self.weights:
            return list(self.weights)
        counted = dict.fromkeys(range(1, 13), 0)
        for day in self.days:
            counted[day.month] += 1
        return list(counted.values())


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in the tree one looks: the year, or a month such as 2026-03, or in it a week such as 2026-W11."""

    month: str = ""
    week: str = ""


def tree_of(shape: Shape, amounts: Sequence[int]) -> Node:
    """Return the months' tree of some parts of a target, node by node; no parts make a tree of zeros."""
    return added([_year(shape, minor) for minor in amounts or [0]])


def node_of(shape: Shape, amounts: Sequence[int], spot: Spot) -> Node | None:
    """Return the node of a place with what is below it, of some parts; None when there is no such place."""
    nodes = [_node(shape, minor, spot) for minor in amounts or [0]]
    there = [node for node in nodes if node]
    return added(there) if there else None


def _year(shape: Shape, minor: int) -> Node:
    weights = shape.month_weights()
    return year_tree(
        shape.year, minor, shape.days, stages=shape.stages, month_weights=weights, depth="month"
    )  # fmt: skip


def _node(shape: Shape, minor: int, spot: Spot) -> Node | None:
    year = _year(shape, minor)
    if not spot.month:
        return year
    bare = find(year, "month", spot.month)
    if bare is None:
        return None
    depth = "day" if spot.week else "week"
    month = month_tree(shape.year, bare.span.start.month, bare.amount_minor, shape.days, depth)
    return find(month, "week", spot.week) if spot.week else month


def fits(part: Party, wanted: Party) -> bool:
    """Tell whether a part lies within a region, person and dealer; "" leaves one open."""
    pairs = ((part.region, wanted.region), (part.person, wanted.person), (part.dealer, wanted.dealer))
    return all(want in ("", have) for have, want in pairs)


def part_of(parts: Sequence[Party], sale: Party) -> Party | None:
    """Return the narrowest part that a sale belongs to, None when it belongs to none.

    ``sale`` holds the customer's region, the salesperson and the customer. Without a region it belongs to
    the salesperson's part, if there is one alone.
    """
    found = [part for part in parts if fits(sale, part)]
    if found or sale.region or not sale.person:
        return max(found, key=_narrowness, default=None)
    own = [part for part in parts if part.person == sale.person and part.dealer in ("", sale.dealer)]
    named = [part for part in own if part.dealer] or own
    return named[0] if len(named) == 1 else None


def _narrowness(part: Party) -> int:
    return 4 * bool(part.dealer) + 2 * bool(part.person) + bool(part.region)


def placed(children: Sequence[Node], sold: Iterable[tuple[dt.date, int]]) -> list[int]:
    """Return what was sold in each child; a day between two, such as a Sunday, counts for the one before.

    Together it is exactly what was sold; without children it is nothing.
    """
    starts = [child.span.start for child in children]
    sums = [0] * len(children)
    if not children:
        return sums
    for day, minor in sold:
        sums[max(bisect_right(starts, day) - 1, 0)] += minor
    return sums


@dataclass(frozen=True, slots=True)
class Line:
    """A node beside what was sold, in minor units; ``due_minor`` is what it asked for up to today."""

    node: Node
    actual_minor: int
    due_minor: int
    days_left: int

    @property
    def difference_minor(self) -> int:
        """Return how far it is over (or, negative, short of) the target."""
        return self.actual_minor - self.node.amount_minor

    @property
    def percent(self) -> int | None:
        """Return what was reached of the target, in whole percent; None without a target."""
        target = self.node.amount_minor
        return divide_half_up(100 * self.actual_minor, target) if target > 0 else None

    @property
    def a_day_minor(self) -> int | None:
        """Return what each remaining working day has to bring, rounded; None with no day left."""
        rate = run_rate(self.node.amount_minor, self.actual_minor, self.days_left)
        return None if rate is None else _rounded(rate)


def _rounded(rate: Fraction) -> int:
    return divide_half_up(rate.numerator, rate.denominator)


def line(node: Node, actual_minor: int, days: Sequence[dt.date], today: dt.date) -> Line:
    """Return a node beside what was sold. Days count from tomorrow; the node's first day if it is later."""
    after = max(today, node.span.start - dt.timedelta(days=1))
    return Line(node, actual_minor, due_by(node, today), days_left(days, after, node.span.end))


def lines(
    node: Node, sold: Sequence[tuple[dt.date, int]], days: Sequence[dt.date], today: dt.date
) -> list[tuple[int, Line]]:
    """Return the children of a node beside what was sold, each with its depth: stages with their months."""
    found = []
    leaves = [leaf for child in node.children for leaf in (_months(child) or [child])]
    sums = iter(zip(leaves, placed(leaves, sold), strict=True))
    for child in node.children:
        below = _months(child)
        got = [next(sums) for _ in below or [child]]
        found.append((1, line(child, sum(minor for _leaf, minor in got), days, today)))
        found += [(2, line(leaf, minor, days, today)) for leaf, minor in got if below]
    return found


def _months(node: Node) -> tuple[Node, ...]:
    return node.children if node.kind == "stage" else ()


@dataclass(frozen=True, slots=True)
class PartLine:
    """A group of parts: a region, in it a person, in it a dealer; with how deep it stands."""

    party: Party
    depth: int
    target_minor: int
    actual_minor: int

    @property
    def difference_minor(self) -> int:
        """Return how far it is over (or, negative, short of) the target."""
        return self.actual_minor - self.target_minor

    @property
    def percent(self) -> int | None:
        """Return what was reached of the target, in whole percent; None without a target."""
        if self.target_minor <= 0:
            return None
        return divide_half_up(100 * self.actual_minor, self.target_minor)

    @property
    def name(self) -> str:
        """Return the name at its depth; "" is nobody in particular."""
        return (self.party.region, self.party.person, self.party.dealer)[self.depth - 1]


def part_lines(targets: Mapping[Party, int], actuals: Mapping[Party, int]) -> list[PartLine]:
    """Return regions with their persons with their dealers; each group is exactly the sum of those below.

    What is nobody's in particular stands beside the others of its group, and is left out where it is alone.
    """
    rows = sorted(targets, key=lambda one: (one.region, one.person, one.dealer))
    found: list[PartLine] = []

    def add(party: Party, depth: int, group: list[Party]) -> None:
        sums = (sum(known.get(one, 0) for one in group) for known in (targets, actuals))
        found.append(PartLine(party, depth, *sums))

    for region, in_region in groupby(rows, key=lambda one: one.region):
        group = list(in_region)
        if region or group == [Party()] or len(rows) > len(group):
            add(Party(region), 1, group)
        for person, of_person in groupby(group, key=lambda one: one.person):
            below = list(of_person)
            if person or len(group) > len(below):
                add(Party(region, person), 2, below)
            for one in below:
                if one.dealer or (person and len(below) > 1):
                    add(one, 3, [one])
    return found


def by_percent(amount_minor: int, shares: Sequence[int]) -> list[int]:
    """Return parts by hundredths of a percent; what is left of a hundred percent takes part in the rounding.

    >>> by_percent(10_000, [3333, 3333, 3334]), by_percent(100, [5000])
    ([3333, 3333, 3334], [50])
    """
    left = max(WHOLE_SHARE - sum(shares), 0)
    return allocate(amount_minor, [*shares, left])[: len(shares)]


def compared(before: Mapping[Party, int], after: Mapping[Party, int]) -> list[tuple[Party, int, int]]:
    """Return each part of two versions with its amounts, 0 where it is missing."""
    names = sorted({*before, *after}, key=lambda one: (one.region, one.person, one.dealer))
    return [(one, before.get(one, 0), after.get(one, 0)) for one in names]
