"""Assistants' bills: listed, looked at and printed, and approved where silence made them."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Q, QuerySet, Sum
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Bill, Timesheet
from closebook.apps.workforce.services.bills import bill_ready
from closebook.core.errors import ConflictError, HeldError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said

BILL_STATES: Mapping[str, Promise] = {
    "draft": _("waits for approval"),
    "ready": _("approved"),
    "posted": _("in the books"),
    "scheduled": _("in a pay run"),
    "partly_paid": _("partly paid"),
    "paid": _("paid"),
    "void": pgettext_lazy("state", "void"),
}
COLUMNS = (
    Column(
        "number",
        _("Number"),
        lambda row: row.number,
        link=lambda row: reverse("assistant-bill", args=[row.company_id, row.pk]),
        sort="number",
    ),
    Column("payee", _("Paid to"), lambda row: row.payee.name, sort="payee__name"),
    Column("first", _("From"), lambda row: row.first, "day", sort="first"),
    Column("last", _("To"), lambda row: row.last, "day", sort="last"),
    Column("state", _("State"), lambda row: BILL_STATES[row.state], sort="state"),
    Column("due", _("Due"), lambda row: row.due_on, "day", sort="due_on"),
    Column(
        "total", _("Amount"), lambda row: row.total, "money", currency=lambda row: row.currency, sort="total"
    ),
    Column("currency", _("Currency"), lambda row: row.currency),
)


def _bills(request: CompanyRequest) -> QuerySet[Bill]:
    """Return the bills that the person may see: all for whoever approves, else those of their own hours."""
    rows = Bill.objects.filter(company=request.company).select_related("payee")
    rows = rows.annotate(total=Sum("lines__amount_minor"))
    if Ability.APPROVE_PAY in request.abilities:
        return rows
    own = Q(lines__source__timesheet__contract__person=request.user)
    own |= Q(lines__expense__contract__person=request.user)
    own |= Q(lines__milestone__contract__person=request.user)
    own |= Q(lines__trial__application__candidate__person=request.user)
    return rows.filter(pk__in=Bill.objects.filter(own, company=request.company).values("pk"))


@company_page(Ability.APPROVE_PAY)
@require_safe
def bill_list(request: CompanyRequest) -> HttpResponseBase:
    """Show the bills, with the timesheets that wait for approval above them."""
    waiting = Timesheet.objects.filter(company=request.company, state__in=["submitted", "in_review"])
    waiting = waiting.exclude(contract__person=request.user).select_related("contract__person")
    listing = Listing(
        request,
        "assistants-bills",
        _bills(request),
        COLUMNS,
        search=("number", "payee__name"),
        choices=(Choice("state", _("State"), "state", tuple(BILL_STATES.items())),),
        empty=_("No bill yet. Approving a timesheet makes the bill of what is owed."),
        facts={"waiting": list(waiting.order_by("signed_at")[:50])},
    )
    return listing.show("web/work/bills.html")


def _found(request: CompanyRequest, bill_id: int) -> Bill:
    found = _bills(request).filter(pk=bill_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.SEE_COMPANY)
@require_safe
def bill(request: CompanyRequest, bill_id: int) -> HttpResponse:
    """Show a bill, to be printed."""
    found = _found(request, bill_id)
    lines = found.lines.select_related("source__task", "source__timesheet", "trial__application").order_by(
        "pk"
    )
    facts = {
        "bill": found,
        "state": BILL_STATES[found.state],
        "lines": list(lines),
        "may_approve": found.state == "draft" and Ability.APPROVE_PAY in request.abilities,
        "payments": found.payments.select_related("run").order_by("-pk")[:5],
    }
    request.place = "assistant-bills"
    return render(request, "web/work/bill.html", facts)


@company_page(Ability.APPROVE_PAY)
@require_POST
def bill_approved(request: CompanyRequest, bill_id: int) -> HttpResponse:
    """Approve a bill that silence made."""
    found = _found(request, bill_id)
    try:
        bill_ready(found, request.user)
    except (ConflictError, HeldError) as error:
        messages.error(request, said(error))
    return redirect("assistant-bill", request.company.pk, found.pk)
