"""Writing a plan of answers and taking it back: by a worker when it is large, one answer after another.

Each planned answer keeps the request id of its write, so what was interrupted goes on where it stopped and
nothing is written twice. An answer that does not fit any more is refused alone, with the reason.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, close_old_connections, transaction
from django.db.models import F

from closebook import jobs
from closebook.apps.bank.models import (
    Answer,
    AnswerPlan,
    AnswerPlanState,
    LineState,
    PlannedAnswer,
    PlannedState,
)
from closebook.apps.bank.selectors.answer_plans import live_answers
from closebook.apps.bank.selectors.rules import rule_from_json
from closebook.apps.bank.selectors.suggestions import SPAN, InBooks, books_records
from closebook.apps.bank.services.answer_planning import refuse_while_under_way
from closebook.apps.bank.services.answering import (
    Wanted,
    answer_excluded,
    answer_match,
    answer_transfer,
    answer_undo,
    answer_written,
    unfinished_send,
)
from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.core.errors import (
    ClosebookError,
    ConflictError,
    HeldError,
    InputError,
    RejectedError,
    RemoteError,
    StaleError,
)
from closebook.transport import clock

JOB = "bank-answers"
_REFUSALS = (InputError, HeldError, ConflictError, RejectedError, StaleError)
_AT_ONCE = 50


def plan_approve(plan: AnswerPlan, by: str) -> AnswerPlan:
    """Begin to write a plan: at once when it is small, else by a worker. The same plan twice is written once.

    Raises HeldError bank-plan-under-way while another one of the company is written.
    """
    if _begin(plan, AnswerPlanState.WRITING, (AnswerPlanState.PLANNED,)):
        AnswerPlan.objects.filter(pk=plan.pk).update(approved_at=clock.now(), by=by)
        _note(plan, by, "bank-answers-approved", {"rows": plan.total})
        hand_over(plan)
    plan.refresh_from_db()
    return plan


def plan_drop(plan: AnswerPlan) -> bool:
    """Take a plan that was not approved out of the way; False when it was approved meanwhile."""
    return bool(AnswerPlan.objects.filter(pk=plan.pk, state=AnswerPlanState.PLANNED).delete()[0])


def plan_go_on(plan: AnswerPlan) -> AnswerPlan:
    """Go on with a plan that was stopped or interrupted, in the direction in which it went."""
    undoing = plan.items.filter(state__in=(PlannedState.UNDONE, PlannedState.LEFT)).exists()
    direction = AnswerPlanState.UNDOING if undoing else AnswerPlanState.WRITING
    if plan.state == AnswerPlanState.STOPPED:
        _begin(plan, direction, (AnswerPlanState.STOPPED,))
    plan.refresh_from_db()
    if plan.state in {AnswerPlanState.WRITING, AnswerPlanState.UNDOING}:
        hand_over(plan)
    plan.refresh_from_db()
    return plan


def plan_undo(plan: AnswerPlan, by: str) -> AnswerPlan:
    """Begin to take back what a plan answered; what a person changed since is left, with the reason."""
    before = (AnswerPlanState.DONE, AnswerPlanState.STOPPED, AnswerPlanState.UNDONE)
    if _begin(plan, AnswerPlanState.UNDOING, before):
        PlannedAnswer.objects.filter(plan=plan, state=PlannedState.LEFT).update(
            state=PlannedState.DONE, message=""
        )
        _note(plan, by, "bank-answers-undone", {"rows": live_answers(plan).count()})
        hand_over(plan)
    plan.refresh_from_db()
    return plan


def plan_stop(plan: AnswerPlan, by: str) -> bool:
    """Stop a plan that is under way; False when it is not. What is answered stays answered."""
    rows = AnswerPlan.objects.filter(pk=plan.pk, state__in=(AnswerPlanState.WRITING, AnswerPlanState.UNDOING))
    stopped = bool(rows.update(state=AnswerPlanState.STOPPED, holder="", ended_at=clock.now(), reason=""))
    if stopped:
        _note(plan, by, "bank-answers-stopped", {"rows": plan.finished})
    return stopped


def _begin(plan: AnswerPlan, state: str, before: tuple[str, ...]) -> bool:
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=plan.bank_account.company_id)
        if AnswerPlan.objects.filter(pk=plan.pk, state__in=before).exists():
            refuse_while_under_way(plan.bank_account)
        rows = AnswerPlan.objects.filter(pk=plan.pk, state__in=before)
        return bool(
            rows.update(state=state, reason="", attempt=F("attempt") + 1, finished=0, told_at=clock.now())
        )


def hand_over(plan: AnswerPlan) -> None:
    """Do a plan's work here when it is small, else hand it to the workers."""
    plan.refresh_from_db()
    if plan.total <= settings.CLOSEBOOK_SMALL_ROWS:
        carry_on(plan)
        return
    folder, url = _places()
    key = str(plan.bank_account.company_id)
    job_id = f"{plan.pk}.{plan.attempt}"
    former = jobs.job_outcome(folder, url, JOB, job_id)
    if former is not None and former.finished:
        AnswerPlan.objects.filter(pk=plan.pk).update(attempt=F("attempt") + 1)
        job_id = f"{plan.pk}.{plan.attempt + 1}"
    jobs.enqueue(folder, url, JOB, job_id, key=key)


def carry_on(plan: AnswerPlan) -> AnswerPlan:
    """Do what is left of a plan's work and return it. What the books do not take now stops it, with the
    reason, and it can go on later.
    """
    holder = secrets.token_hex(8)
    works = {AnswerPlanState.WRITING: _write, AnswerPlanState.UNDOING: _take_back}
    work = works.get(AnswerPlanState(plan.state))
    if work is None:
        return plan
    AnswerPlan.objects.filter(pk=plan.pk, state=plan.state).update(holder=holder, told_at=clock.now())
    end = AnswerPlanState.DONE if plan.state == AnswerPlanState.WRITING else AnswerPlanState.UNDONE
    reason = ""
    try:
        for finished in work(plan):
            if not _told(plan, holder, finished):
                break  # stopped, or another process took it over
    except RemoteError as error:
        end, reason = AnswerPlanState.STOPPED, _said(error)
    rows = AnswerPlan.objects.filter(pk=plan.pk, state=plan.state, holder=holder)
    rows.update(state=end, reason=reason, holder="", ended_at=clock.now())
    plan.refresh_from_db()
    return plan


def _told(plan: AnswerPlan, holder: str, finished: int) -> bool:
    """Keep how far a plan is; False when it is no more ours to go on with."""
    rows = AnswerPlan.objects.filter(pk=plan.pk, state=plan.state, holder=holder)
    return bool(rows.update(finished=finished, told_at=clock.now()))


def _write(plan: AnswerPlan) -> Iterator[int]:
    """Write what is planned, yielding how many answers are done."""
    items = PlannedAnswer.objects.filter(plan=plan, state=PlannedState.PLANNED)
    finished = plan.total - items.count()
    rows = items.select_related("line__bank_account__company", "other__bank_account", "rule__rule")
    while part := list(rows.order_by("position")[:_AT_ONCE]):
        records = _records(part)
        for item in part:
            _answer(item, records, plan.by)
        finished += len(part)
        yield finished


def _records(items: list[PlannedAnswer]) -> Mapping[tuple[str, str], InBooks]:
    """Return the records of the books that these answers name, as they are now."""
    named = [item for item in items if item.kind == "match"]
    if not named:
        return {}
    days = [item.line.day for item in named]
    found = books_records(named[0].line.bank_account, min(days) - SPAN, max(days) + SPAN)
    return {(one.entity, one.wire_id): one for one in found}


def _answer(item: PlannedAnswer, records: Mapping[tuple[str, str], InBooks], by: str) -> None:
    begun = Answer.objects.filter(planned=item).select_related("line__bank_account__company").first()
    try:
        if begun is not None:
            unfinished_send(begun, by)
        else:
            _answer_new(item, records, by)
    except _REFUSALS as error:
        _kept(item, PlannedState.REFUSED, _said(error))
    else:
        _kept(item, PlannedState.DONE)


def _answer_new(item: PlannedAnswer, records: Mapping[tuple[str, str], InBooks], by: str) -> None:
    """Answer a line as it was planned. Raises what answering does, ConflictError when it does not fit now."""
    line, version = item.line, item.rule
    if line.state != LineState.OPEN:
        raise ConflictError(
            "line-answered", "The line was answered in the meantime.", remedy="Look at its answer first."
        )
    if item.kind == "match":
        record = records.get((item.entity, item.wire_id))
        if record is None:
            raise _gone()
        answer_match(line, [record], by, reason=item.sure_by, planned=item)
        return
    if item.kind == "transfer":
        if item.other is None or item.other.state != LineState.OPEN:
            raise _gone()
        answer_transfer(line, item.other, by, planned=item)
        return
    if version is None:
        raise _gone()
    rule = rule_from_json(version.rule_id, version.body)
    if item.kind == "excluded":
        answer_excluded(line, rule.memo or version.rule.name, by, version, planned=item)
        return
    answer_written(line, Wanted(rule.shares, rule.party, rule.memo), by, rule=version, planned=item)


def _gone() -> ConflictError:
    return ConflictError(
        "bank-answer-gone",
        "What was planned as the answer is gone or answers another line.",
        remedy="Look at the line again.",
    )


def _take_back(plan: AnswerPlan) -> Iterator[int]:
    """Take a plan's answers back, the last one first, yielding how many were gone through."""
    finished = 0
    for made in list(live_answers(plan)):
        item = made.planned
        if item is None:
            continue
        try:
            answer_undo(made, plan.by)
        except _REFUSALS as error:
            _kept(item, PlannedState.LEFT, _said(error))
        else:
            _kept(item, PlannedState.UNDONE)
        finished += 1
        if finished % _AT_ONCE == 0:
            yield finished
    yield finished


def _kept(item: PlannedAnswer, state: str, message: str = "") -> None:
    PlannedAnswer.objects.filter(pk=item.pk).update(state=state, message=message)


def _said(error: ClosebookError) -> str:
    return f"{error.message} {error.remedy}".strip()


def _note(plan: AnswerPlan, by: str, action: str, facts: dict[str, int]) -> None:
    audit_append(plan.bank_account.company_id, by, action, plan.bank_account.name, facts)


def advance(job_id: str) -> jobs.Standing:
    """Carry a plan of answers through. Doing it twice writes nothing twice."""
    close_old_connections()
    plan = (
        AnswerPlan.objects.select_related("bank_account__company")
        .filter(pk=int(job_id.partition(".")[0]))
        .first()
    )
    word = carry_on(plan).state if plan else AnswerPlanState.DONE
    return jobs.Standing(finished=True, word=word)


jobs.define_kind(JOB, advance, (OSError, OperationalError))


def _places() -> tuple[Path, str]:
    return Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", "")
