"""The company itself: what it is called, its currency and time zone, and changing them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.services.companies import company_rename, company_zone_save
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.kit.undo import offer_undo
from closebook.web.people.forms import NameForm, ZoneForm


@company_page(Ability.MANAGE_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: CompanyRequest) -> HttpResponse:
    """Show the company's facts, rename it or change its zone, and offer what was before."""
    if request.method == "POST" and "zone" in request.POST:
        return _zone_changed(request)
    before = request.company.name
    form = NameForm(request.POST or None, initial={"name": before})
    if request.method == "POST" and form.is_valid():
        try:
            renamed = company_rename(request.company, form.cleaned_data["name"], actor=request.user)
        except InputError as error:
            form.add_error("name", said(error))
        else:
            if renamed:
                text = _("The company is called %(name)s now.") % {"name": form.cleaned_data["name"]}
                offer_undo(request, text, reverse("company", args=[request.company.pk]), {"name": before})
            return redirect("company", request.company.pk)
    return _shown(request, form, ZoneForm(initial={"zone": request.company.zone}))


def _zone_changed(request: CompanyRequest) -> HttpResponse:
    before, form = request.company.zone, ZoneForm(request.POST)
    if not form.is_valid():
        return _shown(request, NameForm(initial={"name": request.company.name}), form)
    zone = form.cleaned_data["zone"]
    if company_zone_save(request.company, zone, actor=request.user):
        text = _("The company's time zone is %(zone)s now.") % {"zone": zone or _("that of each assistant")}
        offer_undo(request, text, reverse("company", args=[request.company.pk]), {"zone": before})
    else:
        messages.info(request, _("The time zone stays as it was."))
    return redirect("company", request.company.pk)


def _shown(request: CompanyRequest, form: NameForm, zone_form: ZoneForm) -> HttpResponse:
    facts = {"form": form, "zone_form": zone_form}
    status = 400 if form.errors or zone_form.errors else 200
    return render(request, "web/people/company.html", facts, status=status)
