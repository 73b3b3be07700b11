"""What a person at the desk sees: rows by state, what an automatic match would do, and the other side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from closebook.apps.matching.models import MatchAct, MatchList, MatchPartner, MatchRow, RowState
from closebook.core.matching.match import CERTAINTY

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
