"""What a plan says, in words and sums for a person."""

from __future__ import annotations

from typing import Any

from closebook.apps.sync.codec import diff_from, gist_of
from closebook.apps.sync.models import ActionRow, Connection, Run
from closebook.apps.sync.selectors.connections import errors_open
from closebook.apps.sync.selectors.names import ledger_account_names
from closebook.core.planning.actions import ActionKind


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
    rows = ActionRow.objects.filter(run=run).order_by("position")
    columns = ("kind", "target", "link", "key", "reason", "diff")
    for kind, target, link, *rest in rows.values_list(*columns).iterator(5000):
        what, amount = gist(kind, target, link)
        count = groups.setdefault((kind, what), [0, 0])
        count[0] += 1
        count[1] += amount
        if diff:
            summary["diff"].append(_action_plain(kind, what, amount, *rest))
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


def gist(kind: str, target: str, link: str) -> tuple[str, int]:
    """Return what an action writes or takes out, as a word, and its minor units; 0 where it is held."""
    what, amount = gist_of(target, link)
    return what.replace("-", " "), 0 if kind == ActionKind.HOLD else amount


def _action_plain(kind: str, what: str, amount: int, key: str, reason: str, diff: str) -> dict[str, Any]:
    return {
        "action": kind,
        "what": what,
        "key": key,
        "reason": reason,
        "amount_minor": amount,
        "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in diff_from(diff)],
    }
