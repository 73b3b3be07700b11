"""Whether a saved plan still fits: files, profile, closing date, and the objects in the books that it
touches.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from closebook.apps.sync.codec import link_token, seen_from
from closebook.apps.sync.models import ActionRow, Connection, Link, Run
from closebook.apps.sync.services.added import additions_changed
from closebook.apps.sync.services.changes import changes_read, closing_date_read
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.core.planning.actions import ActionKind, ActionState
from closebook.core.planning.documents import ListKind

_LIST_KINDS = [kind.value for kind in ListKind]
_TOUCHING = (ActionKind.UPDATE, ActionKind.DELETE, ActionKind.DEACTIVATE, ActionKind.MATCH)
_USING = (ActionKind.CREATE, ActionKind.UPDATE)


def plan_basis(connection: Connection, profile_number: int, groups: list[str]) -> dict[str, Any]:
    """Return what a plan rests on, to be kept with it; ``groups`` are the business keys that it settles."""
    return {
        "staged": connection.staged,
        "profile": profile_number,
        "groups": groups,
        "closed_until": _day(connection),
    }


def _day(connection: Connection) -> str:
    return connection.closed_until.isoformat() if connection.closed_until else ""


def plan_changes(run: Run, client: QuickBooksClient) -> tuple[str, ...]:
    """Return what changed since the plan of a run was made, a line each; () when it still fits.

    What was found is kept in connection and links and compared with what the actions were planned on, so that
    asking again after a crash gives the same answer.
    """
    connection = Connection.objects.get(pk=run.connection_id)
    lines = []
    if connection.staged != run.basis["staged"]:
        lines.append("Files were pulled after the plan was made.")
    if connection.profiles.latest("number").number != run.basis["profile"]:
        lines.append("The posting profile has a new version.")
    closing_date_read(connection, client)
    if _day(connection) != run.basis.get("closed_until", _day(connection)):
        closed = connection.closed_until
        lines.append(
            f"The books are closed until {closed} now." if closed else "The books have no closing date now."
        )
    changes_read(connection, client)
    return (*lines, *_touched(run), *_unusable(run), *additions_changed(run))


def _touched(run: Run) -> Iterator[str]:
    """Yield the objects that the rest of the run would write, and that somebody changed since the plan was
    made.
    """
    rows = ActionRow.objects.filter(run=run, kind__in=_TOUCHING).exclude(state=ActionState.CONFIRMED)
    planned = {key: link_token(text) for key, text in rows.values_list("key", "link").iterator(2000)}
    if not planned:
        return
    links = Link.objects.filter(connection_id=run.connection_id).defer("target")
    for link in links.iterator(2000):
        before = planned.get(link.key)
        if before is None:
            continue
        if link.seen and seen_from(link).deleted:
            yield f"{link.key}: somebody deleted it in the books."
        elif link.sync_token != before:
            yield f"{link.key}: somebody changed it in the books."


def _unusable(run: Run) -> Iterator[str]:
    """Yield the list objects that somebody took out of the books, and that the rest of the run would use."""
    rows = ActionRow.objects.filter(run=run, kind__in=_USING).exclude(state=ActionState.CONFIRMED)
    edited = Link.objects.filter(connection_id=run.connection_id, kind__in=_LIST_KINDS).exclude(seen="")
    for link in edited:
        found = seen_from(link)
        quoted = msgspec.json.encode(link.key).decode()
        if (found.deleted or not found.active) and rows.filter(target__contains=quoted).exists():
            yield f"{link.key}: somebody made it inactive in the books."
