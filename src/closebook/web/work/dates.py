"""The calendar: appointments with free times, days on which tasks are due, and the address for programs."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.workforce.models import Appointment, Contract, Feed, Interview
from closebook.apps.workforce.selectors import dates as selectors
from closebook.apps.workforce.selectors.desk import contracts_seen
from closebook.apps.workforce.selectors.offering import steps_ahead
from closebook.apps.workforce.services import appointments as services
from closebook.core.errors import InputError
from closebook.core.workforce.days import moment_in
from closebook.core.workforce.free_times import free_times
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page, public
from closebook.web.kit.said import said
from closebook.web.templatetags.kit import short_moment
from closebook.web.work.calendars import Entry, calendar_file
from closebook.web.work.desk_forms import AppointmentForm
from closebook.web.work.interviews import entry_of
from closebook.web.work.scope import manages

DAYS, MINUTES, MOST = 14, 30, 200


@company_page(Ability.DO_TASKS)
@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: CompanyRequest) -> HttpResponse:
    """Show what lies ahead with free times, and book an appointment."""
    contracts = contracts_seen(request.company, request.user, manages=manages(request))
    rows = list(contracts.filter(state="active")[:MOST])
    form = AppointmentForm(request.POST or None, contracts=rows)
    if request.method == "POST" and form.is_valid() and _booked(request, rows, form):
        return redirect("dates", request.company.pk)
    now, runs = clock.now(), manages(request)
    appointments = selectors.appointments_seen(request.company, request.user, manages=runs)
    ahead: list[Appointment | Interview] = list(appointments.filter(ends_at__gte=now)[:MOST])
    ahead += selectors.interviews_from(request.company, now)[:MOST] if runs else []
    feed = selectors.feed_of(request.company, request.user)
    facts = {
        "form": form,
        "ahead": sorted(ahead, key=lambda each: each.starts_at),
        "tasks": selectors.tasks_due(request.company, request.user, manages=runs)[:MOST],
        "free": [(row, _free(row, now)) for row in rows[:5]],
        "steps": steps_ahead(request.company, request.user)[:MOST],
        "address": request.build_absolute_uri(reverse("feed", args=[feed.token])) if feed else "",
    }
    return render(request, "web/work/dates.html", facts, status=400 if form.errors else 200)


def _free(contract: Contract, now: dt.datetime) -> list[str]:
    zone = ZoneInfo(contract.zone)
    found = free_times(selectors.busy_runs(contract, now), now, DAYS, MINUTES, zone, 6)
    return [short_moment(at, contract.zone) for at in found]


def _booked(request: CompanyRequest, rows: list[Contract], form: AppointmentForm) -> bool:
    typed = dict(form.cleaned_data)
    contract = next(row for row in rows if str(row.pk) == typed.pop("contract"))
    try:
        starts_at = moment_in(typed.pop("starts_at"), contract.zone)
        services.appointment_book(
            contract, starts_at, typed.pop("minutes"), typed, actor=request.user.username
        )
    except InputError as error:
        form.add_error("starts_at", said(error))
        return False
    return True


@company_page(Ability.DO_TASKS)
@require_POST
def appointment_end(request: CompanyRequest, appointment_id: int) -> HttpResponse:
    """Cancel an appointment."""
    rows = selectors.appointments_seen(request.company, request.user, manages=manages(request))
    found = rows.filter(pk=appointment_id).first()
    if found is None:
        raise Http404
    services.appointment_cancel(found, request.user.username)
    messages.success(request, _("“%(title)s” is cancelled.") % {"title": found.title})
    return redirect("dates", request.company.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def feed_renewed(request: CompanyRequest) -> HttpResponse:
    """Make a new secret address of one's calendar."""
    services.feed_renew(request.company, request.user)
    messages.success(request, _("Your calendar has a new address; a former one does not work any more."))
    return redirect("dates", request.company.pk)


@public
@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 - a view gets it
    """Return a person's dates to their calendar program, as long as they work here."""
    found = selectors.feed_by(token)
    if found is None or Ability.DO_TASKS not in abilities_of(found[1]):
        raise Http404
    row, role = found
    return calendar_file(row.company.name, "closebook.ics", _entries(row, role))


def _entries(row: Feed, role: str) -> list[Entry]:
    runs = Ability.MANAGE_WORK in abilities_of(role)
    since = clock.now() - dt.timedelta(days=90)
    appointments = selectors.appointments_seen(row.company, row.person, manages=runs)
    tasks = selectors.tasks_due(row.company, row.person, manages=runs)
    made = [
        Entry(f"appointment-{each.pk}", each.title, each.starts_at, each.ends_at, each.made_at, each.place)
        for each in appointments.filter(ends_at__gte=since)[:MOST]
    ]
    day = dt.timedelta(days=1)
    made += [
        Entry(f"task-{each.pk}", each.title, each.due_on, each.due_on + day, each.made_at)
        for each in tasks[:MOST]
        if each.due_on
    ]
    made += [
        Entry(
            f"step-{each.pk}",
            f"{each.name}: {each.next_step}",
            each.next_on,
            each.next_on + day,
            each.made_at,
        )
        for each in steps_ahead(row.company, row.person)[:MOST]
        if each.next_on
    ]
    talks = selectors.interviews_from(row.company, since)[:MOST] if runs else []
    return [*made, *(entry_of(each) for each in talks)]
