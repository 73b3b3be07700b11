"""One application: what was sent, checks, and the step that follows; the applicant is told by mail."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as translated
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Application
from closebook.apps.workforce.selectors.finding import namesakes_of
from closebook.apps.workforce.services import finding as services
from closebook.core.errors import ConflictError, HeldError, InputError, RetryError
from closebook.core.workforce.states import APPLICATION, Who
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.forms import CheckForm, InterviewForm
from closebook.web.work.public import applicant_told
from closebook.web.work.scope import application_of
from closebook.web.work.words import MOVE_WORDS, WORK_STATES

_REASON = "declined"
_PLAIN = ("screening", "shortlisted")


@company_page(Ability.MANAGE_WORK)
@require_safe
def application(request: CompanyRequest, application_id: int) -> HttpResponse:
    """Show an application with its checks and steps."""
    return application_shown(request, application_of(request, application_id))


def application_shown(
    request: CompanyRequest,
    found: Application,
    form: CheckForm | None = None,
    interview: InterviewForm | None = None,
) -> HttpResponse:
    """Return the page of an application, with its forms as they were typed."""
    words = APPLICATION.moves_from(found.state, Who.COMPANY)
    facts = {
        "application": found,
        "state": WORK_STATES[found.state],
        "now": clock.now(),
        "moves": [(word, MOVE_WORDS[word]) for word in words if word in _PLAIN],
        "may_offer": "offered" in words,
        "may_interview": found.state == "interview" or "interview" in words,
        "may_decline": _REASON in words,
        "interviews": found.interviews.order_by("starts_at"),
        "interview": interview or InterviewForm(initial={"zone": found.candidate.zone}),
        "steps": [(step, WORK_STATES[step.target]) for step in found.steps.order_by("pk")],
        "namesakes": namesakes_of(found),
        "checks": found.screenings.order_by("pk"),
        "form": form or CheckForm(),
    }
    request.place = "postings"
    wrong = (form and form.errors) or (interview and interview.errors)
    return render(request, "web/work/application.html", facts, status=400 if wrong else 200)


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
        return application_shown(request, found, form)
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
