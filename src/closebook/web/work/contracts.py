"""Contracts: listed, offered, changed by new terms, signed by the assistant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Person
from closebook.apps.workforce.models import Agency, Application, Contract, Milestone, Term
from closebook.apps.workforce.selectors.desk import assistants_of, contracts_seen
from closebook.apps.workforce.selectors.finding import application_in
from closebook.apps.workforce.services import contracts as services
from closebook.apps.workforce.services.contract_life import MOVES, tasks_open
from closebook.core.errors import ConflictError, InputError
from closebook.core.workforce.states import CONTRACT, MILESTONE, Who
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.work.desk_forms import ContractForm, MilestoneForm, TermForm
from closebook.web.work.scope import contract_of, manages
from closebook.web.work.words import (
    CONTRACT_MOVES,
    EVIDENCE_WORDS,
    IDLE_WORDS,
    KIND_WORDS,
    MILESTONE_MOVES,
    WORK_STATES,
)

TERM_FACTS = ("evidence", "idle_policy", "away_seconds", "review_days", "cap_minutes", "cap_minor")

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


def _hired(request: CompanyRequest) -> Application | None:
    number = request.GET.get("application", "")
    found = application_in(request.company, int(number)) if re.fullmatch(r"[0-9]{1,15}", number) else None
    return found if found and found.state == "hired" else None


def _initial(hired: Application | None, people: list[Person]) -> dict[str, Any]:
    """Return what a contract takes from the application of the person who was hired."""
    if hired is None:
        return {}
    email = hired.candidate.email.lower()
    person = next((each.pk for each in people if each.email.lower() == email), None)
    rate = hired.wish_minor if hired.wish_minor is not None else hired.posting.low_minor
    return {
        "title": hired.posting.title,
        "person": person,
        "zone": hired.candidate.zone,
        "hourly_minor": rate,
    }


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def contract_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a contract, and offer it."""
    people, currency = assistants_of(request.company), request.company.home_currency
    hired = _hired(request)
    agencies = {str(one.pk): one for one in Agency.objects.filter(company=request.company).order_by("name")}
    form = ContractForm(
        request.POST or None, currency=currency, assistants=people, agencies=agencies.values(),
        initial=_initial(hired, people),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        facts = {**form.cleaned_data, "currency": currency, "candidate": hired.candidate if hired else None}
        facts["agency"] = agencies.get(facts.get("agency", ""))
        person = next(each for each in people if str(each.pk) == facts["person"])
        made = services.contract_offer(request.company, person, facts, request.user)
        return redirect("contract", request.company.pk, made.pk)
    facts = {"form": form, "people": people}
    return render(request, "web/work/contract_form.html", facts, status=400 if form.errors else 200)


@company_page(Ability.DO_TASKS)
@require_safe
def contract(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Show a contract with its terms, the newest first, and its milestones."""
    found = contract_of(request, contract_id)
    return contract_shown(request, found, MilestoneForm(currency=found.currency))


def contract_shown(request: CompanyRequest, found: Contract, form: MilestoneForm) -> HttpResponse:
    """Return the page of a contract, with the form of a milestone."""
    terms = found.terms.prefetch_related("rates").order_by("-version")
    side = side_of(request, found)
    moves = [word for word in CONTRACT.moves_from(found.state, side) if word in MOVES]
    facts = {
        "contract": found,
        "state": WORK_STATES[found.state],
        "terms": [_term_words(term, newest=number == 0) for number, term in enumerate(terms)],
        "mine": side is Who.ASSISTANT,
        "may_change": found.state in services.CHANGEABLE,
        "moves": [
            (word, CONTRACT_MOVES[word], CONTRACT.moves[found.state, word].reason)
            for word in moves
            if (found.state, word) != ("offered", "active")
        ],
        "unfinished": [(row, WORK_STATES[row.state]) for row in tasks_open(found) if found.state == "ending"],
        "milestones": [_milestone_words(row, side) for row in found.milestones.order_by("pk")],
        "form": form,
    }
    request.place = "contracts"
    return render(request, "web/work/contract.html", facts, status=400 if form.errors else 200)


def _term_words(term: Term, *, newest: bool) -> dict[str, Any]:
    rates = sorted(term.rates.all(), key=lambda rate: rate.kind)
    return {
        "term": term,
        "open": newest and not term.assistant_signed_at,
        "replaced": not newest and not term.assistant_signed_at,
        "evidence": EVIDENCE_WORDS[term.evidence],
        "idle": IDLE_WORDS[term.idle_policy],
        "rates": [(rate, KIND_WORDS.get(rate.kind, rate.kind)) for rate in rates],
    }


def _milestone_words(row: Milestone, side: Who) -> dict[str, Any]:
    words = MILESTONE.moves_from(row.state, side)
    return {
        "row": row,
        "state": WORK_STATES[row.state],
        "moves": [(word, MILESTONE_MOVES[word]) for word in words if word in MILESTONE_MOVES],
        "may_release": "released" in words,
        "left": row.amount_minor - row.released_minor,
    }


def side_of(request: CompanyRequest, found: Contract) -> Who:
    """Return on which side of a contract the person stands."""
    return Who.ASSISTANT if found.person_id == request.user.pk else Who.COMPANY


def _known(found: Contract) -> dict[str, Any]:
    """Return the newest terms as a form shows them, so that a change starts from what holds."""
    term = found.terms.order_by("-version").first()
    if term is None:
        return {}
    known = {name: getattr(term, name) for name in TERM_FACTS}
    for rate in term.rates.all():
        known[f"rate_{rate.kind}" if rate.kind else "hourly_minor"] = rate.hourly_minor
    return known


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def term_new(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Show the form of a new term, and offer it."""
    found = contract_of(request, contract_id)
    form = TermForm(request.POST or None, currency=found.currency, initial=_known(found))
    if request.method == "POST" and form.is_valid():
        try:
            services.term_offer(found, form.cleaned_data, request.user)
        except InputError as error:
            form.add_error(None, said(error))
        else:
            return redirect("contract", request.company.pk, found.pk)
    facts = {"form": form, "contract": found, "people": [found.person]}
    return render(request, "web/work/contract_form.html", facts, status=400 if form.errors else 200)


@company_page(Ability.DO_TASKS)
@require_POST
def term_signed(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Sign a term as its assistant."""
    return _term_done(request, contract_id, lambda term: services.term_sign(term, request.user))


@company_page(Ability.DO_TASKS)
@require_POST
def term_dropped(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Take an offered change back, or decline it."""
    return _term_done(request, contract_id, lambda term: services.term_drop(term, request.user.username))


def _term_done(request: CompanyRequest, contract_id: int, act: Callable[[Term], None]) -> HttpResponse:
    found, number = contract_of(request, contract_id), request.POST.get("term", "")
    known = number if number.isdecimal() and len(number) < 16 else 0
    term = found.terms.select_related("contract").filter(pk=known).first()
    if term is None:
        raise Http404
    try:
        act(term)
    except (InputError, ConflictError) as error:
        messages.error(request, said(error))
    return redirect("contract", request.company.pk, found.pk)
