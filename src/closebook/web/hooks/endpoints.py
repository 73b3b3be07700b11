"""The addresses of a company that are told of events: listed, made, changed, taken away."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.hooks.models import Endpoint
from closebook.apps.hooks.selectors.endpoints import endpoints_of
from closebook.apps.hooks.services import endpoints as services
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.hooks.words import EVENT_WORDS
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.once import once, saving


def state_of(endpoint: Endpoint) -> str:
    """Return active, failing or paused."""
    return "failing" if endpoint.state == "active" and endpoint.failing_since else endpoint.state


COLUMNS = (
    Column(
        "url",
        _("Address"),
        lambda row: row.url,
        link=lambda row: reverse("webhook", args=[row.company_id, row.pk]),
        sort="url",
    ),
    Column("state", _("State"), state_of, kind="tag", sort="state"),
    Column("events", _("Events"), lambda row: ", ".join(row.events) or translated("all")),
    Column("missed", _("Missed"), lambda row: row.missed, kind="number", sort="missed"),
    Column("note", _("Note"), lambda row: row.note, sort="note"),
    Column("made", _("Made"), lambda row: row.created_at, kind="time", sort="created_at", hidden=True),
)


class EndpointForm(forms.Form):
    """Where to send, which events, and what it is for."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
        help_text=_("Begins with https:// and is reached from the open internet."),
    )
    events = forms.MultipleChoiceField(
        label=_("Tell of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(event.value, EVENT_WORDS[event]) for event in services.WANTED],
        help_text=_("Nothing ticked means all of them."),
    )
    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, help_text=_("What it is for, such as “shop chat”.")
    )


def endpoint_found(request: CompanyRequest, endpoint_id: int) -> Endpoint:
    """Return an endpoint of the company; Http404 for any other."""
    found = endpoints_of(request.company).filter(pk=endpoint_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.MANAGE_COMPANY)
@require_safe
def webhooks(request: CompanyRequest) -> HttpResponseBase:
    """Show the addresses, newest first."""
    listing = Listing(
        request,
        "webhooks",
        endpoints_of(request.company),
        COLUMNS,
        search=("url", "note"),
        empty=_(
            "No program is told of anything yet. Add an address, and Closebook posts to it when a plan waits,"
            " a run ends, or something needs you."
        ),
    )
    return listing.show("web/hooks/webhooks.html")


@company_page(Ability.MANAGE_COMPANY)
@require_http_methods(["GET", "POST"])
@once()
def webhook_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a new address, make it, and show its secret this once."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with saving(request) as use:
                made, secret = services.endpoint_make(
                    request.company, **form.cleaned_data, actor=request.user.username
                )
                use.address = reverse("webhook", args=[request.company.pk, made.pk])
        except InputError as error:
            _blame(form, error)
        else:
            return secret_shown(request, made, secret)
    return _form(request, form)


@company_page(Ability.MANAGE_COMPANY)
@require_http_methods(["GET", "POST"])
def webhook_edit(request: CompanyRequest, endpoint_id: int) -> HttpResponse:
    """Show the form of an address, and keep what was changed."""
    endpoint = endpoint_found(request, endpoint_id)
    known: dict[str, Any] = {"url": endpoint.url, "events": endpoint.events, "note": endpoint.note}
    form = EndpointForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            services.endpoint_change(endpoint, **form.cleaned_data, actor=request.user.username)
        except InputError as error:
            _blame(form, error)
        else:
            messages.success(request, translated("Saved."))
            return redirect("webhook", request.company.pk, endpoint.pk)
    return _form(request, form, endpoint)


def _blame(form: EndpointForm, error: InputError) -> None:
    form.add_error("url" if error.code.startswith("webhook-") else None, f"{error.message} {error.remedy}")


def _form(request: CompanyRequest, form: EndpointForm, endpoint: Endpoint | None = None) -> HttpResponse:
    known = {"form": form, "endpoint": endpoint}
    return render(request, "web/hooks/webhook_form.html", known, status=400 if form.errors else 200)


def secret_shown(request: CompanyRequest, endpoint: Endpoint, secret: str) -> HttpResponse:
    """Return the page that shows a secret this once."""
    answer = render(request, "web/hooks/webhook_secret.html", {"endpoint": endpoint, "secret": secret})
    answer["Cache-Control"] = "no-store"
    return answer


@company_page(Ability.MANAGE_COMPANY)
@require_POST
def webhook_rotate(request: CompanyRequest, endpoint_id: int) -> HttpResponse:
    """Make a new secret, and show it this once."""
    endpoint = endpoint_found(request, endpoint_id)
    return secret_shown(request, endpoint, services.endpoint_rotate(endpoint, request.user.username))


@company_page(Ability.MANAGE_COMPANY)
@require_POST
def webhook_pause(request: CompanyRequest, endpoint_id: int) -> HttpResponse:
    """Pause an address, or start it again."""
    endpoint, actor = endpoint_found(request, endpoint_id), request.user.username
    if request.POST.get("wish") == "start":
        services.endpoint_resume(endpoint, actor)
        messages.success(request, translated("It is sent to again. What was missed can be sent below."))
    else:
        services.endpoint_pause(endpoint, "person", actor)
        messages.success(request, translated("It is paused. What happens meanwhile is kept."))
    return redirect("webhook", request.company.pk, endpoint.pk)


@company_page(Ability.MANAGE_COMPANY)
@require_POST
def webhook_delete(request: CompanyRequest, endpoint_id: int) -> HttpResponse:
    """Take an address away."""
    endpoint = endpoint_found(request, endpoint_id)
    services.endpoint_delete(endpoint, request.user.username)
    messages.success(
        request, translated("%(url)s is deleted; nothing is sent there any more.") % {"url": endpoint.url}
    )
    return redirect("webhooks", request.company.pk)
