"""Deciding who is who: one row or many at once, remembered for next time, and taken back whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.matching.models import (
    MatchAct,
    MatchList,
    MatchMemory,
    MatchPartner,
    MatchRow,
    RowState,
)
from closebook.apps.matching.selectors.desk import automatic_rows
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.transport import clock

_Value = TypeVar("_Value", int, str)
WordFinder = Callable[[str], Sequence[tuple[str, str]]]
"""Gives the kind and id of whoever has a name in the books now."""


@transaction.atomic
def rows_match(match_list: MatchList, pairs: Iterable[tuple[int, str]], actor: str) -> MatchAct:
    """Match rows with records of the books (row number, record id).

    Raises InputError for a record that is not of the list, ConflictError when one is matched already.
    """
    _locked(match_list)
    chosen = dict(pairs)
    rows = _rows(match_list, chosen)
    known = {
        remote_id
        for part in _parts(chosen.values())
        for remote_id in match_list.partners.filter(remote_id__in=part).values_list("remote_id", flat=True)
    }
    if not rows or set(chosen.values()) - known:
        raise InputError(
            "no-partner", "There is no such record in the books.", remedy="Choose one of the list."
        )
    _refuse_taken(match_list, chosen)
    return _decide(match_list, rows, RowState.MATCHED, actor, chosen)


def _refuse_taken(match_list: MatchList, chosen: dict[int, str]) -> None:
    wanted = set(chosen.values())
    others = match_list.rows.filter(state=RowState.MATCHED).values_list("pk", "chosen_id", "name")
    taken = next((name for pk, one, name in others if one in wanted and pk not in chosen), "")
    twice = len(set(chosen.values())) < len(chosen)
    if taken or twice:
        who = f"{taken} has this record already." if taken else "Two rows would get the same record."
        raise ConflictError("partner-taken", who, remedy="Undo that match first, or choose another record.")


@transaction.atomic
def rows_add(match_list: MatchList, row_ids: Iterable[int], actor: str, who_has: WordFinder) -> MatchAct:
    """Keep that rows are to be made in the books, after a fresh look that nobody there has their names.

    Raises HeldError with the first name that is taken: among customers, vendors and employees, since the
    books give each display name once (error 6240).
    """
    _locked(match_list)
    rows = _rows(match_list, row_ids)
    if not rows:
        raise InputError("nothing-chosen", "No row was chosen.", remedy="Choose at least one.")
    for row in rows:
        for kind, _remote_id in who_has(row.name):
            raise HeldError(
                "name-taken",
                f"The books have a {kind} of the name {row.name} already.",
                remedy="Match it, or give one of the two another name.",
            )
    return _decide(match_list, rows, RowState.ADDED, actor, {})


@transaction.atomic
def rows_ignore(match_list: MatchList, row_ids: Iterable[int], actor: str) -> MatchAct:
    """Leave rows out, now and next time."""
    _locked(match_list)
    rows = _rows(match_list, row_ids)
    if not rows:
        raise InputError("nothing-chosen", "No row was chosen.", remedy="Choose at least one.")
    return _decide(match_list, rows, RowState.IGNORED, actor, {})


@transaction.atomic
def rows_reopen(match_list: MatchList, row_ids: Iterable[int], actor: str) -> MatchAct:
    """Take the word on rows back, whichever act gave it: they are open again and forgotten."""
    _locked(match_list)
    rows = _rows(match_list, row_ids)
    if not rows:
        raise InputError("nothing-chosen", "No row was chosen.", remedy="Choose at least one.")
    return _decide(match_list, rows, RowState.OPEN, actor, {})


@transaction.atomic
def jobs_ignore(match_list: MatchList, actor: str) -> MatchAct:
    """Leave all open sub-customers out."""
    jobs = match_list.rows.filter(job=True, state=RowState.OPEN).values_list("pk", flat=True)
    return rows_ignore(match_list, list(jobs), actor)


@transaction.atomic
def list_match(match_list: MatchList, score: int, actor: str) -> MatchAct:
    """Match all open rows that a score accepts unseen, as the preview told; one undo takes them all back."""
    _locked(match_list)
    taken = set(match_list.rows.filter(state=RowState.MATCHED).values_list("chosen_id", flat=True))
    rows = automatic_rows(match_list, score).values_list("pk", "proposed_id")
    pairs = [(number, remote_id) for number, remote_id in rows if remote_id not in taken]
    if not pairs:
        raise InputError(
            "nothing-sure", "Nothing is sure enough.", remedy="Go through the open ones by hand."
        )
    return rows_match(match_list, pairs, actor)


@transaction.atomic
def act_undo(act: MatchAct, actor: str) -> int:
    """Put all rows of a decision back as they were; return how many. ConflictError when it was done before,
    or when a later decision changed one of them.
    """
    match_list = _locked(act.match_list)
    act.refresh_from_db()
    rows = {row.pk: row for row in _rows(match_list, (one["row"] for one in act.before))}
    later = any(row.decided_at != act.made_at for row in rows.values())
    if act.undone_at or later:
        raise ConflictError(
            "changed-since", "These rows were decided anew since.", remedy="Undo the newer first."
        )
    now = clock.now()
    for one in act.before:
        row = rows[one["row"]]
        row.state, row.chosen_id, row.decided_by = one["state"], one["chosen"], one["by"]
        row.decided_at = dt.datetime.fromisoformat(one["at"]) if one["at"] else None
    _write(rows.values())
    act.undone_at = now
    act.save(update_fields=["undone_at"])
    _remember(match_list, list(rows.values()))
    audit_append(match_list.company_id, actor, "match-undone", match_list.source, {"rows": len(rows)})
    return len(rows)


@transaction.atomic
def rows_made(match_list_id: int, made: Mapping[str, str], actor: str) -> int:
    """Keep which records the books got for rows that were to be added, by the other program's ids; "" for a
    record that was taken back. Return how many rows changed.

    A row that was made is matched with its record; one that was taken back is to be added again.
    """
    match_list = MatchList.objects.select_for_update().filter(pk=match_list_id).first()
    if match_list is None:
        return 0
    found = [row for part in _parts(made) for row in match_list.rows.filter(source_id__in=part)]
    gone = [row for row in found if not made[row.source_id] and row.state == RowState.MATCHED]
    fresh = [row for row in found if made[row.source_id] and row.state == RowState.ADDED]
    _partners_change(match_list, fresh, gone, made)
    now = clock.now()
    for row in (*fresh, *gone):
        row.chosen_id = made[row.source_id]
        row.state = RowState.MATCHED if row.chosen_id else RowState.ADDED
        row.decided_by, row.decided_at = actor, now
    _write([*fresh, *gone])
    _remember(match_list, [*fresh, *gone])
    return len(fresh) + len(gone)


def _partners_change(
    match_list: MatchList, fresh: Sequence[MatchRow], gone: Sequence[MatchRow], made: Mapping[str, str]
) -> None:
    """Let the list's other side have the records that were made, and no more those that were taken back."""
    for part in _parts([row.chosen_id for row in gone]):
        match_list.partners.filter(remote_id__in=part).delete()
    partners = [
        MatchPartner(
            match_list=match_list,
            remote_id=made[row.source_id],
            name=row.name,
            facts={**row.facts, "id": made[row.source_id]},
        )
        for row in fresh
    ]
    MatchPartner.objects.bulk_create(partners, 1000, ignore_conflicts=True)


_PART = 5000
"""Values of one condition: a database takes only so many."""


def _parts(values: Iterable[_Value]) -> Iterator[list[_Value]]:
    kept = list(values)
    return (kept[start : start + _PART] for start in range(0, len(kept), _PART))


def _rows(match_list: MatchList, row_ids: Iterable[int]) -> list[MatchRow]:
    """Return rows of the list by their numbers."""
    return [row for part in _parts(row_ids) for row in match_list.rows.filter(pk__in=part)]


def _write(rows: Iterable[MatchRow]) -> None:
    """Write what was decided; rows with the same decision go together."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        proposed = bool(row.chosen_id) and row.chosen_id == row.proposed_id
        key = row.state, proposed or row.chosen_id, row.decided_by, row.decided_at
        alike.setdefault(key, []).append(row.pk)
    for (state, chosen, by, at), numbers in alike.items():
        record = F("proposed_id") if chosen is True else chosen
        for part in _parts(numbers):
            same = MatchRow.objects.filter(pk__in=part)
            same.update(state=state, chosen_id=record, decided_by=by, decided_at=at)


def _locked(match_list: MatchList) -> MatchList:
    return MatchList.objects.select_for_update().get(pk=match_list.pk)


def _decide(
    match_list: MatchList, rows: Sequence[MatchRow], state: RowState, actor: str, chosen: dict[int, str]
) -> MatchAct:
    """Write the decision, its way back, its memory and its line in the audit log."""
    now = clock.now()
    before = [_before(row) for row in rows]
    for row in rows:
        row.state, row.chosen_id = state, chosen.get(row.pk, "")
        row.decided_by, row.decided_at = actor, now
    _write(rows)
    _remember(match_list, rows)
    facts = {"word": state.value, "rows": len(rows), "first": rows[0].name}
    audit_append(match_list.company_id, actor, "match-decided", match_list.source, facts)
    return MatchAct.objects.create(
        match_list=match_list, word=state, before=before, made_by=actor, made_at=now
    )


def _before(row: MatchRow) -> dict[str, Any]:
    at = row.decided_at.isoformat() if row.decided_at else ""
    return {"row": row.pk, "state": row.state, "chosen": row.chosen_id, "by": row.decided_by, "at": at}


def _remember(match_list: MatchList, rows: Sequence[MatchRow]) -> None:
    """Keep for next time what the rows are now; open rows are forgotten."""
    same = MatchMemory.objects.filter(
        company_id=match_list.company_id, kind=match_list.kind, source=match_list.source
    )
    for start in range(0, len(rows), 500):
        part = rows[start : start + 500]
        same.filter(source_id__in=[row.source_id for row in part]).delete()
        MatchMemory.objects.bulk_create(
            MatchMemory(
                company_id=match_list.company_id,
                kind=match_list.kind,
                source=match_list.source,
                source_id=row.source_id,
                word=row.state,
                remote_id=row.chosen_id,
                made_by=row.decided_by,
                made_at=row.decided_at,
            )
            for row in part
            if row.state != RowState.OPEN and row.decided_at
        )
