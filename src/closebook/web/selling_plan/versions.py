"""Agreeing on a version of a target, taking it back, deleting a draft, comparing two; the calendar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Target
from closebook.apps.selling.selectors.calendars import calendar_of, public_days, working_days
from closebook.apps.selling.selectors.plan import narrow, parts_of, shape_of
from closebook.apps.selling.services.calendars import calendar_save
from closebook.apps.selling.services.targets import target_agree, target_drop, target_withdraw
from closebook.core.errors import InputError
from closebook.core.selling.plan import Spot, compared, node_of
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.kit.undo import offer_undo
from closebook.web.selling_plan.target_edit import target_seen
from closebook.web.selling_plan.target_forms import CalendarForm
from closebook.web.selling_plan.wishes import OWN
from closebook.web.selling_plan.words import VERSION_STATES, month_word


@company_page(Ability.MANAGE_SELLING)
@require_POST
def agree(request: CompanyRequest, target_id: int) -> HttpResponse:
    """Put a draft in force from today; the message offers to take it back."""
    one = target_seen(request, target_id)

    def act() -> None:
        target_agree(request.company, one.pk, clock.today(), request.user.username)
        address = reverse("target-withdraw", args=[request.company.pk, one.pk])
        offer_undo(request, _("Version %(number)s is in force.") % {"number": one.version}, address, {})

    return _tried(request, one, act)


@company_page(Ability.MANAGE_SELLING)
@require_POST
def withdraw(request: CompanyRequest, target_id: int) -> HttpResponse:
    """Take an agreement back; the version before is in force again."""
    one = target_seen(request, target_id)

    def act() -> None:
        before = target_withdraw(request.company, one.pk, request.user.username)
        text = _("Version %(number)s is a draft again.") % {"number": one.version}
        if before is not None:
            text += " " + _("Version %(number)s is in force.") % {"number": before.version}
        messages.success(request, text)

    return _tried(request, one, act)


@company_page(Ability.MANAGE_SELLING)
@require_POST
def drop(request: CompanyRequest, target_id: int) -> HttpResponse:
    """Delete a draft."""
    one = target_seen(request, target_id)
    try:
        target_drop(request.company, one.pk, request.user.username)
    except InputError as error:
        messages.error(request, f"{said(error)} {said(error.remedy)}")
        return redirect("target", request.company.pk, one.pk)
    messages.success(request, _("The draft is deleted."))
    level = OWN if one.kind == OWN else one.level
    return redirect(f"{reverse('targets', args=[request.company.pk])}?year={one.year}&level={level}")


def _tried(request: CompanyRequest, one: Target, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except InputError as error:
        messages.error(request, f"{said(error)} {said(error.remedy)}")
    return redirect("target", request.company.pk, one.pk)


@company_page(Ability.SEE_SELLING)
@require_safe
def compare(request: CompanyRequest) -> HttpResponse:
    """Show two versions of a target side by side: the whole, the months and the parts."""
    if narrow(request.abilities):
        raise Http404
    before, after = (_chosen(request, name) for name in ("before", "after"))
    if (before.year, before.kind, before.level) != (after.year, after.kind, after.level):
        raise Http404
    request.place = "targets"
    facts: dict[str, Any] = {
        "before": before,
        "after": after,
        "words": [VERSION_STATES[one.state] for one in (before, after)],
        "months": list(_months(before, after)),
        "parts": [
            (party, old, new, new - old) for party, old, new in compared(parts_of(before), parts_of(after))
        ],
        "difference": after.amount_minor - before.amount_minor,
        "currency": request.company.home_currency,
    }
    return render(request, "web/selling_plan/targets_compare.html", facts)


def _chosen(request: CompanyRequest, name: str) -> Target:
    number = request.GET.get(name, "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    return target_seen(request, int(number))


def _months(before: Target, after: Target) -> Any:
    trees = [node_of(shape_of(one), list(parts_of(one).values()), Spot()) for one in (before, after)]
    nodes = [[month for stage in tree.children for month in stage.children] for tree in trees if tree]
    for old, new in zip(*nodes, strict=True):
        yield (
            month_word(old.span.start), old.amount_minor, new.amount_minor,
            new.amount_minor - old.amount_minor,
        )  # fmt: skip


@company_page(Ability.MANAGE_SELLING)
@require_http_methods(["GET", "POST"])
def calendar(request: CompanyRequest) -> HttpResponse:
    """Show which days are worked, and keep the country and the days of one's own."""
    known = calendar_of(request.company)
    initial = {
        "country": known.country,
        "days_off": "\n".join(known.days_off),
        "days_worked": "\n".join(known.days_worked),
    }
    form = CalendarForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        calendar_save(request.company, by=request.user.username, **form.cleaned_data)
        messages.success(request, _("The calendar is kept."))
        return redirect("selling-calendar", request.company.pk)
    year = clock.today().year
    free, made_up = public_days(known.country, year)
    facts = {
        "form": form,
        "year": year,
        "count": len(working_days(known, year)),
        "free": list(free.items()),
        "made_up": sorted(made_up),
    }
    request.place = "targets"
    return render(request, "web/selling_plan/calendar.html", facts, status=400 if form.errors else 200)
