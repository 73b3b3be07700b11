"""Many answers at once: what would be written, how far it is, and the way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.bank.models import AnswerPlan, AnswerPlanState, PlannedAnswer
from closebook.apps.bank.selectors.answer_plans import live_answers, plan_undo_look, planned_counts
from closebook.apps.bank.selectors.bank_accounts import ledger_choices
from closebook.apps.bank.services.answer_planning import answers_plan
from closebook.apps.bank.services.answer_plans import (
    plan_approve,
    plan_drop,
    plan_go_on,
    plan_stop,
    plan_undo,
)
from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.services.beats import worker_lives
from closebook.transport import clock
from closebook.web.bank.scope import REFUSALS, bank_account_of, plan_of
from closebook.web.bank.words import BY_WORDS, KIND_WORDS, PLANNED_WORDS
from closebook.web.books.kinds import document_address, title_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.words import tell

_PAGE_ROWS = 50
_MOST_LEFT = 50
_SILENT = dt.timedelta(seconds=60)
_UNDER_WAY = frozenset({AnswerPlanState.WRITING, AnswerPlanState.UNDOING})


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_sure(request: CompanyRequest, bank_account_id: int) -> HttpResponse:
    """Plan the certain answers of all open lines; nothing is written yet."""
    one = bank_account_of(request, bank_account_id)
    try:
        plan = answers_plan(one, request.user.get_username())
    except REFUSALS as error:
        tell(request, error)
        return redirect("bank_statement", request.company.pk, one.pk)
    return redirect("bank_plan", request.company.pk, plan.pk)


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_plan(request: CompanyRequest, plan_id: int) -> HttpResponse:
    """Show what a plan of answers does: its counts, its money by ledger account, and each answer."""
    plan = plan_of(request, plan_id)
    items = PlannedAnswer.objects.filter(plan=plan).select_related(
        "line", "other__bank_account", "rule__rule", "answer"
    )
    page = Paginator(items.order_by("position"), _PAGE_ROWS).get_page(request.GET.get("page"))
    counts = planned_counts(plan)
    facts = {
        **_progress(plan),
        "one": plan.bank_account,
        "sums": _sums(request, plan),
        "page": page,
        "rows": [_row(request.company.pk, item) for item in page],
        "refused": counts.get("refused", 0),
        "left": counts.get("left", 0),
        "live": live_answers(plan).count() if plan.approved_at else 0,
        "worker_lives": plan.state not in _UNDER_WAY or worker_lives(),
    }
    return render(request, "web/bank/plan.html", facts)


def _progress(plan: AnswerPlan) -> dict[str, Any]:
    under_way = plan.state in _UNDER_WAY
    silent = under_way and (plan.told_at is None or plan.told_at < clock.now() - _SILENT)
    return {"plan": plan, "under_way": under_way, "silent": silent}


def _sums(request: CompanyRequest, plan: AnswerPlan) -> list[dict[str, Any]]:
    names = {one.wire_id: one.name for one in ledger_choices(request.company)}
    return [
        {**row, "words": KIND_WORDS[row["kind"]], "name": names.get(row["ledger_account"], "")}
        for row in plan.sums
    ]


def _row(company_id: int, item: PlannedAnswer) -> dict[str, Any]:
    """Return what the page shows of a planned answer."""
    answer = getattr(item, "answer", None)
    entity, wire_id = (answer.entity, answer.written_id) if answer and answer.written_id else ("", "")
    entity, wire_id = (entity or item.entity), (wire_id or item.wire_id)
    taken_back = answer is not None and answer.undone_at is not None
    state = "undone" if taken_back else item.state
    tone = {"done": "done", "refused": "failed", "left": "held"}.get(state, "planned")
    return {
        "item": item,
        "words": KIND_WORDS[item.kind],
        "by": BY_WORDS.get(item.sure_by, item.sure_by),
        "title": f"{title_of(entity)} {wire_id}" if wire_id else "",
        "address": document_address(company_id, entity, wire_id) if wire_id and not taken_back else "",
        "state": PLANNED_WORDS[state],
        "tone": tone,
    }


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_plan_progress(request: CompanyRequest, plan_id: int) -> HttpResponse:
    """Show how far a plan is; once it ended, have the page loaded anew."""
    facts = _progress(plan_of(request, plan_id))
    answer = HttpResponse(render_to_string("web/bank/plan_progress.html", facts))
    if not facts["under_way"] or facts["silent"]:
        answer["HX-Refresh"] = "true"
    return answer


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_plan_act(request: CompanyRequest, plan_id: int) -> HttpResponse:
    """Approve a plan, drop it, stop it, or go on with it."""
    plan = plan_of(request, plan_id)
    by, what = request.user.get_username(), request.POST.get("what", "")
    try:
        if what == "approve":
            plan_approve(plan, by)
        elif what == "go-on":
            plan_go_on(plan)
        elif what == "stop" and plan_stop(plan, by):
            messages.success(request, _("It was stopped. What is answered stays answered."))
        elif what == "drop" and plan_drop(plan):
            messages.success(request, _("Nothing was written."))
            return redirect("bank_statement", request.company.pk, plan.bank_account_id)
    except REFUSALS as error:
        tell(request, error)
    return redirect("bank_plan", request.company.pk, plan.pk)


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
def bank_plan_undo(request: CompanyRequest, plan_id: int) -> HttpResponse:
    """Show what taking a plan back would do and what would stay; take it back."""
    plan = plan_of(request, plan_id)
    if request.method == "POST":
        try:
            plan_undo(plan, request.user.get_username())
        except REFUSALS as error:
            tell(request, error)
        return redirect("bank_plan", request.company.pk, plan.pk)
    look = plan_undo_look(plan)
    facts = {"plan": plan, "one": plan.bank_account, "look": look, "left": look.left[:_MOST_LEFT]}
    return render(request, "web/bank/plan_undo.html", facts)
