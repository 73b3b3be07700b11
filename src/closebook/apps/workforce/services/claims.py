"""What an assistant says that a stretch was: an answer within a timer, and time by hand outside of it."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.db.models import Q

from closebook.apps.companies.models import Person
from closebook.apps.workforce.models import Device, ManualTime, Prompt, TimerSpan
from closebook.core.errors import InputError
from closebook.core.workforce.runs import Run, intersect, moment_of, ms_of, subtract, union
from closebook.transport import clock


@transaction.atomic
def claim_keep(device: Device, run: Run, about: str, says: str, note: str) -> bool:
    """Keep a claim about a run of time (ms) once; tell whether it was news.

    Raises InputError for work without words, or where no timer stood near.
    """
    Person.objects.select_for_update().get(pk=device.person_id)
    if says == "work" and about != "poor" and not note.strip():
        raise InputError("reason-missing", "This needs a reason.", remedy="Write a few words.")
    start, end = run
    key = hashlib.sha256(f"{device.pk} {start} {end} {about} {says}".encode()).hexdigest()
    near = TimerSpan.objects.filter(company=device.company, timer__person=device.person)
    near = near.filter(starts_at__lt=moment_of(end)).select_related("timer__contract", "timer__task")
    last = near.order_by("-starts_at").first()
    if last is None or start >= end:
        raise InputError("no-timer", "No timer stood at this time.", remedy="Enter the time by hand.")
    facts = {
        "company": device.company, "rule": about, "starts_at": moment_of(start), "ends_at": moment_of(end),
        "answer": says, "note": note[:500], "answered_at": clock.now(), "actor": device.person.username,
        "made_at": clock.now(),
    }  # fmt: skip
    _prompt, is_new = Prompt.objects.get_or_create(contract=last.timer.contract, key=key, defaults=facts)
    if is_new and says == "work" and about != "poor":
        _outside(last, run, note)
    return is_new


def _outside(last: TimerSpan, run: Run, note: str) -> None:
    """Enter by hand what of claimed work no timer and no other entry counts."""
    timer, (start, end) = last.timer, (moment_of(run[0]), moment_of(run[1]))
    timed = TimerSpan.objects.filter(timer__person=timer.person, starts_at__lt=end)
    typed = ManualTime.objects.filter(contract__person=timer.person, starts_at__lt=end, ends_at__gt=start)
    counted = [
        *timed.filter(Q(ends_at=None) | Q(ends_at__gt=start)).values_list("starts_at", "ends_at"),
        *typed.filter(withdrawn=False, superseded_by=None).values_list("starts_at", "ends_at"),
    ]
    taken = union((ms_of(a), ms_of(b) if b else run[1]) for a, b in counted)
    for begins, ends in subtract([run], intersect(taken, [run])):
        ManualTime.objects.create(
            company=timer.company,
            contract=timer.contract,
            task=timer.task,
            starts_at=moment_of(begins),
            ends_at=moment_of(ends),
            reason=note.strip()[:500],
            actor=timer.person.username,
            made_at=clock.now(),
        )
