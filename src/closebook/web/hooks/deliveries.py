"""What was sent to an address and what came back; sending again, and sending a test."""

from __future__ import annotations

import datetime as dt
import json

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.hooks.models import Delivery, DeliveryState, Endpoint, Event
from closebook.apps.hooks.selectors.endpoints import deliveries_of, delivery_in
from closebook.apps.hooks.services.replaying import delivery_replay, missed_replay, trial_send
from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.hooks.endpoints import endpoint_found, state_of
from closebook.web.hooks.words import EVENT_WORDS, WHY
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.states import STATE_WORDS

COLUMNS = (
    Column("at", _("When"), lambda row: row.created_at, kind="time", sort="created_at"),
    Column(
        "event",
        _("Event"),
        lambda row: row.event,
        link=lambda row: reverse("webhook-delivery", args=[row.endpoint.company_id, row.pk]),
        sort="event",
    ),
    Column("state", _("State"), lambda row: row.state, kind="tag", sort="state"),
    Column("made", _("Attempts"), lambda row: row.made, kind="number", sort="made"),
    Column("next", _("Next attempt"), lambda row: row.next_at, kind="time", sort="next_at"),
    Column("id", _("Number of the event"), lambda row: row.event_id, hidden=True),
)
CHOICES = (
    Choice(
        "state",
        _("State"),
        "state",
        tuple((state.value, STATE_WORDS[state.value]) for state in DeliveryState),
    ),
    Choice("event", _("Event"), "event", tuple((event.value, EVENT_WORDS[event]) for event in Event)),
)


class SpanForm(forms.Form):
    """The days of which what was missed is sent again."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))


@company_page(Ability.MANAGE_COMPANY)
@require_safe
def webhook(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    """Show an address with its log."""
    return _page(request, endpoint_found(request, endpoint_id), None)


def _page(request: CompanyRequest, endpoint: Endpoint, form: SpanForm | None) -> HttpResponseBase:
    day = clock.now().date()
    span = form or SpanForm(initial={"first": day - dt.timedelta(days=7), "last": day})
    facts = {
        "endpoint": endpoint,
        "state": state_of(endpoint),
        "why": WHY.get(endpoint.why, "") if endpoint.state == "paused" else "",
        "words": [EVENT_WORDS[word] for word in endpoint.events],
        "both": bool(endpoint.previous_until and endpoint.previous_until > clock.now()),
        "form": span,
    }
    listing = Listing(
        request,
        "deliveries",
        deliveries_of(endpoint),
        COLUMNS,
        search=("event_id", "body"),
        choices=CHOICES,
        empty=_("Nothing was sent yet. Send a test event to see whether the way is open."),
        facts=facts,
    )
    return listing.show("web/hooks/webhook.html")


@company_page(Ability.MANAGE_COMPANY)
@require_POST
def webhook_test(request: CompanyRequest, endpoint_id: int) -> HttpResponse:
    """Send an event that says nothing."""
    endpoint = endpoint_found(request, endpoint_id)
    try:
        made = trial_send(endpoint, request.user.username)
    except InputError as error:
        messages.error(request, f"{error.message} {error.remedy}")
        return redirect("webhook", request.company.pk, endpoint.pk)
    messages.success(request, translated("The test is on its way; this page shows what comes back."))
    return redirect("webhook-delivery", request.company.pk, made.pk)


@company_page(Ability.MANAGE_COMPANY)
@require_POST
def webhook_missed(request: CompanyRequest, endpoint_id: int) -> HttpResponseBase:
    """Send again what was missed in a span of days."""
    endpoint, form = endpoint_found(request, endpoint_id), SpanForm(request.POST)
    if not form.is_valid():
        answer = _page(request, endpoint, form)
        answer.status_code = 400
        return answer
    first, last = (
        dt.datetime.combine(form.cleaned_data[name], time, dt.UTC)
        for name, time in (("first", dt.time.min), ("last", dt.time.max))
    )
    try:
        number = missed_replay(endpoint, first, last, request.user.username)
    except InputError as error:
        messages.error(request, f"{error.message} {error.remedy}")
    else:
        said = ngettext("%(count)s event is sent again.", "%(count)s events are sent again.", number)
        messages.success(request, said % {"count": number})
    return redirect("webhook", request.company.pk, endpoint.pk)


@company_page(Ability.MANAGE_COMPANY)
@require_safe
def webhook_delivery(request: CompanyRequest, delivery_id: int) -> HttpResponse:
    """Show one delivery: what is sent, and each attempt."""
    found = _found(request, delivery_id)
    known = {
        "delivery": found,
        "endpoint": found.endpoint,
        "words": EVENT_WORDS[found.event],
        "body": json.dumps(json.loads(found.body), indent=2, ensure_ascii=False),
        "attempts": found.attempts.order_by("-pk")[:50],
    }
    return render(request, "web/hooks/delivery.html", known)


@company_page(Ability.MANAGE_COMPANY)
@require_POST
def webhook_again(request: CompanyRequest, delivery_id: int) -> HttpResponse:
    """Send one delivery again."""
    found = _found(request, delivery_id)
    try:
        delivery_replay(found, request.user.username)
    except InputError as error:
        messages.error(request, f"{error.message} {error.remedy}")
    else:
        messages.success(request, translated("It is sent again; this page shows what comes back."))
    return redirect("webhook-delivery", request.company.pk, found.pk)


def _found(request: CompanyRequest, delivery_id: int) -> Delivery:
    found = delivery_in(request.company, delivery_id)
    if found is None:
        raise Http404
    return found
