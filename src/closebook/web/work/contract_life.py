"""What happens to a contract after it was signed, and its milestones."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Milestone
from closebook.apps.workforce.selectors.desk import contracts_seen
from closebook.apps.workforce.services import milestones as services
from closebook.apps.workforce.services.contract_life import MOVES, contract_move
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.contracts import contract_shown, side_of
from closebook.web.work.desk_forms import MilestoneForm, MoveForm, ReleaseForm
from closebook.web.work.scope import contract_of, manages
from closebook.web.work.words import MILESTONE_MOVES

ERRORS = (InputError, ConflictError, HeldError)


def errors_told(request: CompanyRequest, form: forms.Form) -> None:
    """Show what is wrong with a form that has no page of its own."""
    messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))


@company_page(Ability.DO_TASKS)
@require_POST
def contract_moved(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Suspend a contract, go on with it, give notice, end or decline it."""
    found, form = contract_of(request, contract_id), MoveForm(request.POST)
    if not form.is_valid():
        errors_told(request, form)
        return redirect("contract", request.company.pk, found.pk)
    target = form.cleaned_data["to"]
    try:
        target = target if target in MOVES else ""
        side = side_of(request, found)
        contract_move(found, target, side, request.user.username, form.cleaned_data["text"])
    except ERRORS as error:
        messages.error(request, said(error))
    return redirect("contract", request.company.pk, found.pk)


@company_page(Ability.MANAGE_WORK)
@require_POST
def milestone_new(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Plan a milestone."""
    found = contract_of(request, contract_id)
    form = MilestoneForm(request.POST, currency=found.currency)
    if form.is_valid():
        try:
            services.milestone_plan(found, form.cleaned_data, request.user.username)
        except InputError as error:
            form.add_error(None, said(error))
    if form.errors:
        return contract_shown(request, found, form)
    return redirect("contract", request.company.pk, found.pk)


def _milestone_of(request: CompanyRequest, milestone_id: int) -> Milestone:
    contracts = contracts_seen(request.company, request.user, manages=manages(request))
    rows = Milestone.objects.select_related("contract").filter(contract__in=contracts)
    found = rows.filter(pk=milestone_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.DO_TASKS)
@require_POST
def milestone_moved(request: CompanyRequest, milestone_id: int) -> HttpResponse:
    """Promise, deliver, dispute or cancel a milestone."""
    found, form = _milestone_of(request, milestone_id), MoveForm(request.POST)
    if form.is_valid():
        typed, side = form.cleaned_data, side_of(request, found.contract)
        try:
            target = typed["to"] if typed["to"] in MILESTONE_MOVES else ""
            services.milestone_move(found, target, side, request.user.username, typed["text"][:500])
        except ERRORS as error:
            messages.error(request, said(error))
    else:
        errors_told(request, form)
    return redirect("contract", request.company.pk, found.contract_id)


@company_page(Ability.MANAGE_WORK)
@require_POST
def milestone_released(request: CompanyRequest, milestone_id: int) -> HttpResponse:
    """Let a milestone be paid, or a part of it."""
    found = _milestone_of(request, milestone_id)
    form = ReleaseForm(request.POST, currency=found.currency)
    if form.is_valid():
        try:
            approver = request.user if Ability.APPROVE_PAY in request.abilities else None
            amount = form.cleaned_data["amount_minor"]
            services.milestone_release(found, amount, request.user.username, approver)
        except ERRORS as error:
            messages.error(request, said(error))
    else:
        errors_told(request, form)
    return redirect("contract", request.company.pk, found.contract_id)
