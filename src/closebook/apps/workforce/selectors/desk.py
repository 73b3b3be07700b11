"""Contracts, tasks and time as one person may see them: an assistant sees only their own."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import Q, QuerySet

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.workforce.models import Contract, ManualTime, Task, Timer, TimerSpan

UNSEEN = dt.timedelta(minutes=30)


def contracts_seen(company: Company, person: Person, *, manages: bool) -> QuerySet[Contract]:
    """Return a company's contracts: all for whoever manages work, else the person's own."""
    rows = Contract.objects.filter(company=company).select_related("person")
    return rows if manages else rows.filter(person=person)


def tasks_seen(company: Company, person: Person, *, manages: bool) -> QuerySet[Task]:
    """Return a company's tasks, as ``contracts_seen`` does."""
    rows = Task.objects.filter(company=company).select_related("contract__person")
    return rows if manages else rows.filter(contract__person=person)


def assistants_of(company: Company) -> list[Person]:
    """Return the company's assistants by name."""
    rows = Membership.objects.filter(company=company, role=Role.ASSISTANT).select_related("person")
    return [row.person for row in rows.order_by("person__username")]


def timer_alive(company: Company, person: Person) -> Timer | None:
    """Return the person's timer in a company that is not stopped."""
    rows = Timer.objects.filter(company=company, person=person, state__in=["running", "paused"])
    return rows.select_related("task").first()


def timer_asked(timer: Timer | None, now: dt.datetime) -> bool:
    """Tell whether a page's timer runs that was not seen for half an hour: it may have been left behind."""
    if timer is None or timer.state != "running" or timer.source != "page":
        return False
    return now - timer.seen_at > UNSEEN


def seconds_by_task(
    company: Company, tasks: QuerySet[Task], first: dt.date, now: dt.datetime, zone: dt.tzinfo
) -> dict[int, dict[dt.date, int]]:
    """Return the seconds of tasks by day of a zone in the week from a day on: timers, and time by hand that
    stands.
    """
    begins, until = (_midnight(first + dt.timedelta(days=days), zone) for days in (0, 7))
    found: dict[int, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    spans = TimerSpan.objects.filter(company=company, timer__task__in=tasks, starts_at__lt=until)
    spans = spans.filter(Q(ends_at=None) | Q(ends_at__gt=begins))
    typed = ManualTime.objects.filter(task__in=tasks, withdrawn=False, superseded_by=None)
    typed = typed.filter(starts_at__lt=until, ends_at__gt=begins)
    for task, start, end in [
        *spans.values_list("timer__task_id", "starts_at", "ends_at"),
        *typed.values_list("task_id", "starts_at", "ends_at"),
    ]:
        at, last = max(start, begins), min(end or now, until)
        while at < last:
            day = at.astimezone(zone).date()
            midnight = _midnight(day + dt.timedelta(days=1), zone)
            found[task][day] += int((min(midnight, last) - at).total_seconds())
            at = midnight
    return found


def _midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
