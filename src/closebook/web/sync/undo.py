"""Taking a run back: what goes and what stays is shown first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Run
from closebook.apps.sync.selectors.plans import action_groups
from closebook.apps.sync.services.undoing import undo_plan, undo_preview
from closebook.apps.sync.services.work import run_approve, run_enqueue
from closebook.core.planning.actions import ActionKind, Plan
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.run import effect_sides, groups_in_words
from closebook.web.sync.scope import run_of
from closebook.web.sync.words import REFUSALS, tell

_MOST_LEFT = 100


@company_page(Ability.RUN_SYNC)
@require_http_methods(["GET", "POST"])
def run_undo(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Show what taking a run back would do; take it back when the form is sent.

    ``only`` names keys of documents or business keys, to take back those alone.
    """
    chosen = run_of(request, run_id)
    data = request.POST if request.method == "POST" else request.GET
    only = [key for key in data.getlist("only") if key]
    try:
        return _undone(request, chosen, only) if request.method == "POST" else _shown(request, chosen, only)
    except REFUSALS as error:
        tell(request, error)
        return redirect("run", request.company.pk, chosen.pk)


def _shown(request: CompanyRequest, chosen: Run, only: list[str]) -> HttpResponse:
    with undo_preview(chosen, only) as (made, plan):
        facts: dict[str, Any] = {"run": chosen, "connection": chosen.connection, "only": only, **_left(plan)}
        if made:
            facts["total"] = made.total
            facts["groups"] = [
                group for group in groups_in_words(action_groups(made)) if group["action"] != ActionKind.HOLD
            ]
            facts["effect"] = effect_sides(made)
    return render(request, "web/sync/run_undo.html", facts)


def _left(plan: Plan) -> dict[str, Any]:
    left = [action for action in plan.actions if action.kind is ActionKind.HOLD]
    return {"left": left[:_MOST_LEFT], "left_count": len(left)}


def _undone(request: CompanyRequest, chosen: Run, only: list[str]) -> HttpResponse:
    made, _plan = undo_plan(chosen, only)
    if made is None:
        messages.info(request, _("There is nothing to take back any more."))
        return redirect("run", request.company.pk, chosen.pk)
    run_approve(made, request.user.get_username())
    run_enqueue(made)
    return redirect("run", request.company.pk, made.pk)
