"""Accepting an invitation: who holds its link makes an account, or joins with the one they have."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.models import Invitation, Role
from closebook.apps.companies.role_words import ROLE_WORDS
from closebook.apps.companies.services.invitations import (
    invitation_accept,
    invitation_accept_new,
    invitation_found,
)
from closebook.apps.companies.services.people_mails import shown_name
from closebook.core.errors import InputError
from closebook.web.frame.access import public
from closebook.web.kit.said import said
from closebook.web.people.forms import AccountForm
from closebook.web.people.welcome import BACKEND

_OVER = {
    "invitation-unknown": (
        404,
        _("This link is not that of an invitation"),
        _("Open the whole link of the newest mail; a line break may have cut it."),
    ),
    "invitation-used": (410, _("This invitation was accepted already"), _("Sign in instead.")),
    "invitation-withdrawn": (410, _("This invitation was withdrawn"), _("Ask an owner for a new one.")),
    "invitation-expired": (410, _("This invitation has expired"), _("Ask an owner to send it again.")),
    "already-member": (
        400,
        _("You are a member already"),
        _("The invitation stays open for the person whom it is meant for."),
    ),
}
"""Why a link offers nothing: status, heading and what to do, by the code of the error."""


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, invitation_id: int, token: str) -> HttpResponse:
    """Show what is offered and take it up; a link that offers nothing says why."""
    try:
        found = invitation_found(invitation_id, token)
        if request.user.is_authenticated:
            return _join(request, found, token)
        return _begin(request, found, token)
    except InputError as error:
        status, title, text = _OVER[error.code]
        facts = {"over_title": title, "over_text": text}
        return render(request, "web/people/invitation_over.html", facts, status=status)


def _join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """Ask somebody who is signed in whether they join with this account, and let them."""
    if request.method == "POST":
        member = invitation_accept(found.pk, token, request.user)  # type: ignore[arg-type]  # is signed in
        return redirect("home", member.company_id)
    return render(request, "web/people/invitation.html", _facts(request, found))


def _begin(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """Let somebody make an account, and sign them in with it."""
    suggested = found.email.partition("@")[0]
    form = AccountForm(request.POST or None, email=found.email, initial={"username": suggested})
    if request.method == "POST" and form.is_valid():
        try:
            person = invitation_accept_new(
                found.pk,
                token,
                username=form.cleaned_data["username"],
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                language=translation.get_language() or "",
            )
        except InputError as error:
            if error.code != "address-known":
                raise
            form.add_error(None, said(error))
        else:
            login(request, person, backend=BACKEND)
            return redirect("home", found.company_id)
    facts = {**_facts(request, found), "form": form}
    return render(request, "web/people/invitation.html", facts, status=400 if form.errors else 200)


def _facts(request: HttpRequest, found: Invitation) -> dict[str, object]:
    return {
        "invitation": found,
        "role": ROLE_WORDS[Role(found.role)],
        "by": shown_name(found.invited_by),
        "here": request.path,
    }
