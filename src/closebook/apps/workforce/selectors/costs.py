"""What work costs: usual ranges, the rate that holds, minutes spent, and what finished tasks teach."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from closebook.apps.companies.models import Company
from closebook.apps.workforce.models import Contract, ManualTime, RateRange, Task, TimerSpan
from closebook.apps.workforce.selectors.terms import rate_terms, rates_of
from closebook.core.errors import InputError
from closebook.core.money import Money, divide_half_up
from closebook.core.workforce import rate_table
from closebook.core.workforce.estimates import Spread, learned
from closebook.core.workforce.rates import RateTerm, amount_of, rate_on

FINISHED = ("accepted", "closed")
LATEST = 50


def ranges_of(company: Company) -> tuple[rate_table.RateRange, ...]:
    """Return the usual ranges of kinds of service: the company's own, then those that come with Closebook."""
    own = RateRange.objects.filter(company=company, kind__in=list(rate_table.Kind)).order_by("-as_of", "-pk")
    mine = tuple(
        rate_table.RateRange(
            rate_table.Kind(row.kind),
            row.low_minor,
            row.high_minor,
            row.estimated,
            row.source,
            row.as_of,
            row.currency,
            row.market.strip(),
        )
        for row in own
    )
    return (*mine, *rate_table.DEFAULT_RATES)


def rate_of(contract: Contract, kind: str, day: dt.date) -> Money | None:
    """Return what an hour of a kind of service costs on a day by terms that both signed, None for none."""
    try:
        return rate_on(rate_terms(contract), str(contract.pk), kind, day).hourly
    except InputError:
        return None


def minutes_spent(tasks: Sequence[int], now: dt.datetime) -> dict[int, int]:
    """Return the whole minutes that timers and time by hand come to, by the number of the task."""
    spans = TimerSpan.objects.filter(timer__task_id__in=tasks)
    typed = ManualTime.objects.filter(task_id__in=tasks, withdrawn=False, superseded_by=None)
    seconds: dict[int, int] = defaultdict(int)
    for task, start, end in [
        *spans.values_list("timer__task_id", "starts_at", "ends_at"),
        *typed.values_list("task_id", "starts_at", "ends_at"),
    ]:
        seconds[task] += int(((end or now) - start).total_seconds())
    return {task: length // 60 for task, length in seconds.items()}


@dataclass(frozen=True, slots=True)
class Compared:
    """A finished task with what was estimated and what it came to; amounts are None without a rate."""

    task: Task
    spent: int
    expected_minor: int | None
    came_minor: int | None
    currency: str

    @property
    def percent(self) -> int | None:
        """Return by how many percent it took longer than the likely estimate, negative for less."""
        likely = self.task.likely_minutes
        if not likely:
            return None
        return divide_half_up(100 * (self.spent - likely), likely)


def compared_of(company: Company, now: dt.datetime) -> list[Compared]:
    """Return the latest finished tasks that had an estimate, the newest first."""
    rows = Task.objects.filter(company=company, state__in=FINISHED).exclude(likely_minutes=None)
    tasks = list(rows.select_related("contract__person").order_by("-pk")[:LATEST])
    spent = minutes_spent([task.pk for task in tasks], now)
    terms = rates_of({task.contract_id for task in tasks})
    return [_compared(task, spent.get(task.pk, 0), terms, now.date()) for task in tasks]


def _compared(task: Task, spent: int, terms: Sequence[RateTerm], day: dt.date) -> Compared:
    try:
        rate = rate_on(terms, str(task.contract_id), task.kind, day).hourly
    except InputError:
        return Compared(task, spent, None, None, task.contract.currency)
    expected = amount_of(task.likely_minutes or 0, rate)
    return Compared(task, spent, expected.amount_minor, amount_of(spent, rate).amount_minor, rate.currency)


def learned_of(contract: Contract, kind: str, now: dt.datetime) -> Spread | None:
    """Return what a contract's latest finished tasks of a kind took in minutes, None for fewer than three."""
    rows = Task.objects.filter(contract=contract, kind=kind, state__in=FINISHED).order_by("-pk")
    found = minutes_spent(list(rows.values_list("pk", flat=True)[:LATEST]), now)
    return learned([minutes for minutes in found.values() if minutes])
