"""Reading a list for the matching desk: at once when it is small, else by a worker while a page shows how
far it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.db.models import Sum

from closebook import jobs
from closebook.apps.companies.models import Company
from closebook.apps.matching.selectors.desk import party_kept
from closebook.apps.matching.services.deciding import WordFinder
from closebook.apps.matching.services.lists import KINDS, list_make
from closebook.apps.sync.models import Connection, MatchReading, PreparationState, SourceFile
from closebook.apps.sync.selectors.buyers import connection_parties
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.progress import counted
from closebook.connectors.quickbooks.parties import names_in_use, parties, who_has_name
from closebook.core.errors import ConflictError, HeldError, InputError, RemoteError
from closebook.core.matching.party import Party
from closebook.transport import clock

JOB = "match-reading"
UNDER_WAY = (PreparationState.WAITING, PreparationState.WORKING)
_REFUSALS = (InputError, HeldError, ConflictError, RemoteError)
_FEW_NAMES = 10


@dataclass(frozen=True, slots=True)
class ListWish:
    """A list to be read: its parties as delivered, or the connection whose buyers or items they are."""

    kind: str
    source: str
    ours: Sequence[Party] = ()
    file_name: str = ""
    connection: Connection | None = None


def reading_keep(company: Company, by: str, wish: ListWish) -> MatchReading:
    """Return a reading that is to be started.

    Raises InputError for a kind that cannot be matched, a list without rows, or an id that stands twice.
    """
    _refuse(wish)
    return MatchReading.objects.create(
        company=company, kind=wish.kind, source=wish.source, file_name=wish.file_name[:200],
        connection=wish.connection, parties=[asdict(one) for one in wish.ours], by=by,
        total=_size(wish), created_at=clock.now(),
    )  # fmt: skip


def reading_start(made: MatchReading) -> MatchReading:
    """Read a small list now, hand a long one to the workers; outside of any transaction."""
    if made.total <= settings.CLOSEBOOK_SMALL_ROWS:
        return reading_do(made)
    folder, url = Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", "")
    jobs.enqueue(folder, url, JOB, str(made.pk), key=str(made.company_id))
    return made


def _refuse(wish: ListWish) -> None:
    if wish.kind not in KINDS or (wish.connection is not None and wish.kind == "vendor"):
        raise InputError(
            "not-a-kind", f"{wish.kind} cannot be matched here.", remedy="Choose customers or items."
        )
    if wish.connection is None and not wish.ours:
        raise InputError("list-empty", "The list has no rows.", remedy="Hand in a list with at least one.")
    if len({one.id for one in wish.ours}) < len(wish.ours):
        raise InputError("list-id-twice", "An id stands twice in the list.", remedy="Give each row its own.")


def _size(wish: ListWish) -> int:
    """Return how many rows have to be gone through."""
    if wish.connection is None:
        return len(wish.ours)
    rows = SourceFile.objects.filter(connection=wish.connection)
    return int(rows.aggregate(rows=Sum("rows"))["rows"] or 0)


def reading_do(made: MatchReading) -> MatchReading:
    """Read the list and hold it against the books; keep the refusal when it is refused."""
    if made.state not in UNDER_WAY:
        return made
    MatchReading.objects.filter(pk=made.pk).update(state=PreparationState.WORKING)
    facts: dict[str, Any] = {"state": PreparationState.DONE}
    try:
        facts["match_list"] = _made(made)
    except _REFUSALS as error:
        facts["state"] = PreparationState.REFUSED
        facts["error"] = {"code": error.code, "message": error.message, "remedy": error.remedy}
    facts |= {"ended_at": clock.now(), "parties": []}
    mine = MatchReading.objects.filter(pk=made.pk, state=PreparationState.WORKING)
    mine.update(**facts)
    made.refresh_from_db()
    return made


def _made(made: MatchReading) -> Any:
    def tell(step: str, done: int, total: int) -> None:
        MatchReading.objects.filter(pk=made.pk).update(step=step, done=done, total=total)

    tell("reading", 0, made.total)
    ours: Sequence[Party] = [party_kept(facts) for facts in made.parties]
    if made.connection is not None:
        ours = connection_parties(made.connection, made.kind)
    if not ours:
        raise InputError(
            "list-empty", "The connection names none of them yet.", remedy="Add its files, then try again."
        )
    with books_client(made.company) as client:
        theirs = list(counted(parties(client, made.kind), tell, "books", 0))
    tell("comparing", 0, 0)
    return list_make(
        made.company, made.by, ours, theirs, kind=made.kind, source=made.source, file_name=made.file_name
    )


def advance(job_id: str) -> jobs.Standing:
    """Read a list whole."""
    close_old_connections()
    rows = MatchReading.objects.select_related("company", "connection__company")
    made = rows.filter(pk=int(job_id)).first()
    return jobs.Standing(finished=True, word=reading_do(made).state if made else PreparationState.DROPPED)


jobs.define_kind(JOB, advance, (OSError, OperationalError))


@contextmanager
def name_finder(company: Company, kind: str, names: int) -> Iterator[WordFinder]:
    """Give a fresh look into the books for who has a name, for so many names.

    A few are asked for one by one; for more, the lists are read once.
    """
    with books_client(company) as client:
        used = names_in_use(client, kind) if names > _FEW_NAMES else {}

        def who(name: str) -> Sequence[tuple[str, str]]:
            if names > _FEW_NAMES:
                return used.get(name.casefold(), [])
            return list(who_has_name(client, name, kind))

        yield who
