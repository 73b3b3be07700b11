"""Telling of runs, errors, holds and schedules, within the transaction of the fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import NoReverseMatch

from closebook.apps.companies.services.people_mails import address_of
from closebook.apps.hooks.models import Event
from closebook.apps.hooks.services.events import events_tell
from closebook.apps.sync.models import Connection, Run, RunState, Schedule, SyncError
from closebook.transport import clock

_ENDINGS: Mapping[str, Event] = {
    RunState.DONE: Event.RUN_DONE,
    RunState.DONE_WITH_ERRORS: Event.RUN_DONE,
    RunState.HELD: Event.RUN_HELD,
    RunState.STALE: Event.RUN_HELD,
    RunState.WAITING: Event.RUN_HELD,
    RunState.STOPPED: Event.RUN_HELD,
    RunState.FAILED: Event.RUN_FAILED,
}
_AT_ONCE = 500


def run_planned_tell(run: Run) -> None:
    """Tell that a plan was saved."""
    events_tell(run.connection.company_id, Event.RUN_PLANNED, lambda: [_run_facts(run)])


def run_ended_tell(run: Run) -> None:
    """Tell how a run ended or what it waits for; an undo that was carried out is an event of its own."""
    event = _ENDINGS[run.state]
    undone = event == Event.RUN_DONE and run.kind == "undo"
    told = Event.RUN_UNDONE if undone else event
    events_tell(run.connection.company_id, told, lambda: [_run_facts(run)])


def errors_opened_tell(errors: Sequence[SyncError]) -> None:
    """Tell of lines of the error log that are new or open again. All are of one company."""
    if errors:
        company_id = errors[0].connection.company_id
        events_tell(company_id, Event.ERROR_OPENED, lambda: map(_error_facts, errors))


@transaction.atomic
def errors_close(rows: QuerySet[SyncError]) -> int:
    """Close those lines of one company's error log that are open, and tell of them; return how many."""
    found = list(rows.filter(resolved_at=None).select_related("connection"))
    now = clock.now()
    for start in range(0, len(found), _AT_ONCE):
        numbers = [line.pk for line in found[start : start + _AT_ONCE]]
        SyncError.objects.filter(pk__in=numbers).update(resolved_at=now)
    if found:
        company_id = found[0].connection.company_id
        events_tell(company_id, Event.ERROR_RESOLVED, lambda: map(_error_facts, found))
    return len(found)


def decided_tell(error: SyncError, word: str, actor: str) -> None:
    """Tell that a person decided on a line of the error log."""
    fact = {**_error_facts(error), "word": word, "by": actor}
    events_tell(error.connection.company_id, Event.HOLD_DECIDED, lambda: [fact])


def schedule_failed_tell(schedule: Schedule) -> None:
    """Tell that a connection could not be planned by its schedule."""
    connection = schedule.connection
    fact = {"connection": _connection_facts(connection), "reason": schedule.word}
    events_tell(connection.company_id, Event.SCHEDULE_FAILED, lambda: [fact])


def _run_facts(run: Run) -> dict[str, Any]:
    return {
        "run": run.pk,
        "kind": run.kind,
        "undoes": run.undoes_id,
        "state": str(run.state),
        "reason": run.reason,
        "actions": run.total,
        "connection": _connection_facts(run.connection),
        "page": _page("run", run.connection.company_id, run.pk),
    }


def _error_facts(error: SyncError) -> dict[str, Any]:
    names = ("code", "cause", "who_acts", "key", "file", "row", "field", "held")
    return {
        "error": error.pk,
        **{name: getattr(error, name) for name in names},
        "connection": _connection_facts(error.connection),
        "page": _page("error", error.connection.company_id, error.pk),
    }


def _connection_facts(connection: Connection) -> dict[str, Any]:
    return {"id": connection.pk, "name": connection.name}


def _page(name: str, *parts: int) -> str:
    """Return the absolute address of a page, "" in a site without it."""
    try:
        return address_of(name, *parts)
    except NoReverseMatch:
        return ""
