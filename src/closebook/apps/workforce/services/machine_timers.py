"""What a machine says of its timer, in whatever order and however often it comes: start, pause and stop.

A start that came late cannot run any more: it waits for its end, and then is a stretch that has passed. What
would overlap other time is refused, never silently cut.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet

from closebook.apps.companies.models import Person
from closebook.apps.workforce.models import (
    Device,
    EvidenceSpan,
    ManualTime,
    Task,
    Timer,
    TimerMove,
    TimerSpan,
)
from closebook.apps.workforce.services.timers import ALIVE
from closebook.core.errors import InputError
from closebook.transport import clock

_WORKED_ON = ("in_progress", "waiting", "delivered", "sent_back", "accepted")
_SLACK = dt.timedelta(minutes=1)
FOLLOWED = "followed"
"""The reason of a start by which a machine says that it keeps a timer that was started elsewhere."""
_STATES = {"pause": "paused", "stop": "stopped"}


@transaction.atomic
def machine_move(
    device: Device, move: str, told: dt.datetime, task_id: str, reason: str = "", shift_ms: int = 0
) -> bool:
    """Carry out what a machine said of its timer at a moment of its clock; tell whether it was news.

    Raises InputError for a moment that is not over, a task that is not the person's, or time counted already.
    """
    Person.objects.select_for_update().get(pk=device.person_id)
    task = _task(device, task_id) if move == "start" else None
    facts = {
        "task": task,
        "reason": reason,
        "shift_ms": shift_ms,
        "actor": device.name,
        "made_at": clock.now(),
    }
    said, is_new = TimerMove.objects.get_or_create(
        company=device.company, device=device, move=move, at=told, defaults=facts
    )
    if not is_new:
        return False
    if moment(said) > clock.now() + _SLACK:
        raise InputError("time-not-over", "This time is not over yet.", remedy="Look at the machine's clock.")
    if task is None:
        _end(said)
    elif reason != FOLLOWED:
        _start(said, task)
    return True


def moment(said: TimerMove) -> dt.datetime:
    """Return when a move was, by our clock."""
    return said.at - dt.timedelta(milliseconds=said.shift_ms)


def _task(device: Device, number: str) -> Task:
    rows = Task.objects.select_related("contract").filter(
        company=device.company, contract__person=device.person
    )
    found = rows.filter(pk=int(number) if number.isdecimal() and len(number) < 19 else 0).first()
    if found is None:
        raise InputError("no-task", "This is no task of yours.", remedy="Choose a task at the timer.")
    if found.contract.state != "active" or found.state not in _WORKED_ON:
        raise InputError(
            "task-not-begun", "Time is taken on a task that is in progress.", remedy="Begin the task first."
        )
    return found


def _spans(device: Device) -> QuerySet[TimerSpan]:
    return TimerSpan.objects.filter(timer__person=device.person).select_related("timer")


def _start(said: TimerMove, task: Task) -> None:
    at, device = moment(said), said.device
    beyond = _spans(device).filter(Q(ends_at=None) | Q(ends_at__gt=at))
    if beyond.filter(starts_at__lte=at).exists():
        raise InputError("timer-runs", "A timer is running already.", remedy="Stop it first.")
    if beyond.exists():
        return
    alive = Timer.objects.filter(person=device.person, state__in=ALIVE).first()
    if alive is not None and alive.task_id != task.pk:
        alive.state = "stopped"
        alive.save(update_fields=["state"])
        alive = None
    timer = alive or _timer(device, task, at)
    timer.state, timer.seen_at, timer.reason = "running", clock.now(), ""
    timer.save(update_fields=["state", "seen_at", "reason"])
    _span(timer, at, None)


def _timer(device: Device, task: Task, at: dt.datetime, state: str = "running") -> Timer:
    return Timer.objects.create(
        company=device.company,
        contract=task.contract,
        person=device.person,
        task=task,
        zone=task.contract.zone,
        source="agent",
        state=state,
        seen_at=at,
        actor=device.person.username,
        made_at=clock.now(),
    )


def _span(timer: Timer, start: dt.datetime, end: dt.datetime | None) -> None:
    TimerSpan.objects.create(
        company=timer.company,
        timer=timer,
        starts_at=start,
        ends_at=end,
        actor=timer.actor,
        made_at=clock.now(),
    )


def began(said: TimerMove) -> TimerMove | None:
    """Return the start that an end belongs to, None where another end came between."""
    before = TimerMove.objects.filter(device=said.device, at__lte=said.at).exclude(pk=said.pk)
    last = before.select_related("task__contract", "device").order_by("-at", "-pk").first()
    return last if last is not None and last.move == "start" else None


def _end(said: TimerMove) -> None:
    start, at = began(said), moment(said)
    if start is None or start.task is None:
        _stop_paused(said)
        return
    spans, is_followed = _spans(said.device).filter(timer__task=start.task), start.reason == FOLLOWED
    span = spans.filter(**({"ends_at": None} if is_followed else {"starts_at": moment(start)})).first()
    if span is None:
        if not is_followed:
            _late(start, at)
        return
    timer = span.timer
    if span.ends_at is None:
        span.ends_at = max(span.starts_at, at)
        span.save(update_fields=["ends_at"])
        timer.state, timer.reason, timer.seen_at = _STATES[said.move], said.reason or "break", clock.now()
        timer.recovered = said.reason == "recovered"
        timer.save(update_fields=["state", "reason", "seen_at", "recovered"])
    elif said.move == "stop" and timer.state == "paused":
        timer.state = "stopped"
        timer.save(update_fields=["state"])
    evidence_trim(said.device, at)


def _stop_paused(said: TimerMove) -> None:
    """Stop the timer that this machine had paused, unless it went on since."""
    if said.move == "stop":
        rows = Timer.objects.filter(person=said.device.person, company=said.company, state="paused")
        since = rows.exclude(spans__starts_at__gt=moment(said))
        since.update(state="stopped", seen_at=clock.now())


def _late(start: TimerMove, at: dt.datetime) -> None:
    begins, device = moment(start), start.device
    if start.task is None or at <= begins:
        return
    typed = ManualTime.objects.filter(
        contract__person=device.person,
        starts_at__lt=at,
        ends_at__gt=begins,
        withdrawn=False,
        superseded_by=None,
    )
    over = _spans(device).filter(starts_at__lt=at).filter(Q(ends_at=None) | Q(ends_at__gt=begins))
    if over.exists() or typed.exists():
        raise InputError(
            "timers-overlap",
            "This time is counted already.",
            remedy="A minute counts for one task only: choose another time.",
        )
    _span(_timer(device, start.task, at, "stopped"), begins, at)


def evidence_trim(device: Device, since: dt.datetime) -> None:
    """Drop what a machine told after a moment that lies in no stretch of a timer: a pause is booked back."""
    runs = list(_spans(device).values_list("starts_at", "ends_at"))
    rows = EvidenceSpan.objects.filter(device=device, starts_at__gte=since)
    outside = [
        row.pk
        for row in rows
        if not any(start < row.ends_at and (end is None or row.starts_at < end) for start, end in runs)
    ]
    EvidenceSpan.objects.filter(pk__in=outside).delete()
