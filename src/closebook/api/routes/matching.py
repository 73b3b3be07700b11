"""Lists of other programs beside the books: read, decided, taken back, and put into the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Query, Router

from closebook.api.access import ApiRequest
from closebook.api.matching_schemas import (
    AdditionsIn,
    AutomaticIn,
    AutomaticOut,
    AutomaticWish,
    DecideIn,
    MatchActOut,
    MatchListIn,
    MatchListOut,
    MatchReadingOut,
    MatchRowOut,
    PartyIn,
    RowsWish,
)
from closebook.api.operations import Number, reads, writes
from closebook.api.paging import Page, PageWish, page_of
from closebook.api.schemas import RunOut
from closebook.apps.companies.abilities import Ability
from closebook.apps.matching.models import MatchAct, MatchList, MatchRow
from closebook.apps.matching.selectors.desk import lists_of, preview_of
from closebook.apps.matching.services.deciding import (
    act_undo,
    list_match,
    rows_add,
    rows_ignore,
    rows_match,
    rows_reopen,
)
from closebook.apps.sync.models import Connection, MatchReading
from closebook.apps.sync.selectors.plain import run_plain
from closebook.apps.sync.services.adding import additions_plan
from closebook.apps.sync.services.match_reading import ListWish, name_finder, reading_keep, reading_start
from closebook.core.errors import InputError
from closebook.core.matching.party import Party

router = Router(tags=["Matching"])


def _list_of(request: ApiRequest, number: int) -> MatchList:
    rows = MatchList.objects.select_related("company")
    return get_object_or_404(rows, pk=number, company=request.auth.company)


@reads(router, "/match-lists", Ability.SEE_SYNC, Page[MatchListOut])
def match_lists(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The lists that are held against the books, newest first."""
    return page_of(request, lists_of(request.auth.company.pk), wish, _lists, newest_first=True)


@reads(router, "/match-lists/{match_list}", Ability.SEE_SYNC, MatchListOut)
def match_list(request: ApiRequest, match_list: Number) -> dict[str, Any]:
    """One list."""
    return _lists([get_object_or_404(lists_of(request.auth.company.pk), pk=match_list)])[0]


def _lists(rows: Sequence[Any]) -> list[dict[str, Any]]:
    names = ("kind", "source", "expected", "automatic", "made_by", "made_at")
    return [
        {"match_list": row.pk, "file": row.file_name, "rows": row.size, "open": row.waiting,
         **{name: getattr(row, name) for name in names}}
        for row in rows
    ]  # fmt: skip


@writes(router, "/match-lists", Ability.RUN_SYNC, MatchReadingOut, status=202)
def read_match_list(request: ApiRequest, body: MatchListIn) -> dict[str, Any]:
    """Hold a list against the books. A short one is read at once, a long one by the worker."""
    company = request.auth.company
    own = Connection.objects.filter(company=company, pk=body.connection or 0).select_related("company")
    connection = own.first()
    if body.connection and connection is None:
        raise InputError(
            "no-connection",
            f"There is no connection {body.connection}.",
            remedy="Take the number of one from connections.",
        )
    source = body.source.strip() or (connection.name[:80] if connection else "")
    if not source:
        raise InputError("source-missing", "The list names no program.", remedy="Give its name as source.")
    wish = ListWish(body.kind, source, [_party(one) for one in body.rows], connection=connection)
    return _reading(reading_start(reading_keep(company, request.auth.actor, wish)))


def _party(one: PartyIn) -> Party:
    facts = one.model_dump()
    name = facts.pop("name").strip()
    emails, phones = tuple(facts.pop("emails")), tuple(facts.pop("phones"))
    return Party(display_name=name, emails=emails, phones=phones, **facts)


@reads(router, "/match-readings/{match_reading}", Ability.SEE_SYNC, MatchReadingOut)
def match_reading(request: ApiRequest, match_reading: Number) -> dict[str, Any]:
    """How far the reading of a list is, and the list once it is done."""
    rows = MatchReading.objects.filter(company=request.auth.company).defer("parties")
    return _reading(get_object_or_404(rows, pk=match_reading))


def _reading(made: MatchReading) -> dict[str, Any]:
    names = ("state", "step", "done", "total")
    refused = {name: made.error.get(name, "") for name in ("code", "message", "remedy")}
    facts = {name: getattr(made, name) for name in names}
    return {"match_reading": made.pk, "match_list": made.match_list_id, **facts, **refused}


@reads(router, "/match-lists/{match_list}/rows", Ability.SEE_SYNC, Page[MatchRowOut])
def match_rows(request: ApiRequest, match_list: Number, wish: Query[RowsWish]) -> dict[str, Any]:
    """The rows of a list, each with the record of the books that it seems to be, the score and why."""
    rows = _list_of(request, match_list).rows.filter(score__gte=wish.least_score * 100)
    rows = rows.filter(state=wish.state) if wish.state else rows
    for word in wish.words.split():
        rows = rows.filter(name__icontains=word)
    return page_of(request, rows, wish, _rows)


def _rows(rows: Sequence[MatchRow]) -> list[dict[str, Any]]:
    names = ("name", "job", "state", "proposed_id", "rule", "solid", "chosen_id", "decided_by", "decided_at")
    return [
        {
            "row": row.pk,
            "id": row.source_id,
            "score": row.score // 100,
            "reasons": [dict(zip(("field", "grade", "alike"), one, strict=True)) for one in row.reasons],
            **{name: getattr(row, name) for name in names},
        }
        for row in rows
    ]


@writes(router, "/match-lists/{match_list}/decide", Ability.RUN_SYNC, MatchActOut)
def decide_match(request: ApiRequest, match_list: Number, body: DecideIn) -> dict[str, Any]:
    """Match rows with records of the books, mark them to be added, leave them out, or open them again.

    The decision is remembered for the next list of the same program, and taken back whole.
    """
    chosen, actor = _list_of(request, match_list), request.auth.actor
    numbers = [one.row for one in body.rows]
    if body.word == "match":
        return _act(rows_match(chosen, _pairs(chosen, body), actor))
    if body.word == "add":
        with name_finder(chosen.company, chosen.kind, len(numbers)) as who:
            return _act(rows_add(chosen, numbers, actor, who))
    do = rows_ignore if body.word == "ignore" else rows_reopen
    return _act(do(chosen, numbers, actor))


def _pairs(chosen: MatchList, body: DecideIn) -> list[tuple[int, str]]:
    wanted = {one.row: one.id for one in body.rows}
    found = chosen.rows.filter(pk__in=wanted).values_list("pk", "proposed_id")
    return [(pk, wanted[pk] or proposed) for pk, proposed in found]


def _act(act: MatchAct) -> dict[str, Any]:
    undone = act.undone_at is not None
    return {"match_act": act.pk, "match_list": act.match_list_id, "word": act.word,
            "rows": len(act.before), "undone": undone}  # fmt: skip


@reads(router, "/match-lists/{match_list}/automatic", Ability.SEE_SYNC, AutomaticOut)
def preview_automatic(request: ApiRequest, match_list: Number, wish: Query[AutomaticWish]) -> dict[str, Any]:
    """What would be matched unseen from a score on, with the closest calls."""
    found = preview_of(_list_of(request, match_list), wish.score * 100)
    facts = {"would": found.would, "open": found.open, "closest_calls": _rows(found.calls)}
    return {"score": wish.score, **facts}


@writes(router, "/match-lists/{match_list}/automatic", Ability.RUN_SYNC, MatchActOut)
def match_automatic(request: ApiRequest, match_list: Number, body: AutomaticIn) -> dict[str, Any]:
    """Match what is sure from a score on; one undo takes it all back."""
    return _act(list_match(_list_of(request, match_list), body.score * 100, request.auth.actor))


@writes(router, "/match-acts/{match_act}/undo", Ability.RUN_SYNC, MatchActOut)
def undo_match_act(request: ApiRequest, match_act: Number) -> dict[str, Any]:
    """Put all rows of a decision back as they were."""
    rows = MatchAct.objects.select_related("match_list__company")
    act = get_object_or_404(rows, pk=match_act, match_list__company=request.auth.company)
    act_undo(act, request.auth.actor)
    return _act(act)


@writes(router, "/match-lists/{match_list}/additions", Ability.RUN_SYNC, RunOut)
def plan_match_additions(request: ApiRequest, match_list: Number, body: AdditionsIn) -> dict[str, Any]:
    """Plan to make in the books what was marked to be added: a run, to be read and approved."""
    return run_plain(additions_plan(_list_of(request, match_list), income=body.income))
