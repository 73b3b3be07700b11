"""Agencies: listed with their people and what is billed, added and changed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Agency, Bill
from closebook.apps.workforce.services.agencies import agency_save
from closebook.core.errors import InputError
from closebook.web.books.fields import NumberField, text_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.work.words import WORK_STATES

COLUMNS = (
    Column("name", _("Name"), lambda row: row.name, sort="name",
           link=lambda row: reverse("agency", args=[row.company_id, row.pk])),
    Column("email", _("E-mail"), lambda row: row.email, sort="email"),
    Column("margin", _("Margin, percent"), lambda row: str(Decimal(row.margin_bp) / 100), sort="margin_bp"),
    Column("people", _("Contracts"), lambda row: row.people, kind="number", sort="people"),
)  # fmt: skip
_MOST = 50


class AgencyForm(forms.Form):
    """Who an agency is, and its share of what its people are paid."""

    name = text_field(_("Name"), 200, required=True)
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    margin = NumberField(label=_("Its margin, percent"), required=False)

    def clean_margin(self) -> int:
        """Return basis points."""
        percent = self.cleaned_data["margin"] or Decimal(0)
        if not 0 <= percent <= 100:
            raise forms.ValidationError(_("Percents are from 0 to 100."))
        return int((percent * 100).to_integral_value(ROUND_HALF_UP))

    def facts(self) -> dict[str, Any]:
        """Return what was typed, as the agency keeps it."""
        given = self.cleaned_data
        return {
            "name": " ".join(given["name"].split()),
            "email": given["email"],
            "margin_bp": given["margin"],
        }


@company_page(Ability.MANAGE_WORK)
@require_safe
def agencies(request: CompanyRequest) -> HttpResponseBase:
    """List the company's agencies."""
    active = Count("contracts", filter=~Q(contracts__state="ended"), distinct=True)
    rows = Agency.objects.filter(company=request.company).annotate(people=active)
    listing = Listing(
        request,
        "agencies",
        rows,
        COLUMNS,
        search=("name", "email"),
        order=("name", "pk"),
        empty=_(
            "No agency yet. An agency sends people and is paid for them: name it when you offer a contract,"
            " and bills and payments are the agency's."
        ),
    )
    return listing.show("web/work/agencies.html")


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def agency_new(request: CompanyRequest) -> HttpResponse:
    """Add an agency."""
    return _edited(request, None)


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def agency(request: CompanyRequest, agency_id: int) -> HttpResponse:
    """Show an agency with its people and bills, and change it."""
    found = Agency.objects.filter(company=request.company, pk=agency_id).first()
    if found is None:
        raise Http404
    return _edited(request, found)


def _edited(request: CompanyRequest, row: Agency | None) -> HttpResponse:
    first = {"name": row.name, "email": row.email, "margin": Decimal(row.margin_bp) / 100} if row else {}
    form = AgencyForm(request.POST if request.method == "POST" else None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            agency_save(request.company, row.pk if row else None, form.facts(), request.user.username)
        except InputError as error:
            form.add_error("name", said(error))
        else:
            return redirect("agencies", request.company.pk)
    request.place = "contracts"
    facts: dict[str, Any] = {"row": row, "form": form}
    if row is not None:
        people = row.contracts.select_related("person").order_by("title", "pk")
        bills = Bill.objects.filter(payee__agency=row).prefetch_related("lines").order_by("-pk")[:_MOST]
        facts["people"] = [(one, WORK_STATES[one.state]) for one in people[:_MOST]]
        facts["bills"] = [
            (bill, WORK_STATES[bill.state], sum(line.amount_minor for line in bill.lines.all()))
            for bill in bills
        ]
    return render(request, "web/work/agency.html", facts, status=400 if form.errors else 200)
