"""Timers: one at a time, started, paused and stopped by the assistant alone; time by hand has a reason."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.companies.models import Person
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Contract, ManualTime, Task, Timer, TimerSpan, Timesheet
from closebook.apps.workforce.selectors.terms import term_on
from closebook.apps.workforce.services.days import days_reckon
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.days import day_of
from closebook.core.workforce.runs import ms_of
from closebook.core.workforce.states import TIMER, Who
from closebook.transport import clock

ALIVE = ("running", "paused")
OFFLINE = dt.timedelta(hours=24)
"""So long ago a move may have been made that comes now, after a time without a connection."""


@transaction.atomic
def timer_start(task: Task, person: Person, source: str = "page", at: dt.datetime | None = None) -> Timer:
    """Return a running timer on a task, from a moment or from now on. Raises ConflictError while another one
    is not stopped, or for a task that cannot be worked on, InputError as ``moment_made`` does, and for a
    moment over other time of the same person.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    if Timer.objects.filter(person=person, state__in=ALIVE).exists():
        raise ConflictError("timer-runs", "A timer is running already.", remedy="Stop it first.")
    if task.contract.state not in {"active", "ending"} or task.state != "in_progress":
        raise ConflictError(
            "task-not-begun", "Time is taken on a task that is in progress.", remedy="Begin the task first."
        )
    now = moment_made(at)
    if at is not None:
        _free_since(person, now)
    made = Timer.objects.create(
        company_id=task.company_id,
        contract=task.contract,
        person=person,
        task=task,
        zone=task.contract.zone,
        source=source,
        seen_at=now,
        actor=person.username,
        made_at=now,
    )
    _open(made, now)
    return made


def _free_since(person: Person, moment: dt.datetime) -> None:
    """Raise InputError when time of a person after a moment is counted already."""
    typed = ManualTime.objects.filter(contract__person=person, ends_at__gt=moment)
    if (
        TimerSpan.objects.filter(timer__person=person, ends_at__gt=moment).exists()
        or typed.filter(withdrawn=False, superseded_by=None).exists()
    ):
        raise InputError(
            "timers-overlap",
            "This time is counted already.",
            remedy="A minute counts for one task only: choose another time.",
        )


@transaction.atomic
def timer_move(timer: Timer, target: str, at: dt.datetime | None = None, reason: str = "") -> Timer:
    """Return a timer that runs again, is paused or stopped, at a moment or now. Raises ConflictError when it
    has moved on, InputError for running again over time that is counted already.
    """
    found = Timer.objects.select_for_update().get(pk=timer.pk)
    TIMER.check(found.state, target, Who.ASSISTANT, reason or ("break" if target == "paused" else ""))
    now = at or clock.now()
    if found.state == "running":
        span = TimerSpan.objects.get(timer=found, ends_at=None)
        span.ends_at = max(span.starts_at, now)
        span.save(update_fields=["ends_at"])
    if target == "running":
        if at is not None:
            _free_since(found.person, now)
        _open(found, now)
    found.state, found.seen_at, found.reason = target, now, reason
    found.save(update_fields=["state", "seen_at", "reason"])
    if target != "running":
        days_reckon(found.company, found.person, ms_of(found.spans.latest("starts_at").starts_at), ms_of(now))
    return found


def moment_read(text: str) -> dt.datetime | None:
    """Return the moment at which a move was made, None for "". Raises InputError for any other text."""
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise InputError("no-moment", "This is no moment.") from None


def moment_made(at: dt.datetime | None) -> dt.datetime:
    """Return the moment at which a move was made, now for None. Raises InputError for the future, or for one
    of more than a day ago.
    """
    now = clock.now()
    if at is None:
        return now
    if not now - OFFLINE <= at <= now:
        raise InputError(
            "moment-too-old",
            "This comes too late to be counted by itself.",
            remedy="Enter the time by hand, with a reason.",
        )
    return at


def timer_seen(timer: Timer) -> None:
    """Keep that a running timer was seen alive."""
    Timer.objects.filter(pk=timer.pk, state="running").update(seen_at=clock.now())


@transaction.atomic
def timer_recover(timer: Timer) -> Timer:
    """Return a timer that was left running, stopped at the last moment at which it was seen."""
    found = timer_move(timer, "stopped", at=timer.seen_at, reason="recovered")
    found.recovered = True
    found.save(update_fields=["recovered"])
    return found


def _open(timer: Timer, at: dt.datetime) -> None:
    TimerSpan.objects.create(
        company_id=timer.company_id, timer=timer, starts_at=at, actor=timer.actor, made_at=at
    )


def time_check(person: Person, starts_at: dt.datetime, ends_at: dt.datetime, reason: str) -> None:
    """Raise InputError for time by hand without a reason, in the future, or over other time of the person."""
    if not reason.strip():
        raise InputError("reason-missing", "This needs a reason.", remedy="Write a few words.")
    if ends_at > clock.now():
        raise InputError("time-not-over", "This time is not over yet.", remedy="Enter it afterwards.")
    spans = TimerSpan.objects.filter(timer__person=person, starts_at__lt=ends_at)
    typed = ManualTime.objects.filter(contract__person=person, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if (spans.filter(ends_at__gt=starts_at) | spans.filter(ends_at=None)).exists() or typed.filter(
        withdrawn=False, superseded_by=None
    ).exists():
        raise InputError(
            "timers-overlap",
            "This time is counted already.",
            remedy="A minute counts for one task only: choose another time.",
        )


def day_agreed(contract: Contract, starts_at: dt.datetime) -> None:
    """Raise InputError for time before the terms of a contract begin: nothing could be paid for it."""
    day, terms = day_of(ms_of(starts_at), contract.zone), list(contract.terms.all())
    if terms and term_on(terms, day) is None:
        raise InputError(
            "before-contract",
            "No terms that both sides signed hold on this day.",
            remedy="Choose a day from which they hold.",
        )


@transaction.atomic
def time_withdraw(entry: ManualTime, person: Person) -> None:
    """Take time by hand of one's own back; the entry stays, and does not count any more.

    Raises HeldError for anybody else, ConflictError once its week is signed.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    contract = entry.contract
    if contract.person_id != person.pk:
        raise HeldError("not-your-move", "This is for the other side to do.")
    day = day_of(ms_of(entry.starts_at), contract.zone)
    weeks = Timesheet.objects.filter(contract=contract, first__lte=day, last__gte=day)
    if weeks.exclude(state__in=["open", "returned"]).exists():
        raise ConflictError(
            "sheet-signed",
            "This week is signed already.",
            remedy="Ask for it to be sent back, or for a correction.",
        )
    if ManualTime.objects.filter(pk=entry.pk, withdrawn=False).update(withdrawn=True):
        audit_append(
            entry.company_id, person.username, "time-withdrawn", entry.task.title, {"time": entry.pk}
        )
        days_reckon(entry.company, person, ms_of(entry.starts_at), ms_of(entry.ends_at))


@transaction.atomic
def time_add(task: Task, starts_at: dt.datetime, minutes: int, reason: str, actor: Person) -> ManualTime:
    """Return time by hand on a task. Raises InputError without a reason, in the future, before the terms of
    the contract, or over other time of the same person.
    """
    Person.objects.select_for_update().get(pk=actor.pk)
    ends_at = starts_at + dt.timedelta(minutes=minutes)
    time_check(actor, starts_at, ends_at, reason)
    day_agreed(task.contract, starts_at)
    made = ManualTime.objects.create(
        company_id=task.company_id,
        contract=task.contract,
        task=task,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        actor=actor.username,
        made_at=clock.now(),
    )
    days_reckon(task.company, actor, ms_of(starts_at), ms_of(ends_at))
    return made
