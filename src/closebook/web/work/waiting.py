"""What of the desk waits for the person who looks, for the home page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.selectors.waiting import (
    waiting_for_assistant,
    waiting_for_pay,
    waiting_for_work,
)
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest

WORDS: Mapping[str, tuple[Promise, str]] = {
    "contracts": (_("Contracts and changes to sign"), "contracts"),
    "questions": (_("Questions about your time"), "sheets"),
    "weeks": (_("Weeks to sign"), "sheets"),
    "steps": (_("Next steps with prospects"), "prospects"),
    "applications": (_("New applications"), "postings"),
    "tasks": (_("Tasks"), "tasks"),
    "drafts": (_("Approvals"), "drafts"),
    "answers": (_("Answers to decide about"), "sheets"),
    "signed": (_("Weeks to approve"), "sheets"),
    "expenses": (_("Expenses to decide about"), "sheets"),
}


def desk_waiting(request: CompanyRequest) -> list[tuple[Promise, int, str]]:
    """Return (what, how many, where) of all that waits for the person; empty when nothing does."""
    return [
        (WORDS[name][0], count, reverse(WORDS[name][1], args=[request.company.pk]))
        for name, count in _counts(request)
        if count
    ]


def _counts(request: CompanyRequest) -> Iterator[tuple[str, int]]:
    company, person, has = request.company, request.user, request.abilities
    if Ability.MANAGE_WORK in has:
        yield from waiting_for_work(company, person).items()
    elif Ability.DO_TASKS in has:
        yield from waiting_for_assistant(company, person, clock.today()).items()
    if Ability.APPROVE_PAY in has:
        yield from waiting_for_pay(company).items()
