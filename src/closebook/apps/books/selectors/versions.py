"""The history of a record: each version, since when it holds and who made it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.apps.books.models import Record, RecordVersion


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its token, the moment and program of its making ("" for the first), its stored body."""

    token: int
    since: dt.datetime
    by: str
    request_id: str
    body: str


def versions_of(record: Record) -> list[Version]:
    """Return all versions of a record, the present one first, in one query.

    A former version knows who replaced it, so each version's maker stands with the one before it.
    """
    former = list(RecordVersion.objects.filter(record=record).order_by("sync_token"))
    tokens = [*(one.sync_token for one in former), record.sync_token]
    bodies = [*(one.body for one in former), record.body]
    makers = [(record.created_at, "", ""), *((one.until, one.changed_by, one.request_id) for one in former)]
    made = [Version(token, *maker, body) for token, maker, body in zip(tokens, makers, bodies, strict=True)]
    return made[::-1]
