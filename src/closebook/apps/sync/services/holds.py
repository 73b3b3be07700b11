"""Keeping what a plan holds back in the error log, and closing what no longer is."""

from __future__ import annotations

from collections.abc import Iterator

from closebook.apps.sync.models import Connection, Decision, Link, SyncError
from closebook.apps.sync.services.errors import error_record
from closebook.apps.sync.services.telling import errors_close
from closebook.core.planning.actions import Action, ActionKind, Plan
from closebook.core.planning.desired import DECISIONS
from closebook.core.planning.naming import group_of_key

RAIL, DELETED = "rail", "deleted-in-books"
_FIXES = {
    "inactive-in-books": "Make it active again in the books, then plan again.",
    "rail": "Read the plan; if it is right, raise the rails, for instance"
    " `closebook profile set CONNECTION rails.max_removed=100000 rails.max_removed_percent=100"
    " rails.max_changed_percent=100`, then plan again.",
    "period-closed": "Move the closing date in the books, or"
    " `closebook profile set CONNECTION rails.closed_period=true`; then plan again.",
    "payout-short": "Pull the statement that is missing, or give what the shop held at the start:"
    " `closebook profile set CONNECTION since=YYYY-MM-DD opening_minor=…`.",
}


def holds_store(connection: Connection, plan: Plan, only: frozenset[str] | None) -> None:
    """Write a line per held action, and resolve the lines of holds that this plan does not have any more.

    A broken rail is one line for the whole plan. What a person deleted in the books stays asked until it is
    answered.
    """
    held = [action for action in plan.actions if action.kind is ActionKind.HOLD]
    open_lines = SyncError.objects.filter(connection=connection, held=True, resolved_at=None)
    known = {(line.key, line.code): line for line in open_lines}
    for action in _railed_once(held):
        line = known.pop((action.key, action.code), None)
        if line is None:
            error_record(
                connection,
                code=action.code or "held",
                cause=action.reason,
                who_acts="user",
                fixes=_fixes(connection, action),
                key=action.key,
                held=True,
            )
        elif line.cause != action.reason:
            SyncError.objects.filter(pk=line.pk).update(cause=action.reason)
        _remember_deleted(connection, action)
    waiting = _waiting(connection)
    gone = [
        line.pk
        for line in known.values()
        if (only is None or group_of_key(line.key) in only) and (line.key, line.code) not in waiting
    ]
    for start in range(0, len(gone), 500):
        errors_close(SyncError.objects.filter(pk__in=gone[start : start + 500]))


def _railed_once(held: list[Action]) -> Iterator[Action]:
    """Yield the holds, those of a broken rail as one that says how many there are."""
    railed = [action for action in held if action.code == RAIL]
    yield from (action for action in held if action.code != RAIL)
    if railed:
        reason = railed[0].reason.partition(": ")[2] or railed[0].reason
        yield Action(RAIL, ActionKind.HOLD, None, None, f"{len(railed)} actions wait. {reason}", code=RAIL)


def _waiting(connection: Connection) -> set[tuple[str, str]]:
    """Return the lines that ask about deleted documents on which nobody decided; the plan itself asks only
    once.
    """
    decided = Decision.objects.filter(connection=connection).values("key")
    links = Link.objects.filter(connection=connection, tombstone=True).exclude(key__in=decided)
    return {(key, DELETED) for key in links.values_list("key", flat=True)}


def _fixes(connection: Connection, action: Action) -> list[str]:
    fixes = [f"`closebook retry ERROR --decide {word}`" for word in DECISIONS.get(action.code, ())]
    if action.code in _FIXES:
        fixes.insert(0, _FIXES[action.code].replace("CONNECTION", f'"{connection.name}"'))
    return fixes or ["Pull the files that are missing or corrected, then plan again."]


def _remember_deleted(connection: Connection, action: Action) -> None:
    """Keep that a person took an object out of the books, so that it is asked about once and never made again
    unasked.
    """
    if action.link and action.link.tombstone:
        Link.objects.filter(connection=connection, key=action.key).update(tombstone=True)
