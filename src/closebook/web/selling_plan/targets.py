"""The page of a year's target: the tree beside what was sold, by month, week, day, region and person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Target
from closebook.apps.selling.selectors.plan import (
    Plan,
    in_force,
    narrow,
    narrowed,
    plan_of,
    shape_of,
    targets_of,
)
from closebook.core.selling.plan import Line
from closebook.core.selling.targets import Node, Party
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.export import exported
from closebook.web.selling_plan.table import columns, table
from closebook.web.selling_plan.wishes import CERTAIN, OWN, Asked, asked_of
from closebook.web.selling_plan.words import VERSION_STATES, level_word, node_word


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page: its name, how deep it stands, and where it leads ("" for nowhere)."""

    name: str
    depth: int
    line: Line
    address: str
    now: bool


@company_page(Ability.SEE_SELLING)
@require_safe
def targets(request: CompanyRequest) -> HttpResponseBase:
    """Show the target in force of a year and level, beside what was sold."""
    asked = asked_of(request.GET)
    of_year = list(_seen(request).filter(year=asked.year).order_by("-version"))
    versions = [one for one in of_year if _level(one) == asked.level]
    return _page(request, asked, in_force(versions), of_year)


@company_page(Ability.SEE_SELLING)
@require_safe
def target(request: CompanyRequest, target_id: int) -> HttpResponseBase:
    """Show one version of a target, whatever its state."""
    one = _seen(request).filter(pk=target_id).first()
    if one is None:
        raise Http404
    asked = asked_of(request.GET)
    asked = Asked(
        one.year, _level(one), asked.month, asked.week, asked.region, asked.person, asked.dealer, asked.source
    )
    of_year = list(_seen(request).filter(year=one.year).order_by("-version"))
    return _page(request, asked, one, of_year)


def _seen(request: CompanyRequest) -> Any:
    rows = targets_of(request.company, request.user.username, request.abilities)
    return rows.select_related("company")


def _mine(request: CompanyRequest, asked: Asked) -> str:
    """Return the name to which a salesperson's sight is narrowed, "" for who sees all."""
    return request.user.username if narrow(request.abilities) and asked.level != OWN else ""


def _level(one: Target) -> str:
    return OWN if one.kind == OWN else one.level


def _page(
    request: CompanyRequest, asked: Asked, one: Target | None, of_year: list[Target]
) -> HttpResponseBase:
    today = clock.today()
    mine = _mine(request, asked)
    plan = plan_of(one, asked.wish(mine), today) if one else None
    if one and plan is None:
        raise Http404
    if plan and (form := request.GET.get("export")):
        rows = list(table(plan))
        return exported(form, f"targets-{asked.year}", columns(request.company.home_currency), rows)
    request.place = "targets"
    facts = _frame(asked, of_year) | {"target": one, "plan": plan, "mine": mine, "today": today}
    if one and plan:
        facts |= _shown(request, asked, one, plan, of_year)
    return render(request, "web/selling_plan/targets.html", facts)


def _frame(asked: Asked, of_year: list[Target]) -> dict[str, Any]:
    base = reverse("targets", args=[of_year[0].company_id]) if of_year else ""
    kinds = [CERTAIN, *sorted({_level(one) for one in of_year} - {CERTAIN, OWN}), OWN]
    blank = Asked(asked.year, source=asked.source)
    return {
        "asked": asked,
        "levels": [(base + blank.address(level=one), level_word(one), one == asked.level) for one in kinds],
        "before": blank.address(year=asked.year - 1, level=asked.level),
        "after": blank.address(year=asked.year + 1, level=asked.level),
    }


def _shown(
    request: CompanyRequest, asked: Asked, one: Target, plan: Plan, of_year: list[Target]
) -> dict[str, Any]:
    today, currency, mine = clock.today(), request.company.home_currency, _mine(request, asked)
    versions = [each for each in of_year if _level(each) == asked.level and each.person == one.person]
    first = min((each for each in versions if each.agreed_on), key=lambda each: each.version, default=None)
    parts = plan.parts if [row.party for row in plan.parts] != [Party()] else []
    return {
        "currency": currency,
        "rows": list(_rows(asked, plan, today)),
        "parts": [(row, _of_part(asked, row.party)) for row in parts],
        "place": node_word(plan.whole.node),
        "crumbs": list(_crumbs(asked, one)),
        "versions": [(each, VERSION_STATES[each.state]) for each in versions],
        "first": first if first and first.pk != one.pk and not mine else None,
        "own": _own(request, asked, of_year) if not asked.month and not narrowed(asked.wish("")) else None,
        "state": VERSION_STATES[one.state],
        "other_source": asked.address(source="deals" if plan.source == "books" else "books"),
        "exports": {form: asked.address() + f"&export={form}" for form in ("csv", "xlsx")},
        "day_total": len([day for day in shape_of(one).days if day in plan.whole.node.span]),
    }


def _rows(asked: Asked, plan: Plan, today: dt.date) -> Iterator[Row]:
    for depth, line in plan.below:
        node = line.node
        yield Row(node_word(node), depth, line, _below(asked, node), today in node.span)


def _below(asked: Asked, node: Node) -> str:
    if node.kind == "month":
        return asked.address(month=node.name)
    return asked.address(week=node.name) if node.kind == "week" else ""


def _of_part(asked: Asked, party: Party) -> str:
    names = {"region": party.region, "person": party.person, "dealer": party.dealer}
    return asked.address(**names) if party != Party() else ""


def _crumbs(asked: Asked, one: Target) -> Iterator[tuple[str, str]]:
    """Yield the way back up: from a week to its month and the year, and from a part to all."""
    if asked.party != Party():
        yield asked.address(region="", person="", dealer=""), _("All parts")
    if asked.month:
        yield asked.address(month="", week=""), str(one.year)
    if asked.week:
        month = dt.date.fromisoformat(f"{asked.month}-01")
        yield asked.address(week=""), node_word(month)


def _own(request: CompanyRequest, asked: Asked, of_year: list[Target]) -> Target | None:
    """Return the person's own target in force beside the company's."""
    mine = (one for one in of_year if one.kind == OWN and one.person == request.user.username)
    return in_force(mine) if asked.level == CERTAIN else None
