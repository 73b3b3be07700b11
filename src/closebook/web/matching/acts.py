"""What the desk's buttons do: match, add, ignore and undo, for one row or those that are ticked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.matching.models import MatchAct, MatchList, RowState
from closebook.apps.matching.services.deciding import (
    act_undo,
    jobs_ignore,
    rows_add,
    rows_ignore,
    rows_match,
    rows_reopen,
)
from closebook.apps.sync.services.match_reading import name_finder
from closebook.core.errors import InputError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.numbers import number_of
from closebook.web.kit.undo import offer_undo
from closebook.web.matching.scope import list_of
from closebook.web.sync.words import REFUSALS, tell


@company_page(Ability.RUN_SYNC)
@require_POST
def match_decide(request: CompanyRequest, list_id: int) -> HttpResponse:
    """Carry out a button: ``one`` is row:word for a row's own, ``word`` goes for all that are ticked."""
    match_list = list_of(request, list_id)
    number, _colon, word = request.POST.get("one", "").partition(":")
    ticked = [number] if word else request.POST.getlist("row")
    try:
        rows = [number_of(one) for one in ticked]
        act = _done(request, match_list, word or request.POST.get("word", ""), rows)
    except REFUSALS as error:
        tell(request, error)
    else:
        undo_offer(request, match_list, act)
    return redirect(_back(request, match_list))


def _done(request: CompanyRequest, match_list: MatchList, word: str, rows: list[int]) -> MatchAct:
    actor = request.user.get_username()
    if word == "match":
        found = match_list.rows.filter(pk__in=rows)
        partner = request.POST.get("partner", "")
        pairs = [(row.pk, partner or row.proposed_id) for row in found if partner or row.proposed_id]
        return rows_match(match_list, pairs, actor)
    if word == "add":
        with name_finder(request.company, match_list.kind, len(rows)) as who:
            return rows_add(match_list, rows, actor, who)
    if word == "add-all":
        waiting = list(match_list.rows.filter(state=RowState.OPEN, job=False).values_list("pk", flat=True))
        with name_finder(request.company, match_list.kind, len(waiting)) as who:
            return rows_add(match_list, waiting, actor, who)
    if word == "ignore":
        return rows_ignore(match_list, rows, actor)
    if word == "ignore-jobs":
        return jobs_ignore(match_list, actor)
    if word == "undo":
        return rows_reopen(match_list, rows, actor)
    raise InputError("not-a-word", _("Nothing was chosen."), remedy=_("Press one of the buttons."))


def undo_offer(request: CompanyRequest, match_list: MatchList, act: MatchAct) -> None:
    """Say what was done, with a button that takes it back."""
    count = len(act.before)
    texts = {
        RowState.MATCHED: ngettext("%(n)d is matched.", "%(n)d are matched.", count),
        RowState.ADDED: ngettext("%(n)d is marked to be added.", "%(n)d are marked to be added.", count),
        RowState.IGNORED: ngettext("%(n)d is left out.", "%(n)d are left out.", count),
        RowState.OPEN: ngettext("%(n)d is open again.", "%(n)d are open again.", count),
    }
    address = reverse("match_undo", args=[request.company.pk, match_list.pk])
    offer_undo(request, texts[RowState(act.word)] % {"n": count}, address, {"act": str(act.pk)})


@company_page(Ability.RUN_SYNC)
@require_POST
def match_undo(request: CompanyRequest, list_id: int) -> HttpResponse:
    """Take a decision back whole."""
    match_list = list_of(request, list_id)
    number = request.POST.get("act", "")
    act = get_object_or_404(MatchAct, pk=number_of(number), match_list=match_list)
    try:
        count = act_undo(act, request.user.get_username())
    except REFUSALS as error:
        tell(request, error)
    else:
        text = ngettext("%(n)d row is as it was.", "%(n)d rows are as they were.", count)
        messages.success(request, text % {"n": count})
    return redirect(_back(request, match_list))


def _back(request: CompanyRequest, match_list: MatchList) -> str:
    """Return the page that the form came from, on this site only."""
    desk = reverse("match_desk", args=[request.company.pk, match_list.pk])
    asked = request.POST.get("next", "")
    return asked if asked.startswith(desk) and url_has_allowed_host_and_scheme(asked, None) else desk
