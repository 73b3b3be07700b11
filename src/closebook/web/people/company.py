"""The company itself: what it is called, its currency, and renaming it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.services.companies import company_rename
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.kit.undo import offer_undo
from closebook.web.people.forms import NameForm


@company_page(Ability.MANAGE_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def company(request: CompanyRequest) -> HttpResponse:
    """Show the company's facts, rename it, and offer the former name."""
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
    status = 400 if form.errors else 200
    return render(request, "web/people/company.html", {"form": form}, status=status)
