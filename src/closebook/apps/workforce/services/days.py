"""Reckoning a contract's day: from what is stored to segments, the same whenever it is done again.

A day that nobody was shown is reckoned anew in its place; one that was released or has proposals keeps its
rows, and the new ones supersede them. What was approved is in the timesheet's lines, which nothing changes.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from closebook.apps.companies.models import Company, Person
from closebook.apps.workforce.models import Contract, Reckoning, Segment, TimerSpan, Timesheet
from closebook.apps.workforce.selectors.reckoned import Inputs, inputs_of, latest_of
from closebook.core.workforce import reckoning as core
from closebook.core.workforce.days import day_of, day_run
from closebook.core.workforce.runs import moment_of
from closebook.transport import clock

_MOST_DAYS = 40
RECKONED_DAYS = 50
"""How long a day is reckoned anew: less long than its evidence stays."""


def days_reckon(company: Company, person: Person, first: int, last: int) -> None:
    """Reckon the days between two moments (ms) of a person's contracts, but none whose timer still runs."""
    for contract in Contract.objects.filter(company=company, person=person):
        day, until = day_of(first, contract.zone), day_of(last, contract.zone)
        for _number in range(_MOST_DAYS):
            if day > until:
                break
            if not _runs(contract, day):
                day_reckon(contract, day)
            day += dt.timedelta(days=1)


def _runs(contract: Contract, day: dt.date) -> bool:
    end = moment_of(day_run(day, contract.zone)[1])
    return TimerSpan.objects.filter(timer__contract=contract, ends_at=None, starts_at__lt=end).exists()


def sheet_for(contract: Contract, day: dt.date) -> Timesheet:
    """Return the timesheet of the week (Monday to Sunday) in which a day lies."""
    first = day - dt.timedelta(days=day.weekday())
    facts = {"company": contract.company, "last": first + dt.timedelta(days=6), "made_at": clock.now()}
    return Timesheet.objects.get_or_create(contract=contract, first=first, defaults=facts)[0]


@transaction.atomic
def day_reckon(contract: Contract, day: dt.date) -> Reckoning | None:
    """Return a day's reckoning as things stand, made only if something changed; None without any time."""
    Contract.objects.select_for_update().get(pk=contract.pk)
    known = latest_of(contract, day)
    if known and day < clock.today() - dt.timedelta(days=RECKONED_DAYS):
        return known
    inputs = inputs_of(contract, day)
    if known is None and not inputs.timers:
        return None
    if known and (known.rules_digest, known.inputs_digest) == (inputs.rules_digest, inputs.inputs_digest):
        return known
    if known and known.released_at is None and not known.proposals.exists():
        before = known.supersedes
        known.delete()
        return _stored(contract, day, inputs, before)
    return _stored(contract, day, inputs, known)


def _stored(contract: Contract, day: dt.date, inputs: Inputs, before: Reckoning | None) -> Reckoning:
    sheet_for(contract, day)
    made = Reckoning.objects.create(
        company=contract.company,
        contract=contract,
        first=day,
        last=day,
        rules_digest=inputs.rules_digest,
        inputs_digest=inputs.inputs_digest,
        supersedes=before,
        made_at=clock.now(),
    )
    tasks = {timer.id: int(timer.task[1:]) for timer in inputs.timers}
    parts = inputs.segments(day, contract.zone)
    Segment.objects.bulk_create([_segment(made, part, tasks[part.timer]) for part in parts], batch_size=500)
    return made


def _segment(made: Reckoning, part: core.Segment, task_id: int) -> Segment:
    source, number = part.timer.split("-")
    return Segment(
        company_id=made.company_id,
        reckoning=made,
        task_id=task_id,
        starts_at=moment_of(part.start),
        ends_at=moment_of(part.end),
        klass=part.cls.value,
        reason=part.reason.value,
        rule=part.rule,
        about=part.about[:200],
        source=source,
        number=int(number),
        evidence=list(part.evidence),
        made_at=made.made_at,
    )
