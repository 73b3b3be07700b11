"""A manager's week on one page: target, forecast, what is stuck, and what was promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Opportunity
from closebook.apps.selling.selectors.outlook import judgements_of, rows_kept, spans_of
from closebook.apps.selling.selectors.overview import (
    ANSWER,
    FOLLOW_UP,
    MOST,
    PROMISE,
    STEP,
    due_by,
    standing,
    stuck_of,
    without_step,
)
from closebook.apps.selling.selectors.plan import in_force, targets_of
from closebook.apps.selling.services.reckoning import reckoning_of
from closebook.core.selling.opportunities import STAGES, age_of
from closebook.core.selling.outlook import ALL
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.selling.scope import opportunities_seen
from closebook.web.selling.words import AGES, stage_word, tone_of_age
from closebook.web.selling_plan.words import node_word

DUE_KINDS: Mapping[str, Promise] = {
    STEP: gettext_lazy("Next step"),
    ANSWER: gettext_lazy("Answer to a complaint"),
    PROMISE: gettext_lazy("Promise of the year"),
    FOLLOW_UP: pgettext_lazy("selling", "Follow-up"),
}
_LIMITS = {stage.code: stage.old_after_days for stage in STAGES}
_LIMIT = 30


@company_page(Ability.MANAGE_SELLING)
@require_safe
def overview(request: CompanyRequest) -> HttpResponse:
    """Show where the week stands, and what to talk about."""
    today = clock.today()
    rows = opportunities_seen(request)
    stuck = stuck_of(rows, today)
    end = today + dt.timedelta(days=6 - today.weekday())
    shown: dict[str, Any] = {
        "today": today,
        "end": end,
        "currency": request.company.home_currency,
        "lines": [(node_word(one.node), one) for one in _standing(request, today)],
        "stuck": list(_aged(stuck[:MOST], today)),
        "stuck_count": stuck.count(),
        "without_step": without_step(rows),
        "due": [(DUE_KINDS[one.kind], one, one.day < today) for one in due_by(request.company, end)],
    }
    return render(request, "web/selling_plan/overview.html", shown | _forecast(request))


def _standing(request: CompanyRequest, today: dt.date) -> list[Any]:
    rows = targets_of(request.company, request.user.username, request.abilities)
    known = rows.filter(year=today.year, kind="company", level="certain", state="agreed")
    target = in_force(known.select_related("company"))
    return standing(target, today) if target else []


def _forecast(request: CompanyRequest) -> dict[str, Any]:
    kept = reckoning_of(request.company)
    facts = kept.facts or {}
    if "rows" not in facts:
        return {"made": facts, "whole": None}
    span = spans_of(facts)[ALL]
    of_span = (one for one in judgements_of(request.company) if one.end == span.end)
    judged = next((one for one in of_span if one.start.month == span.start.month), None)
    return {"whole": rows_kept(facts, "").get(ALL), "until": span.end, "judged": judged}


def _aged(rows: Any, today: dt.date) -> Iterator[tuple[Opportunity, str, int, Promise, str]]:
    for row in rows:
        age = age_of(row.entered, today, _LIMITS.get(row.stage, _LIMIT)).value
        yield row, stage_word(row.stage), (today - row.entered).days, AGES[age], tone_of_age(age)
