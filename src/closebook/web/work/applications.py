"""One application: what was sent, checks, and the step that follows; the applicant is told by mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as translated
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.services import finding as services
from closebook.core.errors import ConflictError, HeldError, InputError, RetryError
from closebook.core.workforce.states import APPLICATION, Who
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.forms import CheckForm
from closebook.web.work.public import applicant_told
from closebook.web.work.scope import application_of
from closebook.web.work.words import MOVE_WORDS, WORK_STATES

_REASON = "declined"


@company_page(Ability.MANAGE_WORK)
@require_safe
def application(request: CompanyRequest, application_id: int) -> HttpResponse:
    """Show an application with its checks and steps."""
    return _shown(request, application_id, CheckForm())


def _shown(request: CompanyRequest, application_id: int, form: CheckForm) -> HttpResponse:
    found = application_of(request, application_id)
    words = APPLICATION.moves_from(found.state, Who.COMPANY)
    facts = {
        "application": found,
        "state": WORK_STATES[found.state],
        "moves": [(word, MOVE_WORDS[word]) for word in words if word in MOVE_WORDS and word != _REASON],
        "may_decline": _REASON in words,
        "steps": [(step, WORK_STATES[step.target]) for step in found.steps.order_by("pk")],
        "checks": found.screenings.order_by("pk"),
        "form": form,
    }
    request.place = "postings"
    return render(request, "web/work/application.html", facts, status=400 if form.errors else 200)


@company_page(Ability.MANAGE_WORK)
@require_POST
def application_move(request: CompanyRequest, application_id: int) -> HttpResponse:
    """Move an application on, and tell the applicant."""
    found, target = application_of(request, application_id), request.POST.get("to", "")
    reason = request.POST.get("reason", "")[:2000]
    try:
        moved = services.application_move(found, target, Who.COMPANY, request.user.username, reason)
        if applicant_told(moved):
            messages.success(request, translated("The applicant is told by mail."))
    except (InputError, ConflictError, HeldError, RetryError) as error:
        messages.error(request, said(error))
    return redirect("application", request.company.pk, found.pk)


@company_page(Ability.MANAGE_WORK)
@require_POST
def application_check(request: CompanyRequest, application_id: int) -> HttpResponse:
    """Keep a check."""
    found, form = application_of(request, application_id), CheckForm(request.POST)
    if not form.is_valid():
        return _shown(request, application_id, form)
    typed = form.cleaned_data
    services.screening_add(found, typed["name"], typed["note"], request.user.username, passed=typed["passed"])
    return redirect("application", request.company.pk, found.pk)


@company_page(Ability.MANAGE_WORK)
@require_safe
def application_file(request: CompanyRequest, application_id: int) -> HttpResponseBase:
    """Return the file that was sent, to be saved."""
    found = application_of(request, application_id)
    if not found.file:
        raise Http404
    return FileResponse(found.file.open(), as_attachment=True, filename=found.file_name)
