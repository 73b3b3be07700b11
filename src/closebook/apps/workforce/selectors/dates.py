"""The dates of a person: appointments, interviews, and days on which tasks are due."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from closebook.apps.companies.models import Company, Membership, Person
from closebook.apps.workforce.models import Appointment, Contract, Feed, Interview, Task
from closebook.apps.workforce.selectors.desk import contracts_seen, tasks_seen
from closebook.core.workforce.runs import Run, ms_of

DONE = ("accepted", "closed", "cancelled")
MOST = 1000


def appointments_seen(company: Company, person: Person, *, manages: bool) -> QuerySet[Appointment]:
    """Return the appointments that stand, of the contracts that the person sees, by their beginning."""
    contracts = contracts_seen(company, person, manages=manages)
    rows = Appointment.objects.filter(contract__in=contracts, cancelled_at=None)
    return rows.select_related("contract__person").order_by("starts_at", "pk")


def tasks_due(company: Company, person: Person, *, manages: bool) -> QuerySet[Task]:
    """Return the open tasks that the person sees and that are due on a day, by that day."""
    rows = tasks_seen(company, person, manages=manages).exclude(state__in=DONE)
    return rows.exclude(due_on=None).order_by("due_on", "pk")


def interviews_from(company: Company, since: dt.datetime) -> QuerySet[Interview]:
    """Return a company's interviews from a moment on, by their beginning."""
    rows = Interview.objects.filter(company=company, starts_at__gte=since)
    return rows.select_related("application__candidate", "application__posting").order_by("starts_at")


def busy_runs(contract: Contract, since: dt.datetime) -> list[Run]:
    """Return the time from a moment on in which the contract's person has appointments."""
    rows = Appointment.objects.filter(
        contract__person_id=contract.person_id, cancelled_at=None, ends_at__gt=since
    )
    pairs = rows.values_list("starts_at", "ends_at")[:MOST]
    return [(ms_of(start), ms_of(end)) for start, end in pairs]


def feed_of(company: Company, person: Person) -> Feed | None:
    """Return the address of a person's calendar, None while there is none."""
    return Feed.objects.filter(company=company, person=person).first()


def feed_by(token: str) -> tuple[Feed, str] | None:
    """Return a calendar by its secret word with the person's role; None once the person has left."""
    found = Feed.objects.filter(token=token).select_related("company", "person").first()
    if found is None or not found.person.is_active:
        return None
    member = Membership.objects.filter(company=found.company, person=found.person).first()
    return (found, member.role) if member else None
