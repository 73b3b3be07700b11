"""The timer, and the week: what was worked on which day, with time by hand."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as translated
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Timer
from closebook.apps.workforce.selectors.desk import (
    contracts_seen,
    seconds_by_task,
    tasks_seen,
    timer_alive,
    timer_asked,
)
from closebook.apps.workforce.services import timers as services
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.days import moment_in
from closebook.core.workforce.minutes import shown_hours
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.desk_forms import TimeForm
from closebook.web.work.scope import manages, task_of


@company_page(Ability.DO_TASKS)
@require_POST
def timer_begin(request: CompanyRequest, task_id: int) -> HttpResponse:
    """Start a timer on a task of one's own."""
    found = task_of(request, task_id)
    if found.contract.person_id != request.user.pk:
        raise Http404
    try:
        services.timer_start(found, request.user, at=_moment(request))
    except (ConflictError, InputError) as error:
        messages.error(request, said(error))
    return redirect("task", request.company.pk, found.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def timer_moved(request: CompanyRequest) -> HttpResponse:
    """Pause, resume or stop one's own timer."""
    timer = timer_alive(request.company, request.user)
    if timer is None:
        messages.error(request, translated("No timer is running."))
        return redirect("week", request.company.pk)
    try:
        _moved(timer, request.POST.get("to", ""), _moment(request))
    except (ConflictError, InputError, HeldError) as error:
        messages.error(request, said(error))
    return redirect("task", request.company.pk, timer.task_id)


def _moment(request: CompanyRequest) -> dt.datetime | None:
    return services.moment_read(request.POST.get("at", ""))


def _moved(timer: Timer, target: str, at: dt.datetime | None) -> None:
    if target == "seen":
        services.timer_seen(timer)
    elif target == "recovered":
        services.timer_recover(timer)
    else:
        services.timer_move(timer, target, services.moment_made(at) if at else None)


@company_page(Ability.DO_TASKS)
@require_POST
def timer_seen(request: CompanyRequest) -> HttpResponse:
    """Keep that the page with one's running timer is open."""
    timer = timer_alive(request.company, request.user)
    if timer is not None and not timer_asked(timer, clock.now()):
        services.timer_seen(timer)
    return HttpResponse(status=204)


def _monday(request: CompanyRequest, today: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        day = today
    day = min(max(day, dt.date(2000, 1, 3)), dt.date(2100, 1, 4))
    return day - dt.timedelta(days=day.weekday())


def _zone(request: CompanyRequest) -> ZoneInfo:
    own = contracts_seen(request.company, request.user, manages=False).order_by("-pk").first()
    return ZoneInfo(own.zone if own else "UTC")


@company_page(Ability.DO_TASKS)
@require_safe
def week(request: CompanyRequest) -> HttpResponse:
    """Show a week of the person's time, or everybody's for whoever manages work."""
    return _shown(request, _form(request, None))


def _form(request: CompanyRequest, typed: object) -> TimeForm:
    own = tasks_seen(request.company, request.user, manages=False)
    rows = own.exclude(state__in=["closed", "cancelled"]).order_by("-pk")[:200]
    return TimeForm(typed, tasks=rows)


def _shown(request: CompanyRequest, form: TimeForm) -> HttpResponse:
    now, zone = clock.now(), _zone(request)
    first = _monday(request, now.astimezone(zone).date())
    days = [first + dt.timedelta(days=number) for number in range(7)]
    seen = tasks_seen(request.company, request.user, manages=manages(request))
    found = seconds_by_task(request.company, seen, first, now, zone)
    rows = [(row, found[row.pk]) for row in seen.filter(pk__in=list(found)).order_by("title", "pk")]
    facts = {
        "days": days,
        "zone": zone.key,
        "rows": [(row, [_hours(by[day]) for day in days], _hours(sum(by.values()))) for row, by in rows],
        "sums": [_hours(sum(by[day] for _row, by in rows)) for day in days],
        "total": _hours(sum(sum(by.values()) for _row, by in rows)),
        "before": (first - dt.timedelta(days=7)).isoformat(),
        "after": (first + dt.timedelta(days=7)).isoformat(),
        "form": form,
        "may_add": bool(form.fields["task"].choices),  # type: ignore[attr-defined]  # a field of choices
    }
    return render(request, "web/work/week.html", facts, status=400 if form.errors else 200)


def _hours(seconds: int) -> str:
    return shown_hours(seconds // 60) if seconds else ""


@company_page(Ability.DO_TASKS)
@require_POST
def time_added(request: CompanyRequest) -> HttpResponse:
    """Keep time by hand on a task of one's own."""
    form = _form(request, request.POST)
    if not form.is_valid():
        return _shown(request, form)
    typed = form.cleaned_data
    try:
        task = task_of(request, int(typed["task"]))
        starts_at = moment_in(dt.datetime.fromisoformat(typed["starts_at"]), task.contract.zone)
        services.time_add(task, starts_at, typed["minutes"], typed["reason"], request.user)
    except ValueError:
        form.add_error("starts_at", translated("This is no day and time."))
    except InputError as error:
        form.add_error(None, said(error))
    return _shown(request, form) if form.errors else redirect("week", request.company.pk)
