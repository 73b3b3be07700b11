"""What changed in the books since they were last read: one change-data call, taken into the links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from closebook.apps.sync.codec import kind_from, seen_text, target_from
from closebook.apps.sync.models import Connection, Group, Link
from closebook.apps.sync.services.books_payments import payment_ids, payments_read
from closebook.apps.sync.services.manners import Writer
from closebook.apps.sync.services.merges import MERGED, lost_in, merges_follow
from closebook.apps.sync.services.ownership import as_ours
from closebook.connectors.quickbooks.cdc import MAX_DAYS, CdcAnswer
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import ENTITY_OF, fingerprint_remote
from closebook.connectors.quickbooks.query import PAGE_ROWS, any_of
from closebook.connectors.quickbooks.wire import time_of
from closebook.core.planning.documents import DocumentKind, ListKind, ListObject
from closebook.core.planning.naming import group_of_key
from closebook.core.planning.remote import RemoteObject
from closebook.transport import clock

_IDS_A_QUERY = 500
_FEW = 2 * _IDS_A_QUERY
Look = Callable[[ListKind | DocumentKind, dict[str, Any]], None]
ENTITIES = tuple(ENTITY_OF.values())
_KIND_OF: dict[str, ListKind | DocumentKind] = {entity: kind for kind, entity in ENTITY_OF.items()}


@dataclass(slots=True)
class Seen:
    """What a reading of the books found about linked objects.

    ``lines`` say it to a person; ``keys`` are the links concerned; ``moment`` is the service's time of the
    reading. ``payments`` are the ids of the payments that a changed invoice shows, by its key,
    ``gone`` those of linked objects that were deleted or made inactive, by entity.
    """

    lines: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    moment: dt.datetime | None = None
    payments: dict[str, set[str]] = field(default_factory=dict)
    gone: dict[str, set[str]] = field(default_factory=dict)


def changes_read(connection: Connection, client: QuickBooksClient) -> Seen:
    """Read what changed since the connection last looked, and keep it in the links; one call when nothing
    did.

    A first look, and one after more than 30 days, reads every linked object instead.
    """
    since = connection.changes_since
    if since is None or clock.now() - since > dt.timedelta(days=MAX_DAYS - 1):
        return everything_compared(connection, client)
    answer = client.cdc(ENTITIES, since)
    seen = Seen(moment=time_of(answer.time))
    merges_follow(connection, client, lost_in(answer))
    if answer.truncated:
        others_read(connection, client, since, seen)
    else:
        changes_take(connection, answer, seen)
    invoices_read(connection, client, seen)
    cursor_keep(connection, seen.moment)
    return seen


def invoices_read(connection: Connection, client: QuickBooksClient, seen: Seen) -> None:
    """Read what a person received for the invoices that a reading showed changed; no call without such."""
    if seen.payments:
        payments_read(connection, client, seen.payments)


def cursor_now(client: QuickBooksClient) -> dt.datetime:
    """Return the service's present time: the moment from which later changes will be asked for."""
    moment = time_of(client.cdc(("Account",), clock.now()).time)
    return (moment or clock.now()).replace(microsecond=0)


def cursor_keep(connection: Connection, moment: dt.datetime | None) -> None:
    """Keep the moment from which later changes will be asked for."""
    if moment is not None:
        connection.changes_since = moment.replace(microsecond=0)
        connection.save(update_fields=["changes_since"])


def everything_compared(connection: Connection, client: QuickBooksClient) -> Seen:
    """Compare each linked object with what was posted."""
    moment = cursor_now(client)
    seen = Seen(moment=moment)
    links = Link.objects.filter(connection=connection, tombstone=False)
    if links.exists():
        for entity, kind in _KIND_OF.items():
            _compare_all(connection, client, entity, kind, seen)
            if entity in MERGED:  # before the documents that use them are looked at
                merges_follow(connection, client, {entity: seen.gone.get(entity, set())})
    invoices_read(connection, client, seen)
    cursor_keep(connection, moment)
    return seen


def _compare_all(
    connection: Connection, client: QuickBooksClient, entity: str, kind: ListKind | DocumentKind, seen: Seen
) -> None:
    links = {
        link.remote_id: link
        for link in Link.objects.filter(connection=connection, kind=kind, tombstone=False)
    }
    if not links:
        return
    names = LinkedNames(connection)
    for body in client.query_all(entity, inactive=True):
        link = links.pop(str(body.get("Id")), None)
        if link:
            _compare(link, entity, body, names, seen)
    for link in links.values():
        _deleted(link, seen)


def changes_take(connection: Connection, answer: CdcAnswer, seen: Seen, look: Look | None = None) -> None:
    """Keep what an answer tells of linked objects; ``look`` is shown each of them as the books hold it."""
    for entity, bodies in answer.changed.items():
        if look:
            for body in bodies:
                look(_KIND_OF[entity], body)
        bodies_take(connection, entity, bodies, seen)
    for entity, ids in answer.deleted.items():
        deleted_take(connection, entity, ids, seen)


def others_read(
    connection: Connection,
    client: QuickBooksClient,
    since: dt.datetime,
    seen: Seen,
    look: Look | None = None,
) -> None:
    """Keep what others did since a moment when it is more than one answer holds: by pages, in constant
    memory. ``look`` is shown each object of our kinds that changed.
    """
    for entity, kind in _KIND_OF.items():
        rows = Link.objects.filter(connection=connection, kind=kind.value, tombstone=False)
        tokens = dict(rows.values_list("remote_id", "sync_token"))
        if not tokens:
            continue
        moved, unseen = [], set(tokens)
        for body in client.query_since(entity, since):
            if look:
                look(kind, body)
            remote_id = str(body.get("Id"))
            unseen.discard(remote_id)
            if tokens.get(remote_id, "") not in {"", str(body.get("SyncToken", ""))}:
                moved.append(body)
        bodies_take(connection, entity, moved, seen)
        if isinstance(kind, DocumentKind):
            deleted_take(connection, entity, ids_gone(client, entity, unseen), seen)


def ids_gone(client: QuickBooksClient, entity: str, ids: Iterable[str]) -> list[str]:
    """Return those of the ids that the books do not hold any more."""
    left, start = set(ids), 1
    while len(left) > _FEW:
        page = client.query(
            f"SELECT Id FROM {entity} ORDERBY Id STARTPOSITION {start} MAXRESULTS {PAGE_ROWS}"
        )
        left.difference_update(str(row.get("Id")) for row in page)
        if len(page) < PAGE_ROWS:
            break
        start += PAGE_ROWS
    # Few are asked for by name; so is what was not met, as a page may slip while others delete.
    wanted = sorted(left)
    for first in range(0, len(wanted), _IDS_A_QUERY):
        condition = any_of("Id", wanted[first : first + _IDS_A_QUERY])
        found = client.query(f"SELECT Id FROM {entity} WHERE {condition} MAXRESULTS {PAGE_ROWS}")
        left.difference_update(str(row.get("Id")) for row in found)
    return sorted(left)


def bodies_take(connection: Connection, entity: str, bodies: Iterable[dict[str, Any]], seen: Seen) -> None:
    """Keep what somebody made of linked objects, as far as these bodies are of other versions than the links
    know.
    """
    by_id = {str(body.get("Id")): body for body in bodies}
    rows = Link.objects.filter(connection=connection, kind=_KIND_OF[entity], tombstone=False)
    known = rows.filter(remote_id__in=list(by_id)).values_list("pk", "remote_id", "sync_token")
    moved = [pk for pk, remote_id, token in known if str(by_id[remote_id].get("SyncToken", "")) != token]
    names = LinkedNames(connection)
    for link in rows.filter(pk__in=moved).select_related("connection__company"):
        _compare(link, entity, by_id[link.remote_id], names, seen)


def deleted_take(connection: Connection, entity: str, ids: Iterable[str], seen: Seen) -> None:
    """Keep that somebody took linked documents out of the books."""
    rows = Link.objects.filter(connection=connection, kind=_KIND_OF[entity], tombstone=False)
    for link in rows.filter(remote_id__in=list(ids)):
        _deleted(link, seen)


class LinkedNames:
    """Keys and remote ids of the linked list objects and invoices, both ways, read when first asked for."""

    def __init__(self, connection: Connection) -> None:
        """Keep the connection."""
        self._connection = connection

    @cached_property
    def writer(self) -> Writer:
        """Return how records are written for these books."""
        return Writer(self._connection.company_id)

    @cached_property
    def _rows(self) -> list[tuple[str, str, str]]:
        kinds = [*(kind.value for kind in ListKind), DocumentKind.INVOICE.value, DocumentKind.ESTIMATE.value]
        rows = Link.objects.filter(connection=self._connection, kind__in=kinds)
        return list(rows.values_list("key", "kind", "remote_id"))

    @cached_property
    def _ids(self) -> dict[str, str]:
        return {key: remote_id for key, _kind, remote_id in self._rows}

    @cached_property
    def _keys(self) -> dict[tuple[str, str], str]:
        return {(ENTITY_OF[kind_from(kind)], remote_id): key for key, kind, remote_id in self._rows}

    def resolve(self, key: str) -> str:
        """Return the remote id of a key, "" for none."""
        return self._ids.get(key, "")

    def resolve_back(self, entity: str, remote_id: str) -> str:
        """Return the key of a remote id, "" for none."""
        return self._keys.get((entity, remote_id), "")


def _compare(link: Link, entity: str, body: dict[str, Any], names: LinkedNames, seen: Seen) -> None:
    """Keep the token of an object, and what somebody made of the fields that we own."""
    token = str(body.get("SyncToken", ""))
    if token == link.sync_token:
        return
    if link.kind == DocumentKind.INVOICE:
        seen.payments[link.key] = payment_ids(body)
    target = target_from(link.target)
    if isinstance(target, ListObject) and not link.ours and body.get("Active") is not False:
        # None of its fields is ours: it stood in the books before, and only its name and id are known.
        link.sync_token = token
        link.save(update_fields=["sync_token"])
        return
    expected = names.writer.wire(target, names.resolve)[1] if target and link.ours else {}
    found = fingerprint_remote(entity, body)
    link.sync_token, link.seen = token, ""
    if not target or found != fingerprint_remote(entity, expected):
        currency = link.connection.company.home_currency
        value = as_ours(target, entity, expected, body, names.resolve_back, currency)
        active = body.get("Active") is not False
        if not active:
            seen.gone.setdefault(entity, set()).add(link.remote_id)
        link.seen = seen_text(
            RemoteObject(kind_from(link.kind), link.remote_id, token, found, value, active=active)
        )
        _tell(link, seen, "somebody changed it in the books.")
    link.save(update_fields=["sync_token", "seen"])


def _deleted(link: Link, seen: Seen) -> None:
    gone = RemoteObject(kind_from(link.kind), link.remote_id, link.sync_token, "", deleted=True)
    link.seen = seen_text(gone)
    link.save(update_fields=["seen"])
    seen.gone.setdefault(ENTITY_OF[gone.kind], set()).add(link.remote_id)
    _tell(link, seen, "somebody deleted it in the books.")


def _tell(link: Link, seen: Seen, what: str) -> None:
    seen.keys.add(link.key)
    seen.lines.append(f"{link.key}: {what}")
    _mark(link)


def _mark(link: Link) -> None:
    """Have the link's business key planned again, so that the change is met with an answer."""
    Group.objects.filter(connection_id=link.connection_id, key=group_of_key(link.key)).update(changed=True)


def closing_date_read(connection: Connection, client: QuickBooksClient) -> str:
    """Read the books' closing date and keep it; return a sentence when it is another one than before, else
    "".
    """
    preferences = client.preferences()
    text = str((preferences.get("AccountingInfoPrefs") or {}).get("BookCloseDate") or "")
    closed = dt.date.fromisoformat(text) if text else None
    if closed == connection.closed_until:
        return ""
    connection.closed_until = closed
    connection.save(update_fields=["closed_until"])
    return f"The books are closed until {closed}." if closed else "The books have no closing date now."
