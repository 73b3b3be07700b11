"""The owner's home: how the business stands."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.web.frame.access import CompanyRequest, company_page


@company_page(Ability.SEE_COMPANY)
@require_safe
def home(request: CompanyRequest) -> HttpResponse:
    """Show the company's home."""
    return render(request, "web/home.html")
