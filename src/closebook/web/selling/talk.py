"""Logging a conversation, planning one ahead, and correcting what was kept of one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as translated
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Conversation, Customer, Opportunity
from closebook.apps.selling.services.conversations import conversation_change, conversation_log
from closebook.apps.selling.services.deals import customer_named
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import request_id_of
from closebook.web.selling.scope import (
    conversation_seen,
    conversations_seen,
    customers_seen,
    opportunities_seen,
)
from closebook.web.selling.talk_forms import PlanForm, TalkForm

MOST_OFFERED = 500


@dataclass(frozen=True, slots=True)
class Start:
    """What the address says of a new conversation: one that was planned, an opportunity, a customer."""

    planned: Conversation | None
    deal: Opportunity | None
    customer: Customer | None

    @property
    def initial(self) -> dict[str, Any]:
        """Return what a form begins with."""
        known = {"day": clock.today(), "customer": self.customer.name if self.customer else ""}
        if self.planned:
            known |= {"kind": self.planned.kind, "purpose": self.planned.purpose}
        return known


def _start(request: CompanyRequest) -> Start:
    """Return what the address names; Http404 for what the person may not see."""
    planned = _chosen(request, "planned", conversations_seen(request))
    deal = _chosen(request, "opportunity", opportunities_seen(request))
    customer = _chosen(request, "customer", customers_seen(request))
    deal = deal or (planned.opportunity if planned else None)
    owner = planned or deal
    return Start(planned, deal, customer or (owner.customer if owner else None))


def _chosen(request: CompanyRequest, name: str, rows: Any) -> Any:
    text = request.GET.get(name, "")
    if not text:
        return None
    known = text.isascii() and text.isdigit() and len(text) < 16
    found = rows.filter(pk=int(text)).first() if known else None
    if found is None:
        raise Http404
    return found


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def conversation_new(request: CompanyRequest) -> HttpResponse:
    """Log a conversation that took place; sent twice by a device it is kept once."""
    start = _start(request)
    form = TalkForm(request.POST or None, initial=start.initial, customer=start.customer, deal=start.deal)
    if request.method == "POST" and form.is_valid():
        planned = start.planned.pk if start.planned else None
        made = _made(request, start, form, **form.parts(), planned_pk=planned)
        text = translated("Kept: the conversation with %(customer)s.") % {"customer": made.customer.name}
        messages.success(request, text)
        return redirect("conversation", request.company.pk, made.pk)
    return _shown(request, form, {"start": start, "logs": True})


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def conversation_plan(request: CompanyRequest) -> HttpResponse:
    """Plan a conversation ahead."""
    start = _start(request)
    form = PlanForm(request.POST or None, initial=start.initial, customer=start.customer, deal=start.deal)
    if request.method == "POST" and form.is_valid():
        made = _made(request, start, form, state="planned")
        text = translated("Planned: the conversation with %(customer)s.") % {"customer": made.customer.name}
        messages.success(request, text)
        return redirect("conversation", request.company.pk, made.pk)
    return _shown(request, form, {"start": start})


def _made(request: CompanyRequest, start: Start, form: PlanForm, **more: Any) -> Conversation:
    given = form.facts()
    deal = form.cleaned_data.get("opportunity")
    customer = _customer(request, form, start.customer)
    person = start.planned.person if start.planned else request.user.username
    return conversation_log(
        request.company, request_id_of(request), customer.pk, person, given.pop("day"), opportunity_pk=deal,
        **given, **more,
    )  # fmt: skip


def _customer(request: CompanyRequest, form: PlanForm, known: Customer | None) -> Customer:
    """Return the customer of the typed name: the known one, another, or a new prospect."""
    name = form.cleaned_data["customer"]
    if known and known.name == name:
        return known
    person = request.user.username
    found = customer_named(request.company, name, person, person)
    if found is None:
        raise Http404
    return found


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def conversation_edit(request: CompanyRequest, conversation_id: int) -> HttpResponse:
    """Correct a conversation; what follows from it is reckoned again."""
    found = conversation_seen(request, conversation_id)
    known: dict[str, Any] = {name: getattr(found, name) for name in _KEPT}
    known["customer"] = found.customer.name
    options = {"customer": found.customer, "deal": found.opportunity, "initial": known}
    form = _form(request, found, options)
    if request.method == "POST" and form.is_valid():
        deal = form.cleaned_data.get("opportunity")
        facts = form.facts() | {"customer": _customer(request, form, found.customer), "opportunity_id": deal}
        parts = form.parts() if isinstance(form, TalkForm) else {}
        conversation_change(request.company, found.pk, request.user.username, facts, parts)
        messages.success(request, translated("Kept."))
        return redirect("conversation", request.company.pk, found.pk)
    return _shown(request, form, {"row": found, "logs": isinstance(form, TalkForm)})


_KEPT = (
    "kind", "day", "purpose", "outcome", "minutes", "cold", "conveyed", "customer_knows", "customer_wants",
    "suggestions",
)  # fmt: skip


def _form(request: CompanyRequest, found: Conversation, options: dict[str, Any]) -> PlanForm:
    if found.state in {"planned", "cancelled"}:
        return PlanForm(request.POST or None, **options)
    return TalkForm(request.POST or None, known=found, **options)


def _shown(request: CompanyRequest, form: PlanForm, facts: dict[str, Any]) -> HttpResponse:
    names = customers_seen(request).order_by("name").values_list("name", flat=True)[:MOST_OFFERED]
    request.place = "today"
    status = 400 if form.errors else 200
    return render(
        request, "web/selling/talk.html", {"form": form, "customers": names, **facts}, status=status
    )
