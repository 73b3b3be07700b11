"""One's own profile: written, shown at a public address or not, with services and references."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import OfferedService, Profile, Reference
from closebook.apps.workforce.selectors import offering as selectors
from closebook.apps.workforce.services import offering as services
from closebook.core.errors import HeldError, InputError
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.numbers import number_of
from closebook.web.kit.said import said
from closebook.web.work.profile_forms import ProfileForm, ReferenceForm, ServiceForm, facts_of
from closebook.web.work.words import KIND_WORDS

_KEPT = tuple(ProfileForm.base_fields)


@company_page(Ability.DO_TASKS)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: CompanyRequest) -> HttpResponse:
    """Show one's own profile with what it lacks, and keep changes."""
    form = ProfileForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        services.profile_save(request.company, request.user, facts_of(form))
        messages.success(request, _("Your profile is kept."))
        return redirect("profile", request.company.pk)
    return _shown(request, profile=form)


def _first(request: CompanyRequest) -> dict[str, Any]:
    found = selectors.profile_of(request.company, request.user)
    if found is None:
        return {"name": request.user.get_full_name() or request.user.username, "zone": "UTC"}
    return {**{name: getattr(found, name) for name in _KEPT}, "weekdays": list(found.weekdays)}


def _shown(request: CompanyRequest, **typed: forms.Form | None) -> HttpResponse:
    """Show the page; ``typed`` are the forms that came back with something wrong."""
    found, currency = selectors.profile_of(request.company, request.user), request.company.home_currency
    bound = [form for form in typed.values() if form is not None]
    facts: dict[str, Any] = {
        "form": typed.get("profile") or ProfileForm(initial=_first(request)),
        "service_form": typed.get("service") or ServiceForm(currency=currency, prefix="service"),
        "reference_form": typed.get("reference") or ReferenceForm(prefix="reference"),
        "row": found,
        "today": clock.today(),
    }
    if found is not None:
        facts |= {
            "advice": [(one, said(one.text)) for one in selectors.advice_of(found)],
            "address": request.build_absolute_uri(reverse("profile-page", args=[found.token])),
            "services": [(one, KIND_WORDS.get(one.kind, one.kind)) for one in selectors.services_of(found)],
            "references": selectors.references_of(found),
            "removed": _removed(found),
        }
    request.place = "prospects"
    return render(request, "web/work/profile.html", facts, status=400 if bound else 200)


def _removed(found: Profile) -> list[tuple[str, int, object]]:
    """Return (kind of part, number, words) of what was taken off the profile."""
    kinds = [
        ("service", one.pk, KIND_WORDS.get(one.kind, one.kind))
        for one in found.services.exclude(removed_at=None).order_by("-removed_at")
    ]
    people = found.references.exclude(removed_at=None).order_by("-removed_at")
    return [*kinds, *(("reference", one.pk, one.name) for one in people)]


@company_page(Ability.DO_TASKS)
@require_POST
def profile_shown(request: CompanyRequest) -> HttpResponse:
    """Show one's profile at its public address, or take it away."""
    found = services.profile_made(request.company, request.user)
    try:
        shown = services.profile_show(found, shown=request.POST.get("to") == "show").is_public
    except HeldError as error:
        messages.error(request, said(error))
    else:
        text = _("Whoever knows the address sees your profile.") if shown else _("Nobody sees your profile.")
        messages.success(request, text)
    return redirect("profile", request.company.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def service_new(request: CompanyRequest) -> HttpResponse:
    """Add a service to one's profile."""
    currency = request.company.home_currency
    form = ServiceForm(request.POST, currency=currency, prefix="service")
    if form.is_valid():
        found = services.profile_made(request.company, request.user)
        try:
            services.service_add(found, {**facts_of(form), "currency": currency})
        except InputError as error:
            form.add_error("high_minor" if error.code == "range-out-of-order" else "kind", said(error))
    if form.errors:
        return _shown(request, service=form)
    return redirect("profile", request.company.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def reference_new(request: CompanyRequest) -> HttpResponse:
    """Add a reference to one's profile."""
    form = ReferenceForm(request.POST, prefix="reference")
    if form.is_valid():
        found = services.profile_made(request.company, request.user)
        try:
            services.reference_add(found, facts_of(form))
        except InputError as error:
            form.add_error("name", said(error))
    if form.errors:
        return _shown(request, reference=form)
    return redirect("profile", request.company.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def profile_part(request: CompanyRequest) -> HttpResponse:
    """Take a service or reference off one's profile, or put it back."""
    found = selectors.profile_of(request.company, request.user)
    row: OfferedService | Reference | None = None
    if found is not None and request.POST.get("kind") == "service":
        row = found.services.filter(pk=number_of(request.POST.get("part", ""))).first()
    elif found is not None:
        row = found.references.filter(pk=number_of(request.POST.get("part", ""))).first()
    if row is None:
        raise Http404
    back = request.POST.get("to") == "back"
    services.part_remove(row, back=back)
    if not back:
        messages.success(request, _("It is taken off; below it can be put back."))
    return redirect("profile", request.company.pk)
