"""The connections of a company, one of them with its files, and what can be done with it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import LISTS, Connection, PreparationState
from closebook.apps.sync.selectors.overview import Standing, standings
from closebook.apps.sync.services.overlapping import FOUND
from closebook.apps.sync.services.preparing import preparation_begin
from closebook.apps.sync.services.service_access import access_of
from closebook.apps.sync.services.wishes import PLAN, Wish
from closebook.connectors.registry import CONNECTORS
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.sync.files import files_listing, pulled_take
from closebook.web.sync.preparation import redirect_to_result, under_way
from closebook.web.sync.scope import connection_of
from closebook.web.sync.service_access import can_pull
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
    if Connection.objects.filter(pk=connection_id, company=request.company, connector=LISTS).exists():
        return redirect("match_lists", request.company.pk)
    chosen = connection_of(request, connection_id)
    [at] = standings(request.company, chosen.pk)
    facts = {
        "at": at,
        "connection": chosen,
        "connector": connector_title(chosen.connector),
        "streams": CONNECTORS[chosen.connector].info.streams if chosen.connector in CONNECTORS else (),
        "preparing": under_way(request, chosen.pk),
        "pulls": can_pull(chosen),
        "access": access_of(chosen),
        **pulled_take(request, chosen),
        **_in_words(at),
    }
    return files_listing(request, chosen, facts).show("web/sync/connection.html")


def _in_words(at: Standing) -> dict[str, Any]:
    return {"words": STANDING_WORDS[at.state], "tone": STANDING_TONES[at.state]}


@company_page(Ability.RUN_SYNC)
@require_POST
def plan(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Have what is new planned, and show the plan."""
    return planned(request, connection_id)


@company_page(Ability.RUN_SYNC)
@require_POST
def sync_now(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Have what is new planned, approved and handed to the worker in one go."""
    return planned(request, connection_id, approve=True)


def planned(
    request: CompanyRequest, connection_id: int, only: Collection[str] = (), *, approve: bool = False
) -> HttpResponse:
    """Have a plan made, and lead to it, to its progress, or back to the connection with a message."""
    chosen = connection_of(request, connection_id)
    wish = Wish(chosen, PLAN, request.user.get_username(), only=only, approve=approve)
    return prepared(request, wish, redirect("connection", request.company.pk, chosen.pk))


def prepared(request: CompanyRequest, wish: Wish, otherwise: HttpResponse) -> HttpResponse:
    """Begin some work and lead to its result or progress; ``otherwise``, with a message, when it was refused
    at once.
    """
    try:
        made = preparation_begin(wish)
    except REFUSALS as error:
        tell(request, error)
        return _after_refusal(request, wish, otherwise)
    if made.state == PreparationState.REFUSED:
        messages.error(request, said(f"{made.error['message']} {made.error['remedy']}".strip()))
        return _after_refusal(request, wish, otherwise)
    return redirect_to_result(request, made)


def _after_refusal(request: CompanyRequest, wish: Wish, otherwise: HttpResponse) -> HttpResponse:
    """Lead to the question before the first plan, where it is still to be answered."""
    if wish.kind == PLAN and connection_of(request, wish.connection.pk).foreign == FOUND:
        return redirect("connection_overlap", request.company.pk, wish.connection.pk)
    return otherwise
