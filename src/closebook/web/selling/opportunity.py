"""One opportunity: shown with its history, typed in, changed, and moved to a stage or its end."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as translated
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Opportunity
from closebook.apps.selling.services.deals import (
    customer_named,
    opportunity_change,
    opportunity_make,
    opportunity_move,
)
from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.selling.forms import MoveForm, OpportunityForm, shares_text
from closebook.web.selling.scope import opportunity_seen
from closebook.web.selling.to_books import standing_of
from closebook.web.selling.words import CATEGORIES, DEAL_STATES, stage_word

FACTS = (
    "title", "category", "source", "product", "competitor", "next_step", "next_step_text", "notes",
    "value_minor",
)  # fmt: skip


@company_page(Ability.SEE_SELLING)
@require_http_methods(["GET", "POST"])
def opportunity(request: CompanyRequest, opportunity_id: int) -> HttpResponse:
    """Show an opportunity with its history; a person who sells moves it."""
    found = opportunity_seen(request, opportunity_id)
    form = MoveForm(request.POST or None, opportunity=found)
    if request.method == "POST" and Ability.SELL in request.abilities and form.is_valid():
        try:
            moved = _moved(request, found, form)
        except InputError as error:
            form.add_error(None, said(error))
        else:
            words = DEAL_STATES[moved.state] if moved.state != "open" else stage_word(moved.stage)
            text = translated("“%(title)s” now: %(words)s.") % {"title": moved.title, "words": words}
            messages.success(request, text)
            return redirect("opportunity", request.company.pk, found.pk)
    facts = {
        "row": found,
        "state": DEAL_STATES[found.state],
        "stage": stage_word(found.stage),
        "category": CATEGORIES.get(found.category, ""),
        "events": [
            (one, _word(one.before), _word(one.after)) for one in found.events.order_by("-day", "-pk")
        ],
        "conversations": found.conversations.order_by("-day", "-pk")[:20],
        "form": form,
        "shares": shares_text(found.shares).splitlines(),
        "books": standing_of(request, found),
    }
    request.place = "board"
    return render(request, "web/selling/opportunity.html", facts, status=400 if form.errors else 200)


def _word(code: str) -> str:
    return str(DEAL_STATES[code]) if code in DEAL_STATES and code != "open" else stage_word(code)


def _moved(request: CompanyRequest, found: Opportunity, form: MoveForm) -> Opportunity:
    given = form.cleaned_data
    return opportunity_move(
        request.company,
        found.pk,
        given["to"],
        clock.today(),
        request.user.username,
        ticked=given.get("ticked", ()),
        reason=given["reason"],
        next_step=given["next_step"],
        came_minor=given["came_minor"],
    )


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def opportunity_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a new opportunity, and keep it."""
    return _edited(request, None)


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def opportunity_edit(request: CompanyRequest, opportunity_id: int) -> HttpResponse:
    """Show the form of an opportunity, and keep what was changed."""
    return _edited(request, opportunity_seen(request, opportunity_id))


def _edited(request: CompanyRequest, found: Opportunity | None) -> HttpResponse:
    currency = found.currency if found else request.company.home_currency
    manages, person = Ability.MANAGE_SELLING in request.abilities, request.user.username
    known = {name: getattr(found, name) for name in FACTS} if found else {"category": "pipeline"}
    known["customer"] = found.customer.name if found and found.customer else ""
    known["owner"] = found.owner if found else person
    known["shares"] = shares_text(found.shares) if found else ""
    form = OpportunityForm(request.POST or None, initial=known, currency=currency, manages=manages)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        facts.setdefault("owner", known["owner"] or person)
        customer = customer_named(request.company, facts.pop("customer"), facts["owner"], person)
        facts["value_minor"] = facts["value_minor"] or 0
        if found is None:
            title = facts.pop("title")
            made = opportunity_make(
                request.company, customer, uuid.uuid4().hex, title, clock.today(), person, **facts
            )
        else:
            made = opportunity_change(found, {**facts, "customer": customer}, person)
        return redirect("opportunity", request.company.pk, made.pk)
    request.place = "board"
    facts = {"form": form, "row": found}
    return render(request, "web/selling/opportunity_form.html", facts, status=400 if form.errors else 200)
