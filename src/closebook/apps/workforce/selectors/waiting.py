"""What of the desk waits for one person: how many of each kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Exists, F, Max, OuterRef

from closebook.apps.companies.models import Company, Person
from closebook.apps.workforce.models import (
    Application,
    Contract,
    Expense,
    ManualTime,
    Proposal,
    Task,
    TimerSpan,
    Timesheet,
)
from closebook.apps.workforce.selectors.drafts import drafts_waiting
from closebook.apps.workforce.selectors.offering import steps_ahead

_ANSWERED = ("accepted", "explained", "contested")
_SETTLED = ("approved", "reopened")
_OPEN = ("offered", "active", "suspended", "ending")


def waiting_for_assistant(company: Company, person: Person, today: dt.date) -> Mapping[str, int]:
    """Return how many contracts and changes wait for a signature, tasks for a move, questions for an answer,
    drafts for a new text, prospects for a step that is due, and weeks that are over for a signature.
    """
    own = Contract.objects.filter(company=company, person=person)
    newest = own.filter(state__in=_OPEN).annotate(newest=Max("terms__version"))
    weeks = Timesheet.objects.filter(contract__in=own, state__in=["open", "returned"], last__lt=today)
    within = {"starts_at__date__gte": OuterRef("first"), "starts_at__date__lte": OuterRef("last")}
    timed = TimerSpan.objects.filter(timer__contract=OuterRef("contract"), **within)
    typed = ManualTime.objects.filter(
        contract=OuterRef("contract"), withdrawn=False, superseded_by=None, **within
    )
    return {
        "contracts": newest.filter(terms__version=F("newest"), terms__assistant_signed_at=None).count(),
        "tasks": Task.objects.filter(contract__in=own, waits_for="assistant").count(),
        "questions": Proposal.objects.filter(contract__in=own, state="made").count(),
        "drafts": drafts_waiting(company, person, manages=False).count(),
        "steps": steps_ahead(company, person, today).count(),
        "weeks": weeks.filter(Exists(timed) | Exists(typed)).count(),
    }


def waiting_for_work(company: Company, person: Person) -> Mapping[str, int]:
    """Return how many applications, tasks and drafts wait for whoever manages work."""
    return {
        "applications": Application.objects.filter(company=company, state="received").count(),
        "tasks": Task.objects.filter(company=company, waits_for="company").count(),
        "drafts": drafts_waiting(company, person, manages=True).count(),
    }


def waiting_for_pay(company: Company) -> Mapping[str, int]:
    """Return how many answers, signed weeks and expenses wait for whoever approves pay."""
    settled = Timesheet.objects.filter(
        contract=OuterRef("contract"),
        first__lte=OuterRef("day"),
        last__gte=OuterRef("day"),
        state__in=_SETTLED,
    )
    answers = Proposal.objects.filter(company=company, asks=False, state__in=_ANSWERED)
    answers = answers.exclude(reckoning__released_at=None).filter(~Exists(settled))
    weeks = Timesheet.objects.filter(company=company, state__in=["submitted", "in_review"])
    return {
        "answers": answers.count(),
        "signed": weeks.count(),
        "expenses": Expense.objects.filter(company=company, state="proposed").count(),
    }
