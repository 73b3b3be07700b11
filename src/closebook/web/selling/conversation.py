"""Conversations: the list, one of them, its preparation, and what becomes of one that was planned."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import ActionPoint, Concession, Conversation, NextStep, Question
from closebook.apps.selling.services.conversations import conversation_move, prepare
from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.selling.scope import conversation_seen, conversations_seen
from closebook.web.selling.talk_forms import PrepareForm
from closebook.web.selling.talk_words import KINDS, OUTCOMES, TALK_STATES

MOST_BEFORE = 30
_EMPTY = _(
    "No conversation yet. Log a visit, call or meeting in a minute: with whom, how it ended and what comes"
    " next. What is to be followed up then stands on Today by itself."
)


def _column(key: str, title: Any, words: Any) -> Column:
    return Column(key, title, lambda row: words.get(getattr(row, key), ""), sort=key)


COLUMNS = (
    Column(
        "day", _("Day"), lambda row: row.day, "day", sort="day",
        link=lambda row: reverse("conversation", args=[row.company_id, row.pk]),
    ),
    Column("customer", _("Customer"), lambda row: row.customer.name, sort="customer__name"),
    _column("kind", _("Kind"), KINDS),
    _column("state", _("State"), TALK_STATES),
    _column("outcome", _("Outcome"), OUTCOMES),
    Column("purpose", _("Purpose"), lambda row: row.purpose),
    Column("person", _("Salesperson"), lambda row: row.person, sort="person"),
)  # fmt: skip


@company_page(Ability.SEE_SELLING)
@require_safe
def conversations(request: CompanyRequest) -> HttpResponseBase:
    """List the conversations that the person may see, the latest first."""
    choices = (
        ("state", _("State"), TALK_STATES),
        ("outcome", _("Outcome"), OUTCOMES),
        ("kind", _("Kind"), KINDS),
    )
    listing = Listing(
        request,
        "conversations",
        conversations_seen(request),
        COLUMNS,
        search=("customer__name", "purpose", "person"),
        choices=tuple(Choice(key, title, key, tuple(words.items())) for key, title, words in choices),
        order=("-day", "-pk"),
        empty=_EMPTY,
    )
    request.place = "today"
    return listing.show("web/selling/conversations.html")


@company_page(Ability.SEE_SELLING)
@require_safe
def conversation(request: CompanyRequest, conversation_id: int) -> HttpResponse:
    """Show a conversation with what was asked, given and agreed."""
    found = conversation_seen(request, conversation_id)
    sheet = [(field.label, found.preparation.get(name)) for name, field in PrepareForm().fields.items()]
    facts = {
        "row": found,
        "kind": KINDS.get(found.kind, found.kind),
        "state": TALK_STATES.get(found.state, found.state),
        "outcome": OUTCOMES.get(found.outcome, ""),
        "texts": _texts(found),
        "questions": found.questions.order_by("pk"),
        "concessions": found.concessions.order_by("pk"),
        "steps": found.steps.order_by("pk"),
        "sheet": [(label, text) for label, text in sheet if text],
        "on": clock.today(),
        "here": request.path,
    }
    request.place = "today"
    return render(request, "web/selling/conversation.html", facts)


def _texts(found: Conversation) -> list[tuple[Any, str]]:
    return [
        (title, text)
        for title, text in (
            (_("What we told them"), found.conveyed),
            (_("What they knew and now accept"), found.customer_knows),
            (_("What they really want"), found.customer_wants),
            (_("What they suggest"), found.suggestions),
        )
        if text
    ]


@company_page(Ability.SELL)
@require_POST
def conversation_state(request: CompanyRequest, conversation_id: int) -> HttpResponse:
    """Put a conversation off, call it off, or keep that nobody was met; none of it is final."""
    found = conversation_seen(request, conversation_id)
    to, typed = request.POST.get("to", ""), request.POST.get("day", "")
    try:
        day = dt.date.fromisoformat(typed) if typed else None
        moved = conversation_move(request.company, found.pk, to, request.user.username, day)
    except ValueError:
        messages.error(request, translated("This is no day. Choose one of the calendar."))
    except InputError as error:
        messages.error(request, said(error))
    else:
        words = TALK_STATES[moved.state]
        text = translated("The conversation with %(customer)s now: %(words)s.")
        messages.success(request, text % {"customer": moved.customer.name, "words": words})
    if request.POST.get("back") == "today":
        return redirect("today", request.company.pk)
    return redirect("conversation", request.company.pk, found.pk)


@company_page(Ability.SELL)
@require_http_methods(["GET", "POST"])
def conversation_prepare(request: CompanyRequest, conversation_id: int) -> HttpResponse:
    """Show and keep the preparation sheet, beside what is open with this customer."""
    found = conversation_seen(request, conversation_id)
    form = PrepareForm(request.POST or None, initial=found.preparation)
    if request.method == "POST" and form.is_valid():
        prepare(request.company, found.pk, {**found.preparation, **form.cleaned_data})
        messages.success(request, translated("Kept."))
        return redirect("conversation", request.company.pk, found.pk)
    request.place = "today"
    facts = {"row": found, "form": form, "kind": KINDS.get(found.kind, ""), **_before(request, found)}
    return render(request, "web/selling/prepare.html", facts, status=400 if form.errors else 200)


def _before(request: CompanyRequest, found: Conversation) -> dict[str, Any]:
    """Return what earlier conversations left open; action points are their person's and the coaches'."""
    of_customer = {"company": request.company, "conversation__customer": found.customer_id}
    points = ActionPoint.objects.filter(company=request.company, person=found.person, state="open")
    may_see = found.person == request.user.username or Ability.COACH in request.abilities
    return {
        "questions": Question.objects.filter(answer="", **of_customer).order_by("pk")[:MOST_BEFORE],
        "steps": NextStep.objects.filter(done_on=None, **of_customer).order_by("by", "pk")[:MOST_BEFORE],
        "concessions": Concession.objects.filter(**of_customer).order_by("-pk")[:MOST_BEFORE],
        "points": points.order_by("pk")[:MOST_BEFORE] if may_see else [],
        "last": conversations_seen(request)
        .filter(customer=found.customer_id, state="done")
        .exclude(pk=found.pk)
        .order_by("-day", "-pk")
        .first(),
    }
