"""Targets as a tree: year, stage, month, week, day, for each region, person and dealer; exact to the cent.

Children always add up to their parent. Certain and hoped-for targets are never added to each other. Which
days
are working days is handed in: calendars differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from closebook.core.errors import InputError, InvariantError
from closebook.core.money import allocate
from closebook.core.periods import DateRange, Month

CERTAIN = "certain"
COMPANY, OWN = "company", "own"
DEPTHS = ("year", "stage", "month", "week", "day")


@dataclass(frozen=True, slots=True)
class Node:
    """A target for a span of days. ``kind`` is one of DEPTHS; ``name`` such as Q1, 2026-03, 2026-W11."""

    kind: str
    name: str
    span: DateRange
    amount_minor: int
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A named phase of the year: months from first to last, such as a quarter or the high season."""

    name: str
    first: int
    last: int


QUARTERS = tuple(Stage(f"Q{n + 1}", 3 * n + 1, 3 * n + 3) for n in range(4))


@dataclass(frozen=True, slots=True)
class Party:
    """Whose a target is: a region, in it a person or a dealer with the salesperson responsible; "" is
    nobody.
    """

    region: str = ""
    person: str = ""
    dealer: str = ""


def year_tree(
    year: int,
    amount_minor: int,
    working_days: Iterable[dt.date],
    *,
    stages: Sequence[Stage] = QUARTERS,
    month_weights: Sequence[int] | None = None,
    depth: str = "day",
) -> Node:
    """Return the tree of one target down to a depth. Months weigh by their working days unless told
    otherwise.

    Raises InputError selling-stages unless each month is in one stage.
    """
    if [month for one in stages for month in range(one.first, one.last + 1)] != list(range(1, 13)):
        raise InputError(
            "selling-stages",
            "The stages do not cover each month once.",
            remedy="Change the stages' first and last months.",
        )
    days = sorted(day for day in working_days if day.year == year)
    weights = list(month_weights or (_working(days, _month_span(year, month)) for month in range(1, 13)))
    if not any(weights):
        weights = [1] * 12
    span = DateRange(dt.date(year, 1, 1), dt.date(year, 12, 31))
    root = Node("year", str(year), span, amount_minor)
    if depth == "year":
        return root
    shares = allocate(amount_minor, [sum(weights[one.first - 1 : one.last]) for one in stages])
    children = [
        _stage_node(year, one, share, weights, days, depth) for one, share in zip(stages, shares, strict=True)
    ]
    return replace(root, children=tuple(children))


def _month_span(year: int, month: int) -> DateRange:
    one = Month(year, month)
    return DateRange(one.first_day, one.last_day)


def _working(days: Sequence[dt.date], span: DateRange) -> int:
    return sum(day in span for day in days)


def _stage_node(
    year: int, stage: Stage, share: int, weights: Sequence[int], days: Sequence[dt.date], depth: str
) -> Node:
    span = DateRange(Month(year, stage.first).first_day, Month(year, stage.last).last_day)
    node = Node("stage", stage.name, span, share)
    if depth == "stage":
        return node
    numbers = range(stage.first, stage.last + 1)
    parts = allocate(share, [weights[number - 1] for number in numbers])
    months = [
        month_tree(year, number, part, days, depth) for number, part in zip(numbers, parts, strict=True)
    ]
    return replace(node, children=tuple(months))


def month_tree(year: int, number: int, amount: int, days: Sequence[dt.date], depth: str) -> Node:
    """Return a month's target with its weeks and days down to a depth, as it hangs in the year's tree."""
    span = _month_span(year, number)
    node = Node("month", str(Month(year, number)), span, amount)
    if depth == "month":
        return node
    weeks: dict[str, list[dt.date]] = {}
    for day in (day for day in days if day in span):
        weeks.setdefault(f"{day:%G-W%V}", []).append(day)
    if not weeks:
        return node
    parts = allocate(amount, [len(inside) for inside in weeks.values()])
    children = [
        _week_node(name, inside, part, depth)
        for (name, inside), part in zip(weeks.items(), parts, strict=True)
    ]
    return replace(node, children=tuple(children))


def _week_node(name: str, days: Sequence[dt.date], amount: int, depth: str) -> Node:
    node = Node("week", name, DateRange(days[0], days[-1]), amount)
    if depth == "week":
        return node
    parts = allocate(amount, [1] * len(days))
    leaves = [
        Node("day", day.isoformat(), DateRange(day, day), part) for day, part in zip(days, parts, strict=True)
    ]
    return replace(node, children=tuple(leaves))


def added(trees: Sequence[Node]) -> Node:
    """Return the sum of trees of one shape, node by node. InvariantError for trees of other shapes or
    none.
    """
    if not trees or len({(tree.kind, tree.name, len(tree.children)) for tree in trees}) != 1:
        raise InvariantError("target-shape", "Targets of different shapes cannot be added.")
    children = tuple(added(each) for each in zip(*(tree.children for tree in trees), strict=True))
    return replace(trees[0], amount_minor=sum(tree.amount_minor for tree in trees), children=children)


def for_parties(amount_minor: int, weights: Sequence[tuple[Party, int]]) -> list[tuple[Party, int]]:
    """Return each party's part of a target; together exactly the target."""
    parts = allocate(amount_minor, [weight for _party, weight in weights])
    return [(party, part) for (party, _weight), part in zip(weights, parts, strict=True)]


def by_region(parts: Iterable[tuple[Party, int]]) -> dict[str, int]:
    """Return the sum of each region; "" is what has no region."""
    found: dict[str, int] = {}
    for party, minor in parts:
        found[party.region] = found.get(party.region, 0) + minor
    return found


def broken(node: Node) -> list[str]:
    """Return the names of nodes whose children do not add up to them, from the top down."""
    wrong = node.children and sum(child.amount_minor for child in node.children) != node.amount_minor
    return [*([node.name] if wrong else []), *(name for child in node.children for name in broken(child))]


def find(node: Node, kind: str, name: str) -> Node | None:
    """Return the first node of a kind and name, None when there is none; a week may be in two months."""
    if (node.kind, node.name) == (kind, name):
        return node
    return next((hit for child in node.children if (hit := find(child, kind, name))), None)


def due_by(node: Node, day: dt.date) -> int:
    """Return what a target asks up to a day, that day included; a leaf counts once it has ended."""
    if node.span.start > day:
        return 0
    if not node.children or node.span.end <= day:
        return node.amount_minor if node.span.end <= day else 0
    return sum(due_by(child, day) for child in node.children)


def seasonal_weights(months: Mapping[Month, int], year: int) -> list[int] | None:
    """Return the weights of the twelve months from the two years before; None without all 24 months."""
    before = [[Month(year - back, number) for back in (1, 2)] for number in range(1, 13)]
    if any(month not in months for pair in before for month in pair):
        return None
    weights = [max(sum(months[month] for month in pair), 0) for pair in before]
    return weights if any(weights) else None


def headcount_weights(days_present: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return persons with their weights by days present, for those who join or leave within the year."""
    return sorted(days_present.items())


ABSORB, RAISE, LEAVE = "absorb", "raise", "leave"


@dataclass(frozen=True, slots=True)
class Changed:
    """Children after one was changed, their parent's amount, and what is left visibly different."""

    children: tuple[int, ...]
    parent_minor: int
    difference_minor: int


def leaf_changed(parent_minor: int, children: Sequence[int], index: int, to_minor: int, how: str) -> Changed:
    """Return the children with one at a new amount: absorbed by its siblings, raising the parent, or left.

    Raises InputError selling-target when the siblings cannot absorb it.
    """
    changed = [*children[:index], to_minor, *children[index + 1 :]]
    if how == RAISE:
        return Changed(tuple(changed), sum(changed), 0)
    if how == LEAVE:
        return Changed(tuple(changed), parent_minor, sum(changed) - parent_minor)
    rest = parent_minor - to_minor
    others = [minor for at, minor in enumerate(children) if at != index]
    if not others or (rest < 0) != (parent_minor < 0 and rest != 0):
        raise InputError(
            "selling-target", "The other parts cannot absorb this.", remedy="Raise the whole instead."
        )
    parts = iter(allocate(rest, [max(minor, 0) for minor in others]))
    return Changed(
        tuple(to_minor if at == index else next(parts) for at in range(len(children))), parent_minor, 0
    )


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of a measure and year. ``kind`` is company or own, ``level`` certain or the name of a hope."""

    measure: str
    year: int
    amount_minor: int
    kind: str = COMPANY
    level: str = CERTAIN
    version: int = 1
    agreed_on: dt.date | None = None
    reason: str = ""


def total(goals: Iterable[Goal]) -> int:
    """Return the sum of goals of one level and kind.

    Raises InvariantError when certain and hoped ones, or the company's and one's own, would be added.
    """
    found = list(goals)
    if len({(goal.level, goal.kind, goal.measure) for goal in found}) > 1:
        raise InvariantError("target-levels", "Targets of different levels are never added.")
    return sum(goal.amount_minor for goal in found)


def in_force(versions: Iterable[Goal], day: dt.date) -> Goal | None:
    """Return the newest version agreed by a day, None when there was none."""
    agreed = [goal for goal in versions if goal.agreed_on and goal.agreed_on <= day]
    return max(agreed, key=lambda goal: (goal.agreed_on or dt.date.min, goal.version), default=None)


def first(versions: Iterable[Goal]) -> Goal | None:
    """Return the first version that was agreed, None when there is none."""
    agreed = [goal for goal in versions if goal.agreed_on]
    return min(agreed, key=lambda goal: goal.version, default=None)


def run_rate(target_minor: int, actual_minor: int, remaining_days: int) -> Fraction | None:
    """Return what each remaining working day has to bring; 0 once it is reached, None with no day left."""
    left = max(target_minor - actual_minor, 0)
    if not left:
        return Fraction(0)
    return Fraction(left, remaining_days) if remaining_days > 0 else None


def days_left(working_days: Iterable[dt.date], after: dt.date, end: dt.date) -> int:
    """Return the number of working days after a day up to an end, the end included."""
    return sum(after < day <= end for day in set(working_days))


def weekdays(
    start: dt.date, end: dt.date, holidays: Iterable[dt.date], extra: Iterable[dt.date] = ()
) -> list[dt.date]:
    """Return Mondays to Fridays but holidays, with the extra working days of a calendar."""
    free, more = set(holidays), set(extra)
    days = (start + dt.timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if day in more or (day.weekday() < 5 and day not in free)]
