"""Connecting books at Intuit: keys of one's own app, the way to the consent page, and the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from closebook.apps.companies.abilities import Ability, abilities_of
from closebook.apps.companies.selectors.memberships import membership_in
from closebook.apps.sync.selectors.books_login import keys_known
from closebook.apps.sync.services.app_keys import (
    WEBHOOK_PATH,
    keys_save,
    redirect_problem,
    redirect_uri,
)
from closebook.apps.sync.services.books_login import books_connect, consent_url
from closebook.apps.sync.services.environments import DEVELOPMENT, ENVIRONMENTS, PRODUCTION
from closebook.connectors.quickbooks.oauth import callback_code, new_state
from closebook.core.errors import ClosebookError, InvariantError, LoginError
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, PersonRequest, company_page, signed_in
from closebook.web.sync.outcome import told

_STATES = "quickbooks_states"
_STATE_SECONDS = 1800
_MOST_STATES = 5
PROBLEMS = {
    "not-https": gettext_lazy(
        "Intuit takes only addresses that begin with https. Serve the site under https and set"
        " CLOSEBOOK_BASE_URL to that address."
    ),
    "localhost": gettext_lazy(
        "Intuit takes localhost for development only. Give the site a name of its own with https and set"
        " CLOSEBOOK_BASE_URL to it."
    ),
    "ip-address": gettext_lazy(
        "Intuit takes no number for an address. Set CLOSEBOOK_BASE_URL to a name; for development"
        " http://localhost with the port will do."
    ),
}


class KeysForm(forms.Form):
    """The keys of an app. Secrets that are kept are not shown; left empty they stay."""

    client_id = forms.CharField(label=gettext_lazy("Client ID"), max_length=120)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        max_length=120,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Stored encrypted, and never shown again. Leave it empty to keep it."),
    )
    verifier_token = forms.CharField(
        label=gettext_lazy("Verifier token of the webhooks"),
        max_length=120,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Optional: with it, changes in QuickBooks are known within minutes."),
    )


@company_page(Ability.MANAGE_COMPANY)
@require_http_methods(["GET", "POST"])
def books_keys(request: CompanyRequest, environment: str) -> HttpResponse:
    """Explain where the keys are found, and keep them once Intuit accepts them."""
    if environment not in ENVIRONMENTS:
        raise Http404
    known = keys_known(request.company).get(environment)
    initial = {"client_id": known.client_id} if known else {}
    form = KeysForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _kept(request, environment, form):
        return redirect("books_consent", request.company.pk, environment)
    address = redirect_uri()
    problem = redirect_problem(environment, address)
    facts: dict[str, Any] = {
        "form": form,
        "environment": environment,
        "production": environment == PRODUCTION,
        "other": DEVELOPMENT if environment == PRODUCTION else PRODUCTION,
        "redirect_uri": address,
        "webhook": address.rpartition("/quickbooks/")[0] + WEBHOOK_PATH,
        "problem": PROBLEMS.get(problem, ""),
        "known": known,
    }
    return render(request, "web/sync/books_keys.html", facts, status=400 if form.errors else 200)


def _kept(request: CompanyRequest, environment: str, form: KeysForm) -> bool:
    """Keep the keys; what is wrong with them stands in the form."""
    typed = form.cleaned_data
    try:
        keys_save(request.company, environment, actor=request.user.get_username(), **typed)
    except ClosebookError as error:
        if isinstance(error, InvariantError):
            raise
        form.add_error("client_id", f"{error.message} {error.remedy}".strip())
        return False
    return True


@company_page(Ability.MANAGE_COMPANY)
@require_safe
def books_consent(request: CompanyRequest, environment: str) -> HttpResponse:
    """Show what happens next, with the link to Intuit's consent page."""
    if environment not in ENVIRONMENTS:
        raise Http404
    state = new_state()
    with told(request):
        address = consent_url(request.company, environment, state)
        kept = dict(list(request.session.get(_STATES, {}).items())[1 - _MOST_STATES :])
        now = int(clock.now().timestamp())
        request.session[_STATES] = {**kept, state: [request.company.pk, environment, now]}
        facts = {"address": address, "environment": environment, "production": environment == PRODUCTION}
        return render(request, "web/sync/books_consent.html", facts)
    return redirect("books_keys", request.company.pk, environment)


@signed_in
@require_safe
def books_callback(request: PersonRequest) -> HttpResponseBase:
    """Take what the consent page answers: for the browser and company that asked, once."""
    states = request.session.get(_STATES, {})
    state = request.GET.get("state", "")
    asked = states.pop(state, None)
    request.session[_STATES] = states
    if asked is None or clock.now().timestamp() - asked[2] > _STATE_SECONDS:
        return render(request, "web/sync/books_callback.html", status=400)
    company_id, environment, _at = asked
    membership = membership_in(request.user, company_id)
    if membership is None or Ability.MANAGE_COMPANY not in abilities_of(membership.role):
        raise Http404
    params = {name: str(value) for name, value in request.GET.items()}
    try:
        code, realm_id = callback_code(params, state)
        company = membership.company
        manners = books_connect(company, environment, code, realm_id, request.user.get_username())
    except InvariantError:
        raise
    except LoginError as error:
        declined = error.code == "declined"
        said = _("QuickBooks was not connected: access was not allowed.") if declined else error.message
        messages.error(request, f"{said} {error.remedy}".strip())
        return redirect("books_login", company_id)
    except ClosebookError as error:
        messages.error(request, f"{error.message} {error.remedy}".strip())
        return redirect("books_login", company_id)
    messages.success(request, _("Connected to {books}.").format(books=manners.name or realm_id))
    return redirect("books_login", company_id)
