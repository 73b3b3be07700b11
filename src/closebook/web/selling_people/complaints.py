"""Complaints: listed with their clock, written down, and taken step by step until the customer was asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Complaint
from closebook.apps.selling.services.complaints import complaint_receive
from closebook.apps.selling.services.deals import customer_named
from closebook.apps.selling.services.targets import complaint_step
from closebook.core.errors import InputError
from closebook.core.selling.complaints import NEXT, State
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.selling.scope import customers_seen
from closebook.web.selling_people.complaint_forms import CAUSES, ComplaintForm, StepForm
from closebook.web.selling_people.words import STATES, STEPS, VERDICTS


def due_of(row: Complaint) -> dt.date | None:
    """Return the day of the next promise of an open complaint: to the customer, then that of the plan."""
    return None if row.closed_on else row.plan_by or row.undertaking_by


def days_of(row: Complaint) -> int:
    """Return how many days a complaint has been open, or was until it was closed."""
    return ((row.closed_on or clock.today()) - row.received).days


_OPEN = (
    Column("received", _("Received"), lambda row: row.received, kind="day", sort="received"),
    Column("customer", _("Customer"), lambda row: row.customer.name, sort="customer__name",
           link=lambda row: reverse("seller-customer", args=[row.company_id, row.customer_id])),
    Column("text", _("Complaint"), lambda row: row.text[:120],
           link=lambda row: reverse("complaint", args=[row.company_id, row.pk])),
    Column("state", _("State"), lambda row: STATES[row.state], sort="state"),
    Column("due", _("Next promise"), due_of, kind="day"),
    Column("days", _("Days"), days_of, kind="number"),
    Column("owner", _("Who sees to it"), lambda row: row.owner, sort="owner"),
    Column("cause", _("Cause"), lambda row: CAUSES.get(row.cause, row.cause), sort="cause", hidden=True),
    Column("product", _("Product"), lambda row: row.product, sort="product", hidden=True),
    Column("verdict", _("Customer's verdict"), lambda row: VERDICTS.get(row.verdict, ""), hidden=True),
    Column("closed", _("Closed"), lambda row: row.closed_on, kind="day", sort="closed_on", hidden=True),
)  # fmt: skip


def complaints_seen(request: CompanyRequest) -> QuerySet[Complaint]:
    """Return the complaints of customers that the person may see, and those that the person sees to."""
    rows = Complaint.objects.filter(company=request.company).select_related("customer")
    return rows.filter(Q(customer__in=customers_seen(request)) | Q(owner=request.user.username))


def complaint_seen(request: CompanyRequest, complaint_id: int) -> Complaint:
    """Return a complaint that the person may see; Http404 for any other."""
    found = complaints_seen(request).filter(pk=complaint_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.SEE_SELLING)
@require_safe
def complaints(request: CompanyRequest) -> HttpResponseBase:
    """List complaints, the open ones first."""
    listing = Listing(
        request, "complaints", complaints_seen(request), _OPEN,
        search=("text", "customer__name", "product", "order", "owner"),
        choices=(
            Choice("state", _("State"), "state", tuple(STATES.items())),
            Choice("cause", _("Cause"), "cause", tuple(CAUSES.items())),
        ),
        order=("closed_on", "received", "pk"),
        empty=_(
            "No complaint yet. Write each one down at once with what the customer was promised and by when;"
            " it stays here until the customer was asked how it was handled."
        ),
    )  # fmt: skip
    return listing.show("web/selling_people/complaints.html")


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def complaint_new(request: CompanyRequest) -> HttpResponse:
    """Write a complaint down."""
    first = {"received": clock.today(), "customer": request.GET.get("customer", "")[:120]}
    form = ComplaintForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given, by = dict(form.cleaned_data), request.user.username
        customer = customer_named(request.company, given.pop("customer"), by, by)
        if customer is not None:
            given["received"] = given["received"] or clock.today()
            made = complaint_receive(request.company, customer, by, **given)
            return redirect("complaint", request.company.pk, made.pk)
    request.place = "complaints"
    names = customers_seen(request).order_by("name").values_list("name", flat=True)[:200]
    facts = {"form": form, "names": list(names)}
    return render(request, "web/selling_people/complaint_new.html", facts, status=400 if form.errors else 200)


@company_page(Ability.SEE_SELLING)
@require_http_methods(["GET", "POST"])
def complaint(request: CompanyRequest, complaint_id: int) -> HttpResponse:
    """Show a complaint, and take its next step."""
    row = complaint_seen(request, complaint_id)
    to = request.POST.get("to", "")
    wrong = None
    if request.method == "POST" and Ability.SELL in request.abilities and to in STEPS:
        form = StepForm(request.POST, to=to, complaint=row, currency=request.company.home_currency)
        wrong = _stepped(request, row, form)
        if wrong is None:
            return redirect("complaint", request.company.pk, row.pk)
    return _page(request, row, wrong)


def _stepped(request: CompanyRequest, row: Complaint, form: StepForm) -> StepForm | None:
    """Take a step; return the form with what is wrong, None when it was taken."""
    if not form.is_valid():
        return form
    try:
        made = complaint_step(
            request.company, row.pk, form.to, clock.today(), request.user.username, **form.facts()
        )
    except InputError as error:
        if form.to not in NEXT[State(row.state)]:  # another window took the step meanwhile
            messages.error(request, said(error))
            return None
        row.refresh_from_db()
        form.add_error(None, said(error))
        return form
    messages.success(request, translated("The complaint now: %(state)s.") % {"state": STATES[made.state]})
    return None


def _page(request: CompanyRequest, row: Complaint, wrong: StepForm | None) -> HttpResponse:
    currency = request.company.home_currency
    order = list(State)
    ways = sorted(NEXT[State(row.state)], key=order.index)
    forms = [
        wrong if wrong is not None and wrong.to == to else StepForm(to=to, complaint=row, currency=currency)
        for to in ways
    ]
    earlier = Complaint.objects.filter(company=request.company, customer=row.customer).exclude(pk=row.pk)
    due = due_of(row)
    facts: dict[str, Any] = {
        "row": row,
        "state": STATES[row.state],
        "cause": CAUSES.get(row.cause, row.cause),
        "verdict": VERDICTS.get(row.verdict, ""),
        "due": due,
        "late": due is not None and due < clock.today(),
        "days": days_of(row),
        "steps": [(form, STEPS[form.to]) for form in forms],
        "way": [(STATES[one], one == row.state) for one in order if one is not State.REOPENED],
        "earlier": [(one, STATES[one.state]) for one in earlier.order_by("-received", "-pk")[:10]],
        "currency": currency,
    }
    request.place = "complaints"
    return render(request, "web/selling_people/complaint.html", facts, status=400 if wrong else 200)
