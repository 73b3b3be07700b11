"""What a plan says, in words and sums for a person."""

from __future__ import annotations

from typing import Any

from closebook.apps.sync.codec import action_from_row
from closebook.apps.sync.models import ActionRow, Connection, Run
from closebook.apps.sync.selectors.connections import errors_open
from closebook.apps.sync.selectors.names import ledger_account_names
from closebook.core.planning.actions import Action, ActionKind
from closebook.core.planning.documents import Document, DocumentKind


def plan_summary(connection: Connection, run: Run | None, *, diff: bool = False) -> dict[str, Any]:
    """Return a plan's actions by kind with counts and money, its effect, warnings, holds and (when asked)
    every action.

    Amounts are minor units of the connection's currency; debits of the effect are positive.
    """
    summary: dict[str, Any] = {
        "connection": connection.name,
        "currency": connection.currency,
        "run": run.pk if run else None,
        "total": run.total if run else 0,
        "groups": [],
        "effect": [],
        "warnings": list(run.warnings) if run else [],
        "holds": [
            {"key": e.key, "code": e.code, "reason": e.cause} for e in errors_open([connection], held=True)
        ],
        "diff": [],
    }
    if run is None:
        return summary
    groups: dict[tuple[str, str], list[int]] = {}
    for row in ActionRow.objects.filter(run=run).order_by("position").iterator(2000):
        action = action_from_row(row)
        count = groups.setdefault((row.kind, kind_of(action)), [0, 0])
        count[0] += 1
        count[1] += amount_of(action)
        if diff:
            summary["diff"].append(_action_plain(action))
    summary["groups"] = [
        {"action": kind, "what": what, "count": count, "amount_minor": amount}
        for (kind, what), (count, amount) in groups.items()
    ]
    names = ledger_account_names(connection)
    summary["effect"] = [
        {"ledger_account": names.get(key, key), "key": key, "amount_minor": amount}
        for key, amount in sorted(run.effect.items())
        if amount
    ]
    return summary


def kind_of(action: Action) -> str:
    """Return the kind of what an action writes or takes out, as a word."""
    if action.target:
        return action.target.kind.value.replace("-", " ")
    return action.link.kind.value.replace("-", " ") if action.link else ""


def amount_of(action: Action) -> int:
    """Return the money that an action's document moves, in minor units; 0 for list objects and holds."""
    target = action.target or (action.link.target if action.link else None)
    if not isinstance(target, Document) or action.kind is ActionKind.HOLD:
        return 0
    if target.kind is DocumentKind.JOURNAL_ENTRY:
        return sum(line.amount_minor for line in target.lines if line.amount_minor > 0)
    return target.total_minor


def _action_plain(action: Action) -> dict[str, Any]:
    return {
        "action": action.kind.value,
        "what": kind_of(action),
        "key": action.key,
        "reason": action.reason,
        "amount_minor": amount_of(action),
        "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in action.diff],
    }
