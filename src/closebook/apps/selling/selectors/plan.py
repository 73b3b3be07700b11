"""A year's target as one may see it: its versions, its tree at a place, and what was sold beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Company, Membership
from closebook.apps.selling.models import Customer, Opportunity, Target
from closebook.apps.selling.selectors.calendars import calendar_of, working_days
from closebook.apps.selling.selectors.selling import Abilities
from closebook.apps.selling.selectors.sold import Actuals, Sold
from closebook.core.periods import Month
from closebook.core.selling.plan import (
    Line,
    PartLine,
    Shape,
    Spot,
    fits,
    line,
    lines,
    node_of,
    part_lines,
    part_of,
    placed,
)
from closebook.core.selling.targets import QUARTERS, Node, Party, Stage, added, seasonal_weights

NOBODY, WHOLE_YEAR = Party(), Spot()


def narrow(abilities: Abilities) -> bool:
    """Tell whether a person sees only what is theirs."""
    return Ability.SELL in abilities and Ability.MANAGE_SELLING not in abilities


def targets_of(company: Company, person: str, abilities: Abilities) -> QuerySet[Target]:
    """Return the targets that a person may see: the company's, and those they set for themselves.

    A salesperson sees no draft of the company's.
    """
    rows = Target.objects.filter(Q(kind="company") | Q(person=person), company=company, measure="sales")
    return rows.exclude(state="draft") if narrow(abilities) else rows


def in_force(rows: Iterable[Target]) -> Target | None:
    """Return the agreed version, else the newest draft; None when there is none."""
    known = sorted(rows, key=lambda one: (one.state == "agreed", one.state == "draft", one.version))
    return known[-1] if known else None


def shape_of(target: Target) -> Shape:
    """Return how a target falls over its year, by its company's calendar."""
    days = working_days(calendar_of(target.company), target.year)
    stages = tuple(Stage(*one) for one in target.stages) or QUARTERS
    shape = Shape(target.year, days, stages, target.month_weights)
    return replace(shape, weights=shape.month_weights())


def parts_of(target: Target) -> dict[Party, int]:
    """Return the parts of a target; a target without parts is nobody's in particular."""
    found: dict[Party, int] = {}
    for region, person, dealer, minor in target.parts or [["", "", "", target.amount_minor]]:
        party = Party(region, person, dealer)
        found[party] = found.get(party, 0) + minor
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """A place in a target's tree: its own line, those below, the parts, and what belongs to no part."""

    whole: Line
    below: list[tuple[int, Line]]
    parts: list[PartLine]
    elsewhere_minor: int
    source: str
    left_out: int
    days: Sequence[dt.date]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a plan: the place in the year, whose, which source; ``mine`` narrows to a name."""

    spot: Spot = WHOLE_YEAR
    party: Party = NOBODY
    source: str = ""
    mine: str = ""


def plan_of(target: Target, wish: Wish, today: dt.date) -> Plan | None:
    """Return a target's plan at a place; None when there is no such place."""
    shape, parts = shape_of(target), _chosen(parts_of(target), wish)
    nodes = {party: node_of(shape, [minor], wish.spot) for party, minor in (parts or {NOBODY: 0}).items()}
    there = [node for node in nodes.values() if node]
    if not there:
        return None
    node = added(there)
    dealers = any(party.dealer for party in parts_of(target))
    actuals = Actuals(target.company, wish.source, customers=dealers)
    source = actuals.source(dt.date(shape.year, 1, 1), dt.date(shape.year, 12, 31))
    of_parts, others = _shared_out(target, wish, _sold(actuals, node, shape, wish.spot, source))
    dated = [(one.day, one.minor) for rows in of_parts.values() for one in rows]
    if not narrowed(wish):
        dated += [(one.day, one.minor) for one in others]
    return Plan(
        line(node, sum(minor for _day, minor in dated), shape.days, today),
        lines(node, dated, shape.days, today),
        _part_lines({party: one for party, one in nodes.items() if one and party in parts}, of_parts),
        0 if narrowed(wish) else sum(one.minor for one in others),
        source,
        actuals.left_out(node.span.start, node.span.end) if source == "deals" else 0,
        shape.days,
    )


def narrowed(wish: Wish) -> bool:
    """Tell whether only some of the parts are looked at."""
    return bool(wish.mine) or wish.party != NOBODY


def _chosen(parts: dict[Party, int], wish: Wish) -> dict[Party, int]:
    return {
        party: minor
        for party, minor in parts.items()
        if fits(party, wish.party) and wish.mine in ("", party.person)
    }


def _sold(actuals: Actuals, node: Node, shape: Shape, spot: Spot, source: str) -> list[Sold]:
    """Return what was sold at a place: by month of the year, by day of a month or week."""
    if not spot.month:
        return actuals.months(node.span.start, node.span.end, source)
    month = Month.parse(spot.month)
    found = actuals.days(month.first_day, month.last_day, source)
    whole = node_of(shape, [0], Spot(spot.month))
    if not spot.week or whole is None:
        return found
    index = [week.name for week in whole.children].index(spot.week)
    return [one for one in found if placed(whole.children, [(one.day, 1)])[index]]


def _shared_out(
    target: Target, wish: Wish, sold: Iterable[Sold]
) -> tuple[dict[Party, list[Sold]], list[Sold]]:
    """Return the sales of each part that is looked at, and those of no part."""
    every = parts_of(target)
    looked_at, known = _chosen(every, wish), dict[Party, Party | None]()
    found: dict[Party, list[Sold]] = {}
    others = []
    for one in sold:
        sale = Party(one.region, one.person, one.customer)
        if sale not in known:
            known[sale] = part_of(list(every), sale)
        party = known[sale]
        if party is None:
            others.append(one)
        elif party in looked_at:
            found.setdefault(party, []).append(one)
    return found, others


def _part_lines(nodes: dict[Party, Node], sold: dict[Party, list[Sold]]) -> list[PartLine]:
    """Return the parts at a place; each part's own tree says what it asks there."""
    came = {party: sum(one.minor for one in rows) for party, rows in sold.items()}
    return part_lines({party: node.amount_minor for party, node in nodes.items()}, came)


def last_shape(company: Company, year: int) -> list[int] | None:
    """Return the weights of the months by what came in before: two years if both are whole, else the last.

    None when nothing came in.
    """
    actuals, before = Actuals(company, customers=False), year - 1
    start, end = dt.date(before - 1, 1, 1), dt.date(before, 12, 31)
    months: dict[Month, int] = {}
    for one in actuals.months(start, end, actuals.source(start, end)):
        month = Month.of(one.day)
        months[month] = months.get(month, 0) + one.minor
    last = [max(months.get(Month(before, number), 0), 0) for number in range(1, 13)]
    return seasonal_weights(months, year) or (last if any(last) else None)


def names_known(company: Company) -> dict[str, list[str]]:
    """Return regions, people and dealers that are known, for typing."""
    customers = Customer.objects.filter(company=company)
    sellers = ("salesperson", "sales-manager", "owner")
    people = set(customers.values_list("owner", flat=True).distinct())
    people |= set(Opportunity.objects.filter(company=company).values_list("owner", flat=True).distinct())
    people |= set(
        Membership.objects.filter(company=company, role__in=sellers).values_list(
            "person__username", flat=True
        )
    )
    return {
        "regions": sorted(set(customers.values_list("region", flat=True).distinct()) - {""}),
        "persons": sorted(people - {""}),
        "dealers": sorted(customers.filter(kind="dealer").values_list("name", flat=True)[:500]),
    }
