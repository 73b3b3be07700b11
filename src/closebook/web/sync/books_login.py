"""Where a company's books are: the login at QuickBooks with its end, its calls and its switches."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.selectors.books_login import METERED_MOST, Login, keys_known, login_of
from closebook.apps.sync.services.app_keys import WEBHOOK_PATH, redirect_uri
from closebook.apps.sync.services.books_login import batches_set, books_disconnect
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.outcome import told


@company_page(Ability.SEE_SYNC)
@require_safe
def books_login(request: CompanyRequest) -> HttpResponse:
    """Show how the books are reached, until when, and how many calls that took."""
    login = login_of(request.company, clock.now())
    facts: dict[str, Any] = {
        "login": login,
        "keys": keys_known(request.company),
        "most": METERED_MOST,
        "state": _state(login),
        "webhook": redirect_uri().rpartition("/quickbooks/")[0] + WEBHOOK_PATH,
    }
    return render(request, "web/sync/books_login.html", facts)


def _state(login: Login | None) -> dict[str, str]:
    """Return the state of the login in words, and which tone it has."""
    if login is None or not login.elsewhere:
        return {"words": _("embedded"), "state": "done"}
    if login.access.broken:
        return {"words": _("connect again"), "state": "failed"}
    if login.days <= 30:
        return {"words": _("ends soon"), "state": "held"}
    return {"words": _("connected"), "state": "done"}


@company_page(Ability.MANAGE_COMPANY)
@require_POST
def books_disconnect_it(request: CompanyRequest) -> HttpResponse:
    """End the login at QuickBooks."""
    with told(request):
        if books_disconnect(request.company, request.user.get_username()):
            messages.success(request, _("Disconnected. What was posted stays; connecting again goes on."))
        else:
            messages.warning(
                request,
                _("The tokens are forgotten here, but Intuit did not answer. End the access there as well."),
            )
    return redirect("books_login", request.company.pk)


@company_page(Ability.CHANGE_CONNECTIONS)
@require_POST
def books_batches(request: CompanyRequest) -> HttpResponse:
    """Send records thirty at a time, or each by itself."""
    on = request.POST.get("batches") == "on"
    batches_set(request.company, request.user.get_username(), on=on)
    said = _("Records are sent thirty at a time.") if on else _("Each record is sent by itself.")
    messages.success(request, said)
    return redirect("books_login", request.company.pk)
