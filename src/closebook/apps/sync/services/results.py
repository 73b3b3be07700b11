"""Storing how far actions have got: intents before a batch is sent, results after it, a run's end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import connection as database
from django.db import models as dj

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.codec import target_text
from closebook.apps.sync.models import ActionRow, Connection, Decision, Group, Link, Run, RunState
from closebook.apps.sync.services.errors import error_record, errors_resolve
from closebook.apps.sync.services.telling import run_ended_tell
from closebook.core.planning.actions import Action, ActionKind, ActionState
from closebook.core.planning.hands import Ending, ItemResult, Outcome
from closebook.core.planning.lists import RECREATE
from closebook.core.planning.naming import group_of_key
from closebook.core.planning.plan import KEEP, OVERWRITE
from closebook.transport import clock

if TYPE_CHECKING:
    from closebook.apps.sync.services.outbox import Outbox

ANSWERS = frozenset({RECREATE, KEEP, OVERWRITE})
"""Words that answer once: what a person did in the books stands, is written over, or is made again."""
STOP_ASKED = "A person asked to stop."
_GONE = frozenset({ActionKind.DELETE, ActionKind.DEACTIVATE})


def run_begun(run: Run) -> None:
    """Keep that a run is under way; what ended it before is forgotten."""
    run.started_at = run.started_at or clock.now()
    run.state, run.reason, run.ended_at = RunState.RUNNING, "", None
    run.save(update_fields=["started_at", "state", "reason", "ended_at"])


def states_store(run_id: int, actions: Sequence[Action]) -> None:
    """Store the states of actions. One statement for all of them, as a run has tens of thousands."""
    with database.cursor() as cursor:
        cursor.executemany(
            "UPDATE sync_actionrow SET state = %s WHERE run_id = %s AND key = %s",
            [(action.state.value, run_id, action.key) for action in actions],
        )


def intents_store(run_id: int, actions: Sequence[Action]) -> None:
    """Store state, request ids and number of tries of actions that are about to be sent."""
    with database.cursor() as cursor:
        cursor.executemany(
            "UPDATE sync_actionrow SET state = %s, request_id = %s, attempts = %s, batch_id = %s"
            " WHERE run_id = %s AND key = %s",
            [(a.state.value, a.request_id, a.attempts, a.batch_id, run_id, a.key) for a in actions],
        )


def results_store(run: Run, outbox: Outbox, found: Sequence[ItemResult]) -> None:
    """Store the results of a batch with their links, error rows and a line of the audit log."""
    _action_rows(run.pk, found)
    confirmed = [(outbox.actions[result.key], result) for result in found if result.ok]
    _links(run, confirmed)
    _decisions_done(run, [action.key for action, _result in confirmed])
    for result in found:
        if not result.ok and not result.retryable:
            _error(run, outbox, result)
    finished = sum(result.ok or not result.retryable for result in found)
    Run.objects.filter(pk=run.pk).update(finished=dj.F("finished") + finished)
    if confirmed:
        done = {result.key: f"{action.kind.value} {result.remote_id}" for action, result in confirmed}
        audit_append(run.connection.company_id, f"run {run.pk}", "books-written", run.connection.name, done)


def _decisions_done(run: Run, keys: list[str]) -> None:
    """Forget the answers to what a person did in the books, once carried out, so that they do not answer a
    later question.

    Words on what the source says (ignore, post anyway, statement only) stay in force.
    """
    Decision.objects.filter(connection_id=run.connection_id, key__in=keys, word__in=ANSWERS).delete()


def _action_rows(run_id: int, found: Sequence[ItemResult]) -> None:
    with database.cursor() as cursor:
        cursor.executemany(
            "UPDATE sync_actionrow SET state = %s, code = %s, message = %s, remote_id = %s, sync_token = %s"
            " WHERE run_id = %s AND key = %s",
            [
                (
                    _state(result).value,
                    result.code,
                    result.message,
                    result.remote_id,
                    result.sync_token,
                    run_id,
                    result.key,
                )
                for result in found
            ],
        )


def _state(result: ItemResult) -> ActionState:
    if result.ok:
        return ActionState.CONFIRMED
    return ActionState.PLANNED if result.retryable else ActionState.FAILED


_UPSERT = (
    "INSERT INTO sync_link (connection_id, key, kind, remote_id, sync_token, posted, remote, tombstone, ours,"
    " theirs, target, seen, run_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s)"
    " ON CONFLICT (connection_id, key) DO UPDATE SET kind = excluded.kind, remote_id = excluded.remote_id,"
    " sync_token = excluded.sync_token, posted = excluded.posted, remote = excluded.remote,"
    " tombstone = excluded.tombstone, theirs = excluded.theirs, seen = '',"
    " target = excluded.target, run_id = excluded.run_id"
)


def _links(run: Run, confirmed: Sequence[tuple[Action, ItemResult]]) -> None:
    kept = [_link_values(run, *pair) for pair in confirmed if pair[0].kind not in _GONE and pair[0].target]
    gone = [(run.connection_id, action.key) for action, _result in confirmed if action.kind in _GONE]
    with database.cursor() as cursor:
        if kept:
            cursor.executemany(_UPSERT, kept)
        if gone:
            cursor.executemany("DELETE FROM sync_link WHERE connection_id = %s AND key = %s", gone)


def _link_values(run: Run, action: Action, result: ItemResult) -> tuple[str | int | bool, ...]:
    """Return the values of a link's row. A match stores the plan's link; a write what it wrote."""
    link, matched = action.link, action.kind is ActionKind.MATCH
    fingerprint = fingerprint_of(action)
    return (
        run.connection_id,
        action.key,
        action.target.kind.value if action.target else "",
        result.remote_id,
        result.sync_token,
        link.posted if link and matched else fingerprint,
        link.remote if link and matched else fingerprint,
        False,
        link.ours if link else True,
        ",".join(link.theirs) if link else "",
        target_text(action.target),
        run.pk,
    )


def fingerprint_of(action: Action) -> str:
    """Return the fingerprint of what an action wants in the books, "" where it wants nothing."""
    return action.target.fingerprint() if action.target else ""


def _error(run: Run, outbox: Outbox, result: ItemResult) -> None:
    remedy = outbox.remedies.get(result.key, "")
    fixes = [
        text for text in (remedy, "Correct the cause, then `closebook plan` and `closebook apply`.") if text
    ]
    who = "closebook" if result.stale else "user"
    error_record(
        run.connection,
        code=result.code,
        cause=result.message,
        who_acts=who,
        fixes=fixes,
        key=result.key,
        run=run,
    )


_ENDINGS = {
    Ending.DONE: RunState.DONE,
    Ending.DONE_WITH_ERRORS: RunState.DONE_WITH_ERRORS,
    Ending.HELD: RunState.HELD,
    Ending.STALE: RunState.STALE,
    Ending.WAITING: RunState.WAITING,
    Ending.STOPPED: RunState.STOPPED,
    Ending.FAILED: RunState.FAILED,
}


def outcome_store(run: Run, outcome: Outcome) -> None:
    """Store the end of a run: its state and reason, an error row per difference, and which groups are now in
    order.
    """
    run.state = _ENDINGS[outcome.ending]
    run.reason = "\n".join([outcome.reason, *outcome.changes, *outcome.differences]).strip()
    run.ended_at = clock.now()
    run.save(update_fields=["state", "reason", "ended_at"])
    for difference in outcome.differences:
        error_record(
            run.connection,
            code="verify-difference",
            cause=difference,
            who_acts="user",
            fixes=["`closebook tieout` shows both sides.", "`closebook undo` takes the run back."],
            run=run,
            key=difference.split(":", 1)[0][:160],
        )
    _settle_groups(run)
    company_id = run.connection.company_id
    audit_append(
        company_id, f"run {run.pk}", f"run-{run.state}", run.connection.name, {"reason": run.reason[:500]}
    )
    run_ended_tell(run)


def _settle_groups(run: Run) -> None:
    """Mark the groups of the plan as in order, except those with something that is not done.

    When files were pulled or the profile changed meanwhile, and when the plan turned out stale, all stay to
    be planned again.
    """
    confirmed = set(
        ActionRow.objects.filter(run=run, state=ActionState.CONFIRMED).values_list("key", flat=True)
    )
    errors_resolve(run.connection, confirmed)
    if run.kind != "sync":
        _propose_again(run, confirmed)
    elif run.state != RunState.STALE and _still_fits(run):
        groups_settle(run.connection_id, set(run.basis.get("groups", ())) - _open_groups(run))


def _still_fits(run: Run) -> bool:
    connection = Connection.objects.get(pk=run.connection_id)
    newest = connection.profiles.latest("number").number
    return (connection.staged, newest) == (run.basis["staged"], run.basis["profile"])


def _open_groups(run: Run) -> set[str]:
    """Return the groups with an action that is not confirmed, or a document that a person changed."""
    rows = (
        ActionRow.objects.filter(run=run).exclude(state=ActionState.CONFIRMED).exclude(kind=ActionKind.IGNORE)
    )
    edited = Link.objects.filter(connection_id=run.connection_id, tombstone=False).exclude(seen="")
    return {group_of_key(key) for rows in (rows, edited) for key in rows.values_list("key", flat=True)}


def groups_settle(connection_id: int, groups: set[str]) -> None:
    """Mark business keys as in order."""
    keys = sorted(groups)
    for start in range(0, len(keys), 500):
        Group.objects.filter(connection_id=connection_id, key__in=keys[start : start + 500]).update(
            changed=False
        )


def _propose_again(run: Run, confirmed: set[str]) -> None:
    """Have what an undo took back planned again, so that it is proposed and never posted unread."""
    keys = sorted({group_of_key(key) for key in confirmed})
    for start in range(0, len(keys), 500):
        Group.objects.filter(connection_id=run.connection_id, key__in=keys[start : start + 500]).update(
            changed=True
        )
