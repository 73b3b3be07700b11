"""What a person at the desk sees: rows by state, what an automatic match would do, and the other side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from closebook.apps.matching.models import MatchAct, MatchList, MatchPartner, MatchRow, RowState
from closebook.core.matching.match import CERTAINTY
from closebook.core.matching.party import Party

CLOSE_CALLS = 5


@dataclass(frozen=True, slots=True)
class Preview:
    """What an automatic match would do: how many of the open ones, and the least certain of them."""

    would: int
    open: int
    calls: tuple[MatchRow, ...]


def lists_of(company_id: int) -> QuerySet[MatchList]:
    """Return the lists of a company, with how many rows each has and how many are open."""
    open_rows = Count("rows", filter=Q(rows__state=RowState.OPEN))
    return MatchList.objects.filter(company_id=company_id).annotate(size=Count("rows"), waiting=open_rows)


def counts_of(match_list: MatchList) -> dict[str, int]:
    """Return how many rows there are of each state."""
    found = dict(match_list.rows.values_list("state").annotate(n=Count("pk")))
    return {state.value: found.get(state.value, 0) for state in RowState}


def automatic_rows(match_list: MatchList, score: int) -> QuerySet[MatchRow]:
    """Return the open rows that a score (in ten-thousandths) accepts unseen: never by a name alone.

    Where the lists overlap too little, only those that somebody matched before.
    """
    rows = match_list.rows.filter(state=RowState.OPEN, solid=True, job=False).exclude(proposed_id="")
    return rows.filter(score__gte=score if match_list.automatic else CERTAINTY)


def preview_of(match_list: MatchList, score: int) -> Preview:
    """Return what an automatic match from a score on would do."""
    rows = automatic_rows(match_list, score)
    calls = tuple(rows.order_by("score", "pk")[:CLOSE_CALLS])
    waiting = match_list.rows.filter(state=RowState.OPEN).count()
    return Preview(rows.count(), waiting, calls)


def partners_by_id(match_list: MatchList, ids: Iterable[str]) -> dict[str, MatchPartner]:
    """Return records of the other side by their ids."""
    wanted = {one for one in ids if one}
    return {one.remote_id: one for one in match_list.partners.filter(remote_id__in=wanted)} if wanted else {}


def partners_found(match_list: MatchList, words: str, limit: int = 20) -> list[MatchPartner]:
    """Return records of the other side in whose name all words stand."""
    rows = match_list.partners.all()
    for word in words.split():
        rows = rows.filter(name__icontains=word)
    return list(rows.order_by("name", "pk")[:limit])


def last_act(match_list: MatchList) -> MatchAct | None:
    """Return the newest decision that was not taken back."""
    return match_list.acts.filter(undone_at=None).order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class ToAdd:
    """A row that is to be made in the books, and under whom: a row of the list, or a record of the books."""

    party: Party
    parent_row: str = ""
    parent_record: str = ""
    parent_name: str = ""


def party_kept(facts: dict[str, Any]) -> Party:
    """Return the party that a row or a partner keeps."""
    lists = {name: tuple(facts[name]) for name in ("emails", "phones")}
    return Party(**{**facts, **lists})


def rows_to_add(match_list: MatchList) -> list[ToAdd]:
    """Return the rows that were decided to be added; a job with the decision on its parent."""
    rows = match_list.rows.filter(state=RowState.ADDED).order_by("name", "pk")
    parties = [party_kept(facts) for facts in rows.values_list("facts", flat=True)]
    if not any(one.is_job for one in parties):
        return [ToAdd(one) for one in parties]
    above = list(match_list.rows.values_list("source_id", "name", "state", "chosen_id"))
    by_id = {one[0]: one for one in above}
    by_name = {one[1].casefold(): one for one in above}
    return [_to_add(one, by_id, by_name) for one in parties]


def _to_add(party: Party, by_id: dict[str, Any], by_name: dict[str, Any]) -> ToAdd:
    if not party.is_job:
        return ToAdd(party)
    path = party.display_name.rpartition(":")[0].strip().casefold()
    found = by_id.get(party.parent_id) or by_name.get(path)
    if found is None:
        return ToAdd(party, parent_row=party.parent_id or path)
    source_id, name, state, record = found
    return ToAdd(
        party, source_id, record if state == RowState.MATCHED else "", name.rpartition(":")[2].strip()
    )


def added_of(match_list_id: int) -> set[str]:
    """Return the ids of the other program whose rows are to be added now."""
    rows = MatchRow.objects.filter(match_list=match_list_id, state=RowState.ADDED)
    return set(rows.values_list("source_id", flat=True))
