"""What an undo would do, as plain values: it is planned, looked at, and gone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from closebook.apps.sync.models import Run
from closebook.apps.sync.selectors.plans import action_groups, effect_lines
from closebook.apps.sync.services.progress import Tell, silent
from closebook.apps.sync.services.undoing import undo_preview
from closebook.core.planning.actions import ActionKind

_MOST_LEFT = 100


def undo_look(run: Run, only: Collection[str] = (), tell: Tell = silent) -> dict[str, Any]:
    """Return how many actions an undo has, its groups and effect, and what is left and why.

    Raises what ``undo_preview`` raises.
    """
    with undo_preview(run, only, tell=tell) as (made, plan):
        left = [action for action in plan.actions if action.kind is ActionKind.HOLD]
        groups = action_groups(made) if made else []
        return {
            "total": made.total if made else 0,
            "groups": [group for group in groups if group["action"] != ActionKind.HOLD],
            "effect": effect_lines(run.connection, made) if made else [],
            "left": [{"key": action.key, "reason": action.reason} for action in left[:_MOST_LEFT]],
            "left_count": len(left),
        }
