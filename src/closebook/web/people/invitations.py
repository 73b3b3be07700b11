"""Inviting people: the open invitations of a company, and making, sending again and withdrawing one."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Invitation, Role
from closebook.apps.companies.role_words import ROLE_WORDS, roles_explained
from closebook.apps.companies.selectors.people import invitations_open
from closebook.apps.companies.services.invitations import (
    Invited,
    invitation_make,
    invitation_renew,
    invitation_withdraw,
)
from closebook.apps.companies.services.people_mails import invitation_link, invitation_mail, shown_name
from closebook.core.errors import ConflictError, InputError, RetryError
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.once import once, saving
from closebook.web.kit.said import said
from closebook.web.people.forms import InvitationForm


@company_page(Ability.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
@once()
@never_cache
def invitations(request: CompanyRequest) -> HttpResponse:
    """Show the open invitations with a form for another one, and make it."""
    form = InvitationForm(request.POST or None, initial={"language": translation.get_language()})
    if request.method == "POST" and form.is_valid():
        email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
        try:
            with saving(request) as use:
                made = invitation_make(
                    request.company, email, role, actor=request.user, language=form.cleaned_data["language"]
                )
                use.address = reverse("invitations", args=[request.company.pk])
        except InputError as error:
            form.add_error("email", said(error))
        else:
            return _sent(request, made)
    facts = {
        "form": form,
        "rows": _rows(request),
        "server": settings.CLOSEBOOK_MAIL_SERVER,
        "roles": roles_explained(),
    }
    return render(request, "web/people/invitations.html", facts, status=400 if form.errors else 200)


def _rows(request: CompanyRequest) -> list[dict[str, object]]:
    """Return the open invitations as the page shows them."""
    now = clock.now()
    return [
        {
            "invitation": each,
            "role": ROLE_WORDS[Role(each.role)],
            "by": shown_name(each.invited_by),
            "expired": each.expires_at <= now,
        }
        for each in invitations_open(request.company)
    ]


def _sent(request: CompanyRequest, made: Invited) -> HttpResponse:
    """Send the mail and say so; without a mail server, or when it fails, show the link, once."""
    problem = ""
    try:
        invitation_mail(made)
    except RetryError as error:
        problem = said(error)
    if settings.CLOSEBOOK_MAIL_SERVER and not problem:
        text = _("The invitation is on its way to %(email)s.") % {"email": made.invitation.email}
        messages.success(request, text)
        return redirect("invitations", request.company.pk)
    facts = {
        "invitation": made.invitation,
        "link": invitation_link(made),
        "problem": problem,
        "folder": settings.EMAIL_FILE_PATH,
    }
    return render(request, "web/people/invited.html", facts)


@company_page(Ability.MANAGE_PEOPLE)
@require_POST
@never_cache
def invitation_again(request: CompanyRequest, invitation_id: int) -> HttpResponse:
    """Send an invitation again, with a new link and seven more days."""
    try:
        made = invitation_renew(request.company, invitation_id, actor=request.user)
    except Invitation.DoesNotExist:
        raise Http404 from None
    except ConflictError as error:
        messages.error(request, said(error))
        return redirect("invitations", request.company.pk)
    return _sent(request, made)


@company_page(Ability.MANAGE_PEOPLE)
@require_POST
def invitation_end(request: CompanyRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation; its link ends to work at once."""
    try:
        gone = invitation_withdraw(request.company, invitation_id, actor=request.user)
    except Invitation.DoesNotExist:
        raise Http404 from None
    except ConflictError as error:
        messages.error(request, said(error))
    else:
        text = _("The invitation of %(email)s is withdrawn; its link no longer works.")
        messages.success(request, text % {"email": gone.email})
    return redirect("invitations", request.company.pk)
