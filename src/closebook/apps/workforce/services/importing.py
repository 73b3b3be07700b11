"""Time out of an export of ActivityWatch: what it shows as worked is entered by hand, with a reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import IO
from zoneinfo import ZoneInfo

from django.db import transaction

from closebook.apps.companies.models import Person
from closebook.apps.workforce.models import ManualTime, Task
from closebook.apps.workforce.selectors.terms import call_hosts, core_rules, core_terms, rule_rows, term_on
from closebook.apps.workforce.services.days import days_reckon
from closebook.apps.workforce.services.timers import day_agreed, time_check
from closebook.connectors.activitywatch.files import read_export
from closebook.core.errors import HeldError, InputError
from closebook.core.workforce import reckoning as core
from closebook.core.workforce.runs import HOUR, Run, moment_of, ms_of, total, union
from closebook.transport import clock

_LONGEST = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Imported:
    """What an export came to, in ms: what was entered, and the other time by its class."""

    worked: int
    others: dict[str, int]


def export_reckoned(
    task: Task, content: bytes | IO[bytes], run: Run, *, late: bool = False
) -> list[core.Segment]:
    """Return what an export shows of a run of time, by the contract's rules; presence is always looked at.

    ``late``: the watcher says "away" only after the pause that the contract sets. Raises InputError for what
    is no export.
    """
    contract = task.contract
    day = moment_of(run[0]).astimezone(ZoneInfo(contract.zone)).date()
    rows = rule_rows(contract)
    terms = core_terms(term_on(contract.terms.all(), day), call_hosts(rows, day))
    if terms.level in {core.Level.NONE, core.Level.TIMER}:
        terms = replace(terms, level=core.Level.PRESENCE)
    timer = core.TimerRun("import", *run, f"t{task.pk}", task.kind, f"c{contract.pk}")
    export = read_export(content, run, terms.threshold if late else 0)
    return core.reckon([timer], export.spans, core_rules(rows, contract.zone), (), terms)


@transaction.atomic
def export_take(
    task: Task,
    content: bytes | IO[bytes],
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    person: Person,
    *,
    late: bool = False,
) -> Imported:
    """Enter the worked time of an export on a task of one's own; the export itself is not kept.

    Raises HeldError for another's task, InputError for what is no export, shows no work, is not over, or is
    counted already.
    """
    Person.objects.select_for_update().get(pk=person.pk)
    if task.contract.person_id != person.pk:
        raise HeldError("not-your-move", "This is for the other side to do.")
    run = ms_of(starts_at), ms_of(ends_at)
    if not 0 < run[1] - run[0] <= _LONGEST:
        raise InputError("not-a-time", "This is no time of a day.", remedy="Let it end after it begins.")
    day_agreed(task.contract, starts_at)
    sums: dict[str, int] = {}
    for part in (segments := export_reckoned(task, content, run, late=late)):
        sums[part.cls.value] = sums.get(part.cls.value, 0) + part.length
    worked = union((part.start, part.end) for part in segments if part.cls is core.Class.WORKED)
    if not worked:
        raise InputError("no-work", "The export shows no work in this time.", remedy="Look at the times.")
    for start, end in worked:
        time_check(person, moment_of(start), moment_of(end), reason)
        _enter(task, (start, end), reason, person)
    days_reckon(task.company, person, *run)
    return Imported(total(worked), {cls: ms for cls, ms in sums.items() if cls != core.Class.WORKED.value})


def _enter(task: Task, run: Run, reason: str, person: Person) -> None:
    ManualTime.objects.create(
        company=task.company,
        contract=task.contract,
        task=task,
        starts_at=moment_of(run[0]),
        ends_at=moment_of(run[1]),
        reason=reason.strip(),
        actor=person.username,
        made_at=clock.now(),
    )
