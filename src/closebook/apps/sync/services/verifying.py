"""Verify: what a run wrote is read back and compared with what it wanted, and the proofs are kept with the
run.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from closebook.apps.sync.models import Connection, Link, Run
from closebook.apps.sync.services.changes import (
    ENTITIES,
    Seen,
    changes_take,
    cursor_keep,
    cursor_now,
    invoices_read,
    others_read,
)
from closebook.apps.sync.services.ownership import says_the_same
from closebook.apps.sync.services.probing import CLOCKS_DIFFER
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import entity_of, fingerprint_remote
from closebook.connectors.quickbooks.query import any_of
from closebook.connectors.quickbooks.wire import time_of
from closebook.core.planning.actions import Action, ActionKind, ActionState
from closebook.core.planning.documents import DocumentKind, ListKind

if TYPE_CHECKING:
    from closebook.apps.sync.services.outbox import Outbox

_IDS_A_QUERY = 500
_WRITTEN = frozenset({ActionKind.CREATE, ActionKind.UPDATE})


def verify(run: Run, client: QuickBooksClient, outbox: Outbox) -> tuple[str, ...]:
    """Return the differences between the books and what the run wanted, a line each. Reads only.

    Everything changed since the run began is read by pages, so that the cost is one call per thousand
    documents. What others changed meanwhile is kept in the links, and the connection asks for changes from
    this moment on.
    """
    connection = Connection.objects.select_related("company").get(pk=run.connection_id)
    answer = client.cdc(ENTITIES, connection.changes_since or _start(run))
    seen = Seen(moment=time_of(answer.time))
    written = _Written(outbox)
    if answer.truncated:
        others_read(connection, client, _start(run), seen, written.look)
    else:
        changes_take(connection, answer, seen, written.look)
        written.read_rest(client, _start(run))
    invoices_read(connection, client, seen)
    cursor_keep(connection, seen.moment or cursor_now(client))
    return (*written.differences(), *_still_there(client, outbox))


def _start(run: Run) -> dt.datetime:
    return ((run.started_at or run.created_at) - CLOCKS_DIFFER).replace(microsecond=0)


def _wanted(outbox: Outbox) -> dict[ListKind | DocumentKind, dict[str, Action]]:
    """Return the confirmed creates and updates by kind and remote id."""
    ids = dict(
        Link.objects.filter(connection_id=outbox.run.connection_id, run=outbox.run).values_list(
            "key", "remote_id"
        )
    )
    wanted: dict[ListKind | DocumentKind, dict[str, Action]] = {}
    for action in outbox.actions.values():
        written = action.kind in _WRITTEN and action.state is ActionState.CONFIRMED
        if written and action.target and action.key in ids:
            wanted.setdefault(action.target.kind, {})[ids[action.key]] = action
    return wanted


class _Written:
    """What the run wrote and was not met in the books yet, and what was met and differs."""

    def __init__(self, outbox: Outbox) -> None:
        """Take the confirmed creates and updates of a run."""
        self._outbox = outbox
        self._left = _wanted(outbox)
        self._different: list[str] = []

    def look(self, kind: ListKind | DocumentKind, body: dict[str, Any]) -> None:
        """Compare an object of the books with what the run wanted of it, once."""
        action = self._left.get(kind, {}).pop(str(body.get("Id")), None)
        if action is None or action.target is None:
            return
        entity, payload = self._outbox.writer.wire(action.target, self._outbox.resolve_ours)
        theirs = action.link.theirs if action.link else ()
        same = fingerprint_remote(entity, body) == fingerprint_remote(entity, payload)
        if not same and not says_the_same(entity, body, payload, theirs):
            self._different.append(f"{action.key}: the books hold something else than was written.")

    def read_rest(self, client: QuickBooksClient, since: dt.datetime) -> None:
        """Read what was written before the changes that were read."""
        for kind, expected in self._left.items():
            if expected:
                for body in client.query_since(entity_of(kind), since):
                    self.look(kind, body)

    def differences(self) -> list[str]:
        """Return what differs and what is missing, a line each."""
        missing = [action.key for expected in self._left.values() for action in expected.values()]
        return self._different + [f"{key}: it was written, but the books do not hold it." for key in missing]


def _still_there(client: QuickBooksClient, outbox: Outbox) -> list[str]:
    """Name the documents that were deleted and are in the books all the same."""
    gone: dict[ListKind | DocumentKind, dict[str, str]] = {}
    for action in outbox.actions.values():
        if action.kind is ActionKind.DELETE and action.state is ActionState.CONFIRMED and action.link:
            gone.setdefault(action.link.kind, {})[action.link.remote_id] = action.key
    lines = []
    for kind, keys in gone.items():
        ids = list(keys)
        for start in range(0, len(ids), _IDS_A_QUERY):
            condition = any_of("Id", ids[start : start + _IDS_A_QUERY])
            found = client.query(f"SELECT Id FROM {entity_of(kind)} WHERE {condition} MAXRESULTS 1000")
            lines += [
                f"{keys[str(row['Id'])]}: it was deleted, but the books still hold it." for row in found
            ]
    return lines
