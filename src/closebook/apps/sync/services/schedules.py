"""Planning connections by a schedule, and writing plans that hold nothing back where the owner wants that."""

from __future__ import annotations

import datetime as dt

from django.db import close_old_connections, transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import UNFINISHED, Connection, Group, Run, RunState, Schedule
from closebook.apps.sync.selectors.connections import errors_open, run_open
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.freshness import plan_changes
from closebook.apps.sync.services.outcomes import NOTHING, outcome_tell
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.pulling import service_pull_if_connected
from closebook.apps.sync.services.telling import schedule_failed_tell
from closebook.apps.sync.services.work import run_approve, run_enqueue
from closebook.core.errors import ConflictError, HeldError, InputError, RemoteError
from closebook.core.planning.timetable import Rhythm, Timetable

RUNNING, PLANNED, HELD, FAILED = "running", "planned", "held", "failed"


def timetable_of(schedule: Schedule) -> Timetable:
    """Return when a schedule comes."""
    return Timetable(Rhythm(schedule.rhythm), schedule.minute, schedule.hour, schedule.weekday)


@transaction.atomic
def schedule_save(
    connection: Connection,
    timetable: Timetable,
    *,
    applies: bool,
    mails: bool,
    now: dt.datetime,
    actor: str,
) -> Schedule:
    """Return the kept schedule of a connection, with a line in the audit log."""
    facts = {
        "rhythm": timetable.rhythm.value,
        "minute": timetable.minute,
        "hour": timetable.hour,
        "weekday": timetable.weekday,
        "applies": applies,
        "mails": mails,
    }
    schedule, _made = Schedule.objects.update_or_create(
        connection=connection, defaults={**facts, "next_at": timetable.next_after(now)}
    )
    audit_append(connection.company_id, actor, "schedule-changed", connection.name, facts)
    return schedule


def schedules_tick(now: dt.datetime) -> int:
    """Start what is due at a moment and tell how runs ended that were started before; return how many
    connections were planned.

    Whoever moves the next moment on does it, so that no two workers plan the same.
    """
    close_old_connections()
    begun = 0
    for schedule in Schedule.objects.filter(next_at__lte=now).select_related("connection__company"):
        following = timetable_of(schedule).next_after(now)
        mine = Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at)
        if mine.update(next_at=following):
            schedule.next_at = following
            schedule_run(schedule, now)
            begun += 1
    _ended_tell()
    return begun


def schedule_run(schedule: Schedule, now: dt.datetime, *, tell: bool = True) -> Schedule:
    """Plan a schedule's connection now, write the plan where that is wanted and nothing is held, and return
    the schedule with what came of it.
    """
    connection = schedule.connection
    try:
        service_pull_if_connected(connection)
        run = _plan(connection)
        held = errors_open([connection], held=True).count()
        schedule.outcome, schedule.word = _begin(schedule, run, held), ""
    except (InputError, HeldError, ConflictError, RemoteError) as error:
        run, schedule.outcome, schedule.word = None, FAILED, f"{error.message} {error.remedy}".strip()
    schedule.run, schedule.last_at = run, now
    with transaction.atomic():
        schedule.save(update_fields=["run", "last_at", "outcome", "word"])
        if schedule.outcome == FAILED:
            schedule_failed_tell(schedule)
    outcome_tell(schedule, mail=tell)
    return schedule


def _begin(schedule: Schedule, run: Run | None, held: int) -> str:
    """Return the outcome of planning; a plan is begun when the owner wants it and nothing is held."""
    if run is None:
        return HELD if held else NOTHING
    if held or not schedule.applies:
        return PLANNED
    run_approve(run)
    audit_append(
        schedule.connection.company_id, "schedule", "run-begun", schedule.connection.name, {"run": run.pk}
    )
    run_enqueue(run)
    return RUNNING


def _plan(connection: Connection) -> Run | None:
    """Return the plan that waits already, if it covers everything and still fits, else a new one."""
    waiting = run_open(connection)
    if waiting is not None and waiting.state == RunState.PLANNED and waiting.kind == "sync":
        changed = Group.objects.filter(connection=connection, changed=True).values_list("key", flat=True)
        with books_client(connection.company) as client:
            fits = not plan_changes(waiting, client)
        if fits and set(changed) <= set(waiting.basis.get("groups", ())):
            return waiting
    return plan_make(connection)


def _ended_tell() -> None:
    """Keep and tell how runs ended that schedules began."""
    begun = Schedule.objects.filter(outcome=RUNNING, run__isnull=False)
    for schedule in begun.select_related("run", "connection__company"):
        run = schedule.run
        if run is not None and run.state not in UNFINISHED:
            schedule.outcome, schedule.word = run.state, run.reason
            schedule.save(update_fields=["outcome", "word"])
            outcome_tell(schedule, mail=True)
