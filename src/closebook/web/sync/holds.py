"""What waits for a person's word, and the words that were given, which can be taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Decision
from closebook.apps.sync.selectors.problems import decisions_of
from closebook.apps.sync.services.deciding import decision_forget
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.sync.errors import problems_page
from closebook.web.sync.outcome import linked, told
from closebook.web.sync.problem_words import WORDS, thing_of


@company_page(Ability.SEE_SYNC)
@require_safe
def holds(request: CompanyRequest) -> HttpResponse:
    """Show what is held, by cause, with the difference that is named."""
    return problems_page(request, held=True)


def _title(decision: Decision) -> str:
    return str(WORDS[decision.word].title) if decision.word in WORDS else decision.word


def _effect(decision: Decision) -> str:
    return str(WORDS[decision.word].effect) if decision.word in WORDS else ""


COLUMNS = (
    Column("about", _("About"), lambda decision: thing_of(decision.key), sort="key"),
    Column("word", _("Decided"), _title, sort="word"),
    Column("effect", _("What it does"), _effect),
    Column("connection", _("Connection"), lambda decision: decision.connection.name, sort="connection__name"),
    Column("at", _("When"), lambda decision: decision.made_at, kind="time", sort="made_at"),
    Column(
        "back",
        _("Take it back"),
        lambda _decision: translated("take it back …"),
        link=lambda decision: reverse("decision", args=[decision.connection.company_id, decision.pk]),
    ),
)


@company_page(Ability.SEE_SYNC)
@require_safe
def decisions(request: CompanyRequest) -> HttpResponseBase:
    """Show the words that are kept and stand for later plans."""
    listing = Listing(
        request,
        "decisions",
        decisions_of(request.company.pk),
        COLUMNS,
        search=("key", "word"),
        order=("-made_at",),
        empty=_("No word is kept. What you decide on a hold is remembered here and can be taken back."),
    )
    return listing.show("web/sync/decisions.html")


def _decision(request: CompanyRequest, decision_id: int) -> Decision:
    found = decisions_of(request.company.pk).filter(pk=decision_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.SEE_SYNC)
@require_safe
def decision(request: CompanyRequest, decision_id: int) -> HttpResponse:
    """Show one word that is kept, and what taking it back does."""
    kept = _decision(request, decision_id)
    facts = {"decision": kept, "thing": thing_of(kept.key), "word": _title(kept), "effect": _effect(kept)}
    return render(request, "web/sync/decision.html", facts)


@company_page(Ability.RUN_SYNC)
@require_POST
def decision_take_back(request: CompanyRequest, decision_id: int) -> HttpResponse:
    """Forget a word; what it answered is asked again."""
    kept = _decision(request, decision_id)
    with told(request):
        reopened = decision_forget(kept, request.user.username)
        said = linked(reverse("holds", args=[request.company.pk]), translated("see what is held"))
        words = translated("The word is forgotten; the next plan goes without it.")
        asked = translated("It is asked again:") if reopened else ""
        messages.success(request, format_html("{} {} {}", words, asked, said if asked else ""))
    return redirect("decisions", request.company.pk)
