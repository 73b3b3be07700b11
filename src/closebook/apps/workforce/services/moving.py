"""Moves of whatever has states: checked by its flow, under a lock."""

from __future__ import annotations

from typing import TypeVar

from closebook.apps.workforce.models import Application, Contract, Draft, Milestone, Posting, Task, Trial
from closebook.core.workforce.states import Flow, Who

Moving = TypeVar("Moving", Application, Contract, Draft, Milestone, Posting, Task, Trial)


def moved(row: Moving, flow: Flow, target: str, who: Who, reason: str = "") -> Moving:
    """Return a row in its new state, locked until the transaction ends.

    Raises ConflictError, HeldError or InputError as the flow does.
    """
    found = type(row)._default_manager.select_for_update().get(pk=row.pk)
    flow.check(found.state, target, who, reason)
    found.state = target
    if hasattr(found, "reason"):
        found.reason = reason.strip()
    found.save()
    return found
