"""Contracts: listed, offered, changed by new terms, signed by the assistant."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.selectors.desk import assistants_of, contracts_seen
from closebook.apps.workforce.services import contracts as services
from closebook.core.errors import ConflictError, InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.work.desk_forms import ContractForm, TermForm
from closebook.web.work.scope import contract_of, manages
from closebook.web.work.words import EVIDENCE_WORDS, WORK_STATES

COLUMNS = (
    Column(
        "title",
        _("Title"),
        lambda row: row.title,
        link=lambda row: reverse("contract", args=[row.company_id, row.pk]),
        sort="title",
    ),
    Column("person", _("Assistant"), lambda row: row.person.username, sort="person__username"),
    Column("state", _("State"), lambda row: WORK_STATES[row.state], sort="state"),
)


@company_page(Ability.DO_TASKS)
@require_safe
def contracts(request: CompanyRequest) -> HttpResponseBase:
    """Show the contracts that the person may see."""
    listing = Listing(
        request,
        "contracts",
        contracts_seen(request.company, request.user, manages=manages(request)),
        COLUMNS,
        search=("title", "person__username"),
        empty=_(
            "No contract yet. Invite somebody with the role assistant, then offer a contract: it holds once"
            " both of you have signed."
        ),
    )
    return listing.show("web/work/contracts.html")


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def contract_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a contract, and offer it."""
    people, currency = assistants_of(request.company), request.company.home_currency
    form = ContractForm(request.POST or None, currency=currency, assistants=people)
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "currency": currency}
        person = next(each for each in people if str(each.pk) == facts["person"])
        made = services.contract_offer(request.company, person, facts, request.user)
        return redirect("contract", request.company.pk, made.pk)
    facts = {"form": form, "people": people}
    return render(request, "web/work/contract_form.html", facts, status=400 if form.errors else 200)


@company_page(Ability.DO_TASKS)
@require_safe
def contract(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Show a contract with its terms, the newest first."""
    found = contract_of(request, contract_id)
    terms = found.terms.prefetch_related("rates").order_by("-version")
    facts = {
        "contract": found,
        "state": WORK_STATES[found.state],
        "terms": [(term, EVIDENCE_WORDS[term.evidence]) for term in terms],
        "mine": found.person_id == request.user.pk,
    }
    return render(request, "web/work/contract.html", facts)


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def term_new(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Show the form of a new term, and offer it."""
    found = contract_of(request, contract_id)
    form = TermForm(request.POST or None, currency=found.currency)
    if request.method == "POST" and form.is_valid():
        services.term_offer(found, form.cleaned_data, request.user)
        return redirect("contract", request.company.pk, found.pk)
    facts = {"form": form, "contract": found, "people": [found.person]}
    return render(request, "web/work/contract_form.html", facts, status=400 if form.errors else 200)


@company_page(Ability.DO_TASKS)
@require_POST
def term_signed(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Sign a term as its assistant."""
    found, number = contract_of(request, contract_id), request.POST.get("term", "")
    term = found.terms.select_related("contract").filter(pk=number if number.isdecimal() else 0).first()
    if term is None:
        raise Http404
    try:
        services.term_sign(term, request.user)
    except (InputError, ConflictError) as error:
        messages.error(request, said(error))
    return redirect("contract", request.company.pk, found.pk)
