"""What an undo would do, as plain values: it is planned, looked at, and gone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from closebook.apps.sync.models import Preparation, PreparationState, Run
from closebook.apps.sync.selectors.plans import plan_summary
from closebook.apps.sync.services.progress import Tell, silent
from closebook.apps.sync.services.undoing import undo_preview
from closebook.apps.sync.services.wishes import LOOK
from closebook.core.planning.actions import Action, ActionKind, Plan

_MOST_LEFT = 100


def undo_look(run: Run, only: Collection[str] = (), tell: Tell = silent) -> dict[str, Any]:
    """Return how many actions an undo has, its groups and effect, what is left and why, and under "plan" all
    that a plan says.

    Raises what ``undo_preview`` raises.
    """
    with undo_preview(run, only, tell=tell) as (made, plan):
        summary = plan_summary(run.connection, made)
    left = left_of(plan)
    return {
        "total": summary["total"],
        "groups": [group for group in summary["groups"] if group["action"] != ActionKind.HOLD],
        "effect": summary["effect"],
        "left": left_plain(left[:_MOST_LEFT]),
        "left_count": len(left),
        "plan": summary,
    }


def left_of(plan: Plan) -> list[Action]:
    """Return what an undo leaves."""
    return [action for action in plan.actions if action.kind is ActionKind.HOLD]


def left_plain(left: Collection[Action]) -> list[dict[str, Any]]:
    """Return what an undo leaves, and why, as plain values."""
    return [{"key": action.key, "code": action.code, "reason": action.reason} for action in left]


def look_kept(run: Run, only: Collection[str]) -> Preparation | None:
    """Return the last look at an undo, if nothing was planned or written since."""
    rows = Preparation.objects.filter(run=run, kind=LOOK, state=PreparationState.DONE)
    kept = next((row for row in rows.order_by("-pk")[:5] if row.wish["only"] == sorted(only)), None)
    later = Run.objects.filter(connection=run.connection)
    if kept is None or later.filter(created_at__gt=kept.created_at).exists():
        return None
    return None if later.filter(ended_at__gt=kept.created_at).exists() else kept
