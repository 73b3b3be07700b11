"""What the command palette finds at the assistants' desk: tasks, contracts, postings and who applied."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.selectors.desk import contracts_seen, tasks_seen
from closebook.apps.workforce.selectors.finding import applications_called, postings_of
from closebook.web.frame.access import CompanyRequest
from closebook.web.frame.palette import MOST, Finder, Hit
from closebook.web.work.scope import manages
from closebook.web.work.words import WORK_STATES


def find_tasks(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the tasks that the person may see whose title holds the words."""
    if not words or Ability.DO_TASKS not in request.abilities:
        return []
    rows = tasks_seen(request.company, request.user, manages=manages(request))
    found = rows.filter(title__icontains=words).order_by("-pk")[:MOST]
    return [_hit(request, "task", row.pk, row.title, row.state) for row in found]


def find_contracts(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the contracts that the person may see whose title holds the words."""
    if not words or Ability.DO_TASKS not in request.abilities:
        return []
    rows = contracts_seen(request.company, request.user, manages=manages(request))
    found = rows.filter(title__icontains=words).order_by("-pk")[:MOST]
    return [_hit(request, "contract", row.pk, row.title, row.state) for row in found]


def find_postings(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the postings whose title holds the words, to whoever hires."""
    if not words or Ability.MANAGE_WORK not in request.abilities:
        return []
    found = postings_of(request.company).filter(title__icontains=words).order_by("-pk")[:MOST]
    return [_hit(request, "posting", row.pk, row.title, row.state) for row in found]


def find_applicants(request: CompanyRequest, words: str) -> list[Hit]:
    """Return the applications of people whose name or mail holds the words, to whoever hires."""
    if not words or Ability.MANAGE_WORK not in request.abilities:
        return []
    found = applications_called(request.company, words).order_by("-pk")[:MOST]
    return [_hit(request, "application", row.pk, row.candidate.name, row.state) for row in found]


def _hit(request: CompanyRequest, page: str, number: int, title: str, state: str) -> Hit:
    return Hit(title, reverse(page, args=[request.company.pk, number]), str(WORK_STATES[state]))


def finders_of_work() -> tuple[tuple[str, Finder], ...]:
    """Return the finders with their headings."""
    return (
        (_("Tasks"), find_tasks),
        (_("Contracts"), find_contracts),
        (_("Hiring"), find_postings),
        (_("Applicants"), find_applicants),
    )
