"""Pages for what cannot be shown: not found, not allowed, a form that is too old, an error of ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from closebook.apps.companies.abilities import ABILITIES, Ability
from closebook.apps.companies.models import Role
from closebook.apps.companies.role_words import ROLE_WORDS
from closebook.apps.qbo import views as protocol


def refused(request: HttpRequest, ability: Ability) -> HttpResponse:
    """Return the page that says which roles may do what was asked for."""
    roles = [ROLE_WORDS[role] for role in Role if ability in ABILITIES[role]]
    return render(request, "web/frame/refused.html", {"roles": roles}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that was sent too late or from elsewhere; what was typed is kept by the
    page.
    """
    return render(request, "web/frame/too_old.html", {"reason": reason}, status=403)


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django gives it by this name
) -> HttpResponse:
    """Return the page for an address that leads nowhere."""
    return render(request, "web/frame/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the protocol's fault to programs, and to people a page that asks nothing of the database."""
    if request.path.startswith(("/v3/", "/oauth2/", "/v1/", "/v2/")):
        return protocol.server_error(request)
    text = _(
        "Something went wrong on our side. Nothing was half done; the log of the server has the details."
    )
    return render(request, "web/frame/server_error.html", {"text": text}, status=500)
