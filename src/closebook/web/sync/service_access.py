"""How a connection reaches its service: a token, or the keys of one's own app and consent; fetching, and
webhooks.
"""

from __future__ import annotations

import hmac
import secrets

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Connection, ServiceAccess
from closebook.apps.sync.services import service_access as service
from closebook.apps.sync.services.pulling import call_take, service_pull
from closebook.connectors.base import Ability as Can
from closebook.connectors.base import App, Call
from closebook.connectors.registry import CONNECTORS
from closebook.core.errors import ClosebookError, InputError
from closebook.web.frame.access import CompanyRequest, company_page, public
from closebook.web.sync.scope import connection_of
from closebook.web.sync.words import REFUSALS, connector_title, tell

_MOST_BYTES = 1_000_000


class TokenForm(forms.Form):
    """A person's own token."""

    token = forms.CharField(
        label=_("Access token"),
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("From the service's developer page. It is kept encrypted and never shown again."),
    )
    place = forms.CharField(
        label=_("Address"),
        max_length=300,
        required=False,
        help_text=_("Empty is the service itself; sandbox is its place for trials."),
    )


class AppForm(forms.Form):
    """The keys of one's own app at the service."""

    client_id = forms.CharField(label=_("Application ID"), max_length=200)
    client_secret = forms.CharField(
        label=_("Application secret"),
        max_length=400,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    place = forms.CharField(label=_("Address"), max_length=300, required=False)


class KeyForm(forms.Form):
    """The key that signs the service's calls."""

    key = forms.CharField(
        label=_("Signature key of the webhook"), max_length=200, widget=forms.PasswordInput, required=False
    )


def can_pull(connection: Connection) -> bool:
    """Tell whether a connection's connector fetches from a service."""
    known = CONNECTORS.get(connection.connector)
    return known is not None and Can.PULL in known.info.abilities


def _pulling(request: CompanyRequest, connection_id: int) -> Connection:
    chosen = connection_of(request, connection_id)
    if not can_pull(chosen):
        raise Http404
    return chosen


def _own(path: str) -> str:
    """Return an address of this site as other services know it."""
    return str(settings.CLOSEBOOK_BASE_URL).rstrip("/") + path


def _back_address(chosen: Connection) -> str:
    return _own(reverse("connection_consent", args=[chosen.company_id, chosen.pk]))


def _hook_address(chosen: Connection) -> str:
    return _own(reverse("service_call", args=[chosen.pk]))


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def access(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Show how the service is reached, and take a token, the keys of an app or the key of webhooks."""
    chosen = _pulling(request, connection_id)
    sent = {"token": TokenForm, "app": AppForm, "key": KeyForm}
    chosen_form = request.POST.get("form", "")
    made = {
        name: form(request.POST if name == chosen_form else None, auto_id=f"{name}_%s")
        for name, form in sent.items()
    }
    if request.method == "POST" and chosen_form in made and made[chosen_form].is_valid():
        try:
            _take(request, chosen, chosen_form, made[chosen_form].cleaned_data)
        except REFUSALS as error:
            tell(request, error)
        return redirect("connection_access", request.company.pk, chosen.pk)
    return render(request, "web/sync/access.html", _facts(request, chosen, made), status=_status(made))


def _status(made: dict[str, forms.Form]) -> int:
    return 400 if any(form.errors for form in made.values()) else 200


def _take(request: CompanyRequest, chosen: Connection, name: str, typed: dict[str, str]) -> None:
    who = request.user.get_username()
    if name == "token":
        service.token_save(chosen, typed["token"], typed["place"], who)
        messages.success(request, _("The token is kept. The first fetch begins within a minute."))
    elif name == "app":
        service.app_save(chosen, App(typed["client_id"], typed["client_secret"]), typed["place"])
        messages.success(request, _("The keys are kept. Now let Closebook in at the service."))
    else:
        ServiceAccess.objects.filter(connection=chosen).update(webhook_key=typed["key"].strip())
        messages.success(request, _("The key is kept: the service's calls are believed from now on."))


def _facts(request: CompanyRequest, chosen: Connection, made: dict[str, forms.Form]) -> dict[str, object]:
    kept = service.access_of(chosen)
    title = connector_title(chosen.connector)
    return {
        "connection": chosen,
        "title": title,
        "access": kept,
        "forms": made,
        "consent": _consent_url(request, chosen, kept),
        "back": _back_address(chosen),
        "hook": _hook_address(chosen),
    }


def _consent_url(request: CompanyRequest, chosen: Connection, kept: ServiceAccess | None) -> str:
    """Return the address at which a person lets the app in, "" before there is an app."""
    if kept is None or not kept.client_id:
        return ""
    slot = f"consent-{chosen.pk}"
    state = str(request.session.get(slot) or secrets.token_urlsafe(24))
    request.session[slot] = state
    app = App(kept.client_id, kept.client_secret, _back_address(chosen))
    return service.pulling_connector(chosen).consent_url(kept.base_url, app, state)


@company_page(Ability.CHANGE_CONNECTIONS)
@require_safe
def consent(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Take the code with which the service sends a person back."""
    chosen = _pulling(request, connection_id)
    expected = str(request.session.pop(f"consent-{chosen.pk}", ""))
    given, code = request.GET.get("state", ""), request.GET.get("code", "")
    try:
        if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
            words = translated("The answer does not belong to this request.")
            raise InputError("state-mismatch", words, remedy=translated("Start again."))
        if not code:
            words = translated("The service did not let Closebook in.")
            raise InputError("declined", words, remedy=translated("Connect again and allow access."))
        service.consent_take(chosen, code, _back_address(chosen), request.user.get_username())
        messages.success(request, _("Connected. The first fetch begins within a minute."))
    except ClosebookError as error:
        tell(request, error)
    return redirect("connection_access", request.company.pk, chosen.pk)


@company_page(Ability.CHANGE_CONNECTIONS)
@require_POST
def drop(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Forget the credentials; what was fetched stays."""
    chosen = _pulling(request, connection_id)
    service.access_drop(chosen, request.user.get_username())
    messages.success(request, _("The credentials are forgotten. What was fetched stays."))
    return redirect("connection_access", request.company.pk, chosen.pk)


@company_page(Ability.RUN_SYNC)
@require_POST
def fetch(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Fetch what is new: at once, but for the first time, which is left to the worker."""
    chosen = _pulling(request, connection_id)
    kept = service.access_of(chosen)
    if kept is not None and not kept.state:
        ServiceAccess.objects.filter(pk=kept.pk).update(wanted=True)
        messages.success(request, _("The worker fetches everything; this page shows when it is there."))
        return redirect("connection", request.company.pk, chosen.pk)
    try:
        pulled = service_pull(chosen)
        words = translated("{new} new and {changed} changed records were fetched.")
        messages.success(request, words.format(new=pulled.new, changed=pulled.changed))
    except REFUSALS as error:
        tell(request, error)
    return redirect("connection", request.company.pk, chosen.pk)


@csrf_exempt
@public
@require_POST
def call(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Take a call of a service: 200 when it is genuine, 403 otherwise; nothing is read before that is
    known.
    """
    size = request.headers.get("Content-Length", "0")
    if not size.isdecimal() or int(size) > _MOST_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): text for name, text in request.headers.items()}
    address = _own(reverse("service_call", args=[connection_id]))
    genuine = call_take(connection_id, Call(address, headers, request.body))
    return HttpResponse(status=200 if genuine else 403)
