"""Taking a run back: what goes and what stays is shown first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import PreparationState, Run
from closebook.apps.sync.services.looking import look_kept
from closebook.apps.sync.services.preparing import preparation_begin
from closebook.apps.sync.services.wishes import LOOK, UNDO, Wish
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.connections import prepared
from closebook.web.sync.preparation import redirect_to_preparation
from closebook.web.sync.run import groups_in_words, with_credits
from closebook.web.sync.scope import run_of
from closebook.web.sync.words import REFUSALS, tell


@company_page(Ability.RUN_SYNC)
@require_http_methods(["GET", "POST"])
def run_undo(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Show what taking a run back would do; have it taken back when the form is sent.

    ``only`` names keys of documents or business keys, to take back those alone.
    """
    chosen = run_of(request, run_id)
    data = request.POST if request.method == "POST" else request.GET
    only = [key for key in data.getlist("only") if key]
    back = redirect("run", request.company.pk, chosen.pk)
    wish = Wish(chosen.connection, UNDO, request.user.get_username(), chosen, only, approve=True)
    return prepared(request, wish, back) if request.method == "POST" else _shown(request, chosen, only)


def _shown(request: CompanyRequest, chosen: Run, only: list[str]) -> HttpResponse:
    try:
        wish = Wish(chosen.connection, LOOK, request.user.get_username(), chosen, only)
        made = look_kept(chosen, only) or preparation_begin(wish)
    except REFUSALS as error:
        tell(request, error)
        return redirect("run", request.company.pk, chosen.pk)
    if made.state == PreparationState.REFUSED:
        messages.error(request, f"{made.error['message']} {made.error['remedy']}".strip())
        return redirect("run", request.company.pk, chosen.pk)
    if made.state != PreparationState.DONE:
        return redirect_to_preparation(request, made)
    facts: dict[str, Any] = {
        "run": chosen,
        "connection": chosen.connection,
        "only": only,
        **made.answer,
        "groups": groups_in_words(made.answer["groups"]),
        "effect": with_credits(made.answer["effect"]),
    }
    return render(request, "web/sync/run_undo.html", facts)
