"""Tasks: asked, estimated, agreed, done, delivered, accepted or sent back; each step and word is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Contract, Task, TaskStep, Timer
from closebook.apps.workforce.services.moving import moved
from closebook.apps.workforce.services.timers import ALIVE, timer_move
from closebook.core.errors import InputError
from closebook.core.workforce.estimates import Spread
from closebook.core.workforce.readiness import TaskText, advice_for
from closebook.core.workforce.states import TASK, Who
from closebook.transport import clock

_NEXT = {
    "requested": "assistant", "estimated": "company", "agreed": "assistant", "in_progress": "assistant",
    "waiting": "company", "delivered": "company", "sent_back": "assistant",
}  # fmt: skip
"""Who has to move in each state; in the others nobody."""


@transaction.atomic
def task_ask(contract: Contract, facts: Mapping[str, Any], actor: str) -> Task:
    """Return a new task of a contract. Raises InputError with the first thing that is too vague."""
    if contract.state != "active":
        raise InputError(
            "contract-not-active", "This contract is not active.", remedy="Both sides sign it first."
        )
    text = TaskText(facts["title"], facts["description"], facts["done_means"], facts["cap_minutes"])
    lacking = [each for each in advice_for(text) if each.stops]
    if lacking:
        raise InputError("task-not-ready", lacking[0].text)
    made = Task.objects.create(
        company_id=contract.company_id, contract=contract, actor=actor, made_at=clock.now(), **facts
    )
    _step(made, "requested", "", actor)
    audit_append(contract.company_id, actor, "task-asked", made.title, {"task": made.pk})
    return made


@transaction.atomic
def task_estimate(task: Task, spread: Spread, who: Who, actor: str) -> Task:
    """Return a task with its estimate in minutes. Raises as the flow does."""
    found = task_move(task, "estimated", who, actor)
    found.low_minutes, found.likely_minutes, found.high_minutes = spread.low, spread.likely, spread.high
    found.save(update_fields=["low_minutes", "likely_minutes", "high_minutes"])
    return found


@transaction.atomic
def task_move(task: Task, target: str, who: Who, actor: str, text: str = "") -> Task:
    """Return a task one step further; ``text`` is the reason, or what is delivered. A timer on a task that is
    not in progress any more stops: its time stays.

    Raises ConflictError, HeldError or InputError as the flow does, and InputError for an empty delivery.
    """
    if target == "delivered" and not text.strip():
        raise InputError("nothing-delivered", "Say what is delivered, and where it lies.")
    found = moved(task, TASK, target, who, text)
    found.waits_for = _NEXT.get(target, "")
    if target == "waiting" and who is Who.COMPANY:
        found.waits_for = "assistant"
    if target == "delivered":
        found.delivered = text.strip()
    found.save(update_fields=["waits_for", "delivered"])
    if target != "in_progress":
        for timer in Timer.objects.filter(task=found, state__in=ALIVE):
            timer_move(timer, "stopped", reason=target)
    _step(found, target, text, actor)
    facts = {"task": found.pk, "to": target}
    audit_append(found.company_id, actor, "task-moved", found.title, facts)
    return found


def task_comment(task: Task, text: str, actor: str) -> None:
    """Keep a comment."""
    if text.strip():
        _step(task, "", text, actor)


def _step(task: Task, target: str, text: str, actor: str) -> None:
    TaskStep.objects.create(
        company_id=task.company_id, task=task, target=target, text=text, actor=actor, made_at=clock.now()
    )
