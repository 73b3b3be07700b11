"""Keeping what a plan holds back in the error log, and closing what no longer is."""

from __future__ import annotations

from closebook.apps.sync.models import Connection, Link, SyncError
from closebook.apps.sync.services.errors import error_record
from closebook.core.planning.actions import Action, ActionKind, Plan
from closebook.core.planning.desired import DECISIONS
from closebook.core.planning.naming import group_of_key
from closebook.transport import clock

_FIXES = {
    "rail": "Read the plan; if it is right, raise the rails (`closebook profile set CONNECTION rails.max_removed=…`).",
    "period-closed": "Move the closing date in the books, or set `rails.closed_period=true`; then plan again.",
    "payout-short": "Pull the earlier statement, or give the opening balance (`closebook profile set`).",
}


def holds_store(connection: Connection, plan: Plan, only: frozenset[str] | None) -> None:
    """Write a line per held action, and resolve the lines of holds that this plan does not have any more."""
    held = [action for action in plan.actions if action.kind is ActionKind.HOLD]
    open_lines = SyncError.objects.filter(connection=connection, held=True, resolved_at=None)
    known = {(line.key, line.code): line for line in open_lines}
    for action in held:
        line = known.pop((action.key, action.code), None)
        if line is None:
            error_record(
                connection,
                code=action.code or "held",
                cause=action.reason,
                who_acts="user",
                fixes=_fixes(action),
                key=action.key,
                held=True,
            )
        elif line.cause != action.reason:
            SyncError.objects.filter(pk=line.pk).update(cause=action.reason)
        _remember_deleted(connection, action)
    gone = [line.pk for line in known.values() if only is None or group_of_key(line.key) in only]
    SyncError.objects.filter(pk__in=gone).update(resolved_at=clock.now())


def _fixes(action: Action) -> list[str]:
    fixes = [f"`closebook retry ERROR --decide {word}`" for word in DECISIONS.get(action.code, ())]
    if action.code in _FIXES:
        fixes.insert(0, _FIXES[action.code])
    return fixes or ["Pull the files that are missing or corrected, then plan again."]


def _remember_deleted(connection: Connection, action: Action) -> None:
    """Keep that a person took an object out of the books, so that it is asked about once and never made again unasked."""
    if action.link and action.link.tombstone:
        Link.objects.filter(connection=connection, key=action.key).update(tombstone=True)
