"""The connections of a company, one of them with its files, and what can be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Run
from closebook.apps.sync.selectors.overview import Standing, standings
from closebook.apps.sync.services.planning import plan_make
from closebook.apps.sync.services.work import run_approve, run_enqueue
from closebook.connectors.registry import CONNECTORS
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.files import files_listing, pulled_take
from closebook.web.sync.scope import connection_of
from closebook.web.sync.words import REFUSALS, STANDING_TONES, STANDING_WORDS, connector_title, tell


@company_page(Ability.SEE_SYNC)
@require_safe
def connections(request: CompanyRequest) -> HttpResponse:
    """Show a card for each connection."""
    cards = [
        {"at": at, "connector": connector_title(at.connection.connector), **_in_words(at)}
        for at in standings(request.company)
    ]
    return render(request, "web/sync/connections.html", {"cards": cards, "connectors": CONNECTORS.values()})


@company_page(Ability.SEE_SYNC)
@require_safe
def connection(request: CompanyRequest, connection_id: int) -> HttpResponseBase:
    """Show a connection: how it stands, where files are handed in, and which were pulled."""
    chosen = connection_of(request, connection_id)
    [at] = standings(request.company, chosen.pk)
    facts = {
        "at": at,
        "connection": chosen,
        "connector": connector_title(chosen.connector),
        "streams": CONNECTORS[chosen.connector].info.streams if chosen.connector in CONNECTORS else (),
        **pulled_take(request, chosen),
        **_in_words(at),
    }
    return files_listing(request, chosen, facts).show("web/sync/connection.html")


def _in_words(at: Standing) -> dict[str, Any]:
    return {"words": STANDING_WORDS[at.state], "tone": STANDING_TONES[at.state]}


@company_page(Ability.RUN_SYNC)
@require_POST
def plan(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Plan what is new, and show the plan."""
    run = planned(request, connection_id)
    return redirect("run", request.company.pk, run.pk) if run else _back(request, connection_id)


@company_page(Ability.RUN_SYNC)
@require_POST
def sync_now(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Plan what is new, approve it and hand it to the worker in one go."""
    run = planned(request, connection_id)
    if run is None:
        return _back(request, connection_id)
    run_approve(run, request.user.get_username())
    run_enqueue(run)
    return redirect("run", request.company.pk, run.pk)


def planned(request: CompanyRequest, connection_id: int, only: frozenset[str] | None = None) -> Run | None:
    """Return a new plan; None with a message when there is none or when it was refused."""
    chosen = connection_of(request, connection_id)
    try:
        run = plan_make(chosen, only=only)
    except REFUSALS as error:
        tell(request, error)
        return None
    if run is None:
        messages.success(request, _("Nothing to do: the books hold what the files say."))
    return run


def _back(request: CompanyRequest, connection_id: int) -> HttpResponse:
    return redirect("connection", request.company.pk, connection_id)
