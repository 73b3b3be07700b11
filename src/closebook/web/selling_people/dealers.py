"""Dealers: sales beside the year before, how late they pay, their criteria, and the grade that follows."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Customer
from closebook.apps.selling.selectors.dealers import DealerRow, dealers_of, grade_counts
from closebook.apps.selling.services.grading import grade_set, grades_back, grades_take
from closebook.core.errors import InputError
from closebook.core.selling.dealers import GRADES, Dealer
from closebook.transport import clock
from closebook.web.books.fields import text_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.export import exported
from closebook.web.kit.said import said
from closebook.web.kit.undo import offer_undo
from closebook.web.selling.scope import customers_seen
from closebook.web.selling_people.customers import customer_seen

LOWERED = {"late-payment": _("pays late"), "criteria": _("weak criteria")}
_MOST_RESERVE = 30


class GradeForm(forms.Form):
    """A dealer's grade, and why it is not the proposed one."""

    grade = forms.ChoiceField(label=_("Grade"), choices=[(one, one) for one in GRADES])
    reason = text_field(_("Why, when it is not the proposed one"), 200)


@company_page(Ability.SEE_SELLING)
@require_safe
def dealers(request: CompanyRequest) -> HttpResponseBase:
    """Show the dealers that the person may see, with proposed grades; by wish as a file."""
    rows, currency = _rows(request), request.company.home_currency
    if form := request.GET.get("export"):
        return exported(form, "dealers", _columns(currency), rows)
    request.place = "seller-customers"
    facts = {
        "rows": [(row, _why(row)) for row in rows],
        "counts": grade_counts(rows, request.company, clock.today()),
        "differing": sum(not row.agrees for row in rows),
        "sold": any(row.sales_minor > 0 for row in rows),
        "whole": sum(row.sales_minor for row in rows),
        "whole_before": sum(row.before_minor for row in rows),
        "reserve": _reserve(request),
        "currency": currency,
    }
    return render(request, "web/selling_people/dealers.html", facts)


def _rows(request: CompanyRequest) -> list[DealerRow]:
    """Return the dealers that the person may see, graded among all."""
    seen = set(customers_seen(request).filter(kind="dealer").values_list("pk", flat=True))
    return [row for row in dealers_of(request.company, clock.today()) if row.customer.pk in seen]


def _why(row: DealerRow) -> dict[str, Any]:
    mean = Dealer(row.customer.name, 0, scores=row.customer.scores).mean
    return {"lowered": [LOWERED[one] for one in row.grade.lowered_for], "mean": _one_place(mean)}


def _one_place(mean: Fraction | None) -> Decimal | None:
    """Return a mean with one place, half away from zero; None for none."""
    return None if mean is None else Decimal(int(mean * 10 + Fraction(1, 2))) / 10


def _reserve(request: CompanyRequest) -> list[tuple[Customer, Decimal | None]]:
    """Return the prospects who were scored on a dealer's criteria, by region and the best first."""
    rows = customers_seen(request).filter(kind="prospect").exclude(scores={}).order_by("region", "name")
    known = [(one, Dealer(one.name, 0, scores=one.scores).mean) for one in rows[:_MOST_RESERVE]]
    ordered = sorted(known, key=lambda row: (row[0].region, -(row[1] or 0), row[0].name))
    return [(one, _one_place(mean)) for one, mean in ordered]


@company_page(Ability.MANAGE_SELLING)
@require_http_methods(["GET", "POST"])
def dealer_grade(request: CompanyRequest, customer_id: int) -> HttpResponse:
    """Decide one dealer's grade."""
    one = customer_seen(request, customer_id)
    row = next((row for row in _rows(request) if row.customer.pk == one.pk), None)
    if row is None:
        raise Http404
    form = GradeForm(
        request.POST if request.method == "POST" else None, initial={"grade": one.grade or row.grade.grade}
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            grade_set(row, given["grade"], given["reason"], request.user.username)
        except InputError as error:
            form.add_error("reason", said(f"{error.message} {error.remedy}"))
        else:
            return redirect("dealers", request.company.pk)
    request.place = "seller-customers"
    facts = {
        "row": row,
        "why": _why(row),
        "form": form,
        "changes": one.grade_changes.order_by("-pk")[:20],
        "currency": request.company.home_currency,
    }
    return render(request, "web/selling_people/dealer_grade.html", facts, status=400 if form.errors else 200)


@company_page(Ability.MANAGE_SELLING)
@require_POST
def grades_taken(request: CompanyRequest) -> HttpResponse:
    """Give every dealer its proposed grade, or take that back."""
    by, back = request.user.username, redirect("dealers", request.company.pk)
    if "back" in request.POST:
        keys = [
            int(one) for one in request.POST["back"].split(",")[:10_000] if one.isascii() and one.isdigit()
        ]
        grades_back(request.company, [key for key in keys if key < 2**62], by)
        messages.success(request, translated("The grades are as they were."))
        return back
    made = grades_take(_rows(request), by)
    words = ngettext("%(n)d grade is set.", "%(n)d grades are set.", len(made)) % {"n": len(made)}
    address = reverse("grades-take", args=[request.company.pk])
    offer_undo(request, words, address, {"back": ",".join(str(one) for one in made)})
    return back


def _columns(currency: str) -> tuple[Column, ...]:
    def home(_row: DealerRow) -> str:
        return currency

    return (
        Column("name", _("Dealer"), lambda row: row.customer.name),
        Column("region", _("Region"), lambda row: row.customer.region),
        Column("owner", _("Salesperson"), lambda row: row.customer.owner),
        Column("sales", _("Last twelve months"), lambda row: row.sales_minor, "money", currency=home),
        Column("before", _("Twelve before"), lambda row: row.before_minor, "money", currency=home),
        Column("late", _("Days late"), lambda row: row.days_late, "number"),
        Column("mean", _("Criteria"), lambda row: str(_why(row)["mean"] or "")),
        Column("grade", _("Grade"), lambda row: row.customer.grade),
        Column("proposed", _("Proposed"), lambda row: row.grade.grade),
    )
