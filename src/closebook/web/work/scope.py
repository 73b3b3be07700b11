"""What belongs to the company of a request, and to the person where it is an assistant's page."""

from __future__ import annotations

from django.http import Http404

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Application, Contract, Posting, Task
from closebook.apps.workforce.selectors.desk import contracts_seen, tasks_seen
from closebook.apps.workforce.selectors.finding import application_in, postings_of
from closebook.web.frame.access import CompanyRequest


def posting_of(request: CompanyRequest, posting_id: int) -> Posting:
    """Return a posting of the company; Http404 for any other."""
    found = postings_of(request.company).filter(pk=posting_id).first()
    if found is None:
        raise Http404
    return found


def application_of(request: CompanyRequest, application_id: int) -> Application:
    """Return an application of the company; Http404 for any other."""
    found = application_in(request.company, application_id)
    if found is None:
        raise Http404
    return found


def manages(request: CompanyRequest) -> bool:
    """Tell whether the person gives work out; others see only what is theirs."""
    return Ability.MANAGE_WORK in request.abilities


def contract_of(request: CompanyRequest, contract_id: int) -> Contract:
    """Return a contract that the person may see; Http404 for any other."""
    found = contracts_seen(request.company, request.user, manages=manages(request))
    row = found.filter(pk=contract_id).first()
    if row is None:
        raise Http404
    return row


def task_of(request: CompanyRequest, task_id: int) -> Task:
    """Return a task that the person may see; Http404 for any other."""
    rows = tasks_seen(request.company, request.user, manages=manages(request))
    row = rows.filter(pk=task_id).first()
    if row is None:
        raise Http404
    return row
