"""The certain answers of a bank account together: planned, read, written, watched and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Query, Router

from closebook.api.access import ApiRequest
from closebook.api.bank import bank_account_of, numbers_of
from closebook.api.bank_schemas import AnswerPlanOut, PlannedAnswerOut, PlanUndoOut
from closebook.api.operations import Number, reads, writes
from closebook.api.paging import Page, PageWish, page_of
from closebook.apps.bank.models import AnswerPlan, PlannedAnswer
from closebook.apps.bank.selectors.answer_plans import answer_plans_in, plan_undo_look
from closebook.apps.bank.services.answer_planning import answers_plan
from closebook.apps.bank.services.answer_plans import plan_approve, plan_stop, plan_undo
from closebook.apps.companies.abilities import Ability

router = Router(tags=["Bank"])


def _found(request: ApiRequest, number: int) -> AnswerPlan:
    return get_object_or_404(answer_plans_in(request.auth.company), pk=number)


def _plain(request: ApiRequest, plan: AnswerPlan) -> dict[str, Any]:
    numbers = numbers_of(request)
    names = ("state", "reason", "total", "finished", "by", "created_at", "ended_at")
    sums = [{**row, "ledger_account": numbers.get(row["ledger_account"])} for row in plan.sums]
    facts = {name: getattr(plan, name) for name in names}
    return {"answer_plan": plan.pk, "bank_account": plan.bank_account_id, **facts, "sums": sums}


@writes(router, "/bank-accounts/{bank_account}/answer-plans", Ability.EDIT_BOOKS, AnswerPlanOut)
def plan_answers(request: ApiRequest, bank_account: Number) -> dict[str, Any]:
    """Plan the certain answers to the open lines, to be read. Nothing is written yet."""
    return _plain(request, answers_plan(bank_account_of(request, bank_account), request.auth.actor))


@reads(router, "/answer-plans/{answer_plan}", Ability.SEE_BOOKS, AnswerPlanOut)
def answer_plan(request: ApiRequest, answer_plan: Number) -> dict[str, Any]:
    """One plan of answers and how far it is."""
    return _plain(request, _found(request, answer_plan))


@reads(router, "/answer-plans/{answer_plan}/answers", Ability.SEE_BOOKS, Page[PlannedAnswerOut])
def planned_answers(request: ApiRequest, answer_plan: Number, wish: Query[PageWish]) -> dict[str, Any]:
    """The answers of a plan, in the order in which they are written."""
    rows = PlannedAnswer.objects.filter(plan=_found(request, answer_plan))
    return page_of(request, rows.select_related("line", "rule", "answer"), wish, _answers)


def _answers(rows: Sequence[PlannedAnswer]) -> list[dict[str, Any]]:
    return [_answer(row) for row in rows]


def _answer(row: PlannedAnswer) -> dict[str, Any]:
    made = getattr(row, "answer", None)
    written = made is not None and made.written_id
    record = f"{made.entity} {made.written_id}" if made and written else f"{row.entity} {row.wire_id}"
    return {
        "line": row.line_id,
        "day": row.line.day,
        "amount_minor": row.line.amount_minor,
        "kind": row.kind,
        "by": row.sure_by,
        "record": record.strip(),
        "rule": row.rule.rule_id if row.rule else None,
        "other_line": row.other_id,
        "state": "undone" if made and made.undone_at else row.state,
        "message": row.message,
    }


@writes(router, "/answer-plans/{answer_plan}/approve", Ability.EDIT_BOOKS, AnswerPlanOut, status=202)
def approve_answers(request: ApiRequest, answer_plan: Number) -> dict[str, Any]:
    """Approve a plan of answers. A small one is written at once, a large one by the worker."""
    return _plain(request, plan_approve(_found(request, answer_plan), request.auth.actor))


@writes(router, "/answer-plans/{answer_plan}/stop", Ability.EDIT_BOOKS, AnswerPlanOut)
def stop_answers(request: ApiRequest, answer_plan: Number) -> dict[str, Any]:
    """Stop a plan that is being written or taken back; what is answered stays answered."""
    plan_stop(_found(request, answer_plan), request.auth.actor)
    return _plain(request, _found(request, answer_plan))


@reads(router, "/answer-plans/{answer_plan}/undo-preview", Ability.SEE_BOOKS, PlanUndoOut)
def preview_answers_undo(request: ApiRequest, answer_plan: Number) -> dict[str, Any]:
    """What taking a plan of answers back would do, and what would stay and why."""
    plan = _found(request, answer_plan)
    look = plan_undo_look(plan)
    left = [{"line": each.answer.line_id, "reason": each.reason} for each in look.left]
    return {"answer_plan": plan.pk, "count": look.count, "left": left}


@writes(router, "/answer-plans/{answer_plan}/undo", Ability.EDIT_BOOKS, AnswerPlanOut, status=202)
def undo_answers(request: ApiRequest, answer_plan: Number) -> dict[str, Any]:
    """Take all answers of a plan back; what a person changed since is left, with the reason."""
    return _plain(request, plan_undo(_found(request, answer_plan), request.auth.actor))
