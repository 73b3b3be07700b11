"""Interviews: a moment and a video link, sent to the applicant with a calendar file."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Application, Interview
from closebook.apps.workforce.services.trials import interview_cancel, interview_set
from closebook.core.errors import ConflictError, HeldError, InputError, RetryError
from closebook.core.workforce.days import moment_in
from closebook.web.frame.access import CompanyRequest, company_page, public
from closebook.web.kit.said import said
from closebook.web.templatetags.kit import short_moment
from closebook.web.work.applications import application_shown
from closebook.web.work.calendars import Entry, calendar_file, calendar_of
from closebook.web.work.forms import InterviewForm
from closebook.web.work.public import applicant_told, application_by
from closebook.web.work.scope import application_of

_CANCELLED = gettext_lazy("The interview on {at} ({zone}) is cancelled. Please take it out of your calendar.")


def entry_of(interview: Interview) -> Entry:
    """Return an interview as its entry in a calendar."""
    application = interview.application
    ends = interview.starts_at + dt.timedelta(minutes=interview.minutes)
    title = _("Interview: %(name)s, %(title)s") % {
        "name": application.candidate.name,
        "title": application.posting.title,
    }
    uid = f"interview-{interview.pk}"
    return Entry(uid, title, interview.starts_at, ends, interview.made_at, interview.link)


@company_page(Ability.MANAGE_WORK)
@require_POST
def interview_new(request: CompanyRequest, application_id: int) -> HttpResponse:
    """Fix an interview and send it with its calendar file."""
    found, form = application_of(request, application_id), InterviewForm(request.POST)
    if not form.is_valid():
        return application_shown(request, found, interview=form)
    typed = form.cleaned_data
    try:
        starts_at = moment_in(typed["starts_at"], typed["zone"])
        made = interview_set(found, starts_at, typed["minutes"], typed["link"], request.user.username)
        made.application.refresh_from_db()
        name = request.company.name
        file = ("interview.ics", calendar_of(name, [entry_of(made)]), "text/calendar")
        if applicant_told(made.application, [file]):
            messages.success(request, _("The applicant is told by mail."))
    except (InputError, ConflictError, HeldError, RetryError) as error:
        messages.error(request, said(error))
    return redirect("application", request.company.pk, found.pk)


@company_page(Ability.MANAGE_WORK)
@require_POST
def interview_end(request: CompanyRequest, application_id: int, interview_id: int) -> HttpResponse:
    """Cancel an interview that lies ahead, and tell the applicant."""
    found = application_of(request, application_id)
    row = _interview(found, interview_id)
    words = format_lazy(
        _CANCELLED, at=lazy(short_moment, str)(row.starts_at, found.candidate.zone), zone=found.candidate.zone
    )
    try:
        interview_cancel(row, request.user.username)
        if applicant_told(found, words=words):
            messages.success(request, _("The applicant is told by mail."))
    except (InputError, RetryError) as error:
        messages.error(request, said(error))
    return redirect("application", request.company.pk, found.pk)


def _interview(application: Application, interview_id: int) -> Interview:
    rows = Interview.objects.select_related("application__candidate", "application__posting")
    found = rows.filter(application=application, pk=interview_id).first()
    if found is None:
        raise Http404
    return found


def _file(application: Application, interview_id: int) -> HttpResponse:
    found = _interview(application, interview_id)
    return calendar_file(application.company.name, "interview.ics", [entry_of(found)])


@company_page(Ability.MANAGE_WORK)
@require_safe
def interview_file(request: CompanyRequest, application_id: int, interview_id: int) -> HttpResponse:
    """Return the calendar file of an interview."""
    return _file(application_of(request, application_id), interview_id)


@public
@never_cache
@require_safe
def applied_interview(
    request: HttpRequest,  # noqa: ARG001 - a view gets it
    link: str,
    interview_id: int,
) -> HttpResponse:
    """Return the calendar file of an interview to its applicant."""
    return _file(application_by(link), interview_id)
