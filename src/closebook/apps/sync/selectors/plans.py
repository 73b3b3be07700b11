"""What a plan says, in words and sums for a person."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min, Sum

from closebook.apps.sync.codec import diff_from
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
    summary["groups"] = action_groups(run)
    summary["effect"] = effect_lines(connection, run)
    if diff:
        rows = ActionRow.objects.filter(run=run).order_by("position")
        columns = ("kind", "what", "amount_minor", "key", "reason", "diff")
        summary["diff"] = [_action_plain(*facts) for facts in rows.values_list(*columns).iterator(5000)]
    return summary


def action_groups(run: Run) -> list[dict[str, Any]]:
    """Return a run's actions by what they do and to what, with counts and minor units, in the run's order.

    What is held moves nothing.
    """
    rows = ActionRow.objects.filter(run=run).values_list("kind", "what")
    grouped = rows.annotate(first=Min("position"), count=Count("pk"), amount=Sum("amount_minor"))
    return [
        {
            "action": kind,
            "what": what.replace("-", " "),
            "count": count,
            "amount_minor": money_moved(kind, amount),
        }
        for kind, what, _first, count, amount in grouped.order_by("first")
    ]


def effect_lines(connection: Connection, run: Run) -> list[dict[str, Any]]:
    """Return what a run does to the trial balance: a line per ledger account, debit positive."""
    names = ledger_account_names(connection)
    return [
        {"ledger_account": names.get(key, key), "key": key, "amount_minor": amount}
        for key, amount in sorted(run.effect.items())
        if amount
    ]


def money_moved(kind: str, amount_minor: int) -> int:
    """Return the minor units that an action moves: nothing while it is held."""
    return 0 if kind == ActionKind.HOLD else amount_minor


def _action_plain(
    kind: str, what: str, amount_minor: int, key: str, reason: str, diff: str
) -> dict[str, Any]:
    return {
        "action": kind,
        "what": what.replace("-", " "),
        "key": key,
        "reason": reason,
        "amount_minor": money_moved(kind, amount_minor),
        "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in diff_from(diff)],
    }
