"""Looking in the books for what an action wanted, after its reply was lost or its process died."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from closebook.apps.sync.services.outbox import invoice_token
from closebook.apps.sync.services.ownership import says_the_same
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import entity_of
from closebook.connectors.quickbooks.faults import NotFoundError
from closebook.connectors.quickbooks.query import any_of, quoted
from closebook.connectors.quickbooks.wire import entry, time_of
from closebook.core.errors import InvariantError
from closebook.core.planning.actions import Action, ActionKind
from closebook.core.planning.documents import Document, DocumentKind, ListKind, ListObject
from closebook.core.planning.hands import ItemResult

if TYPE_CHECKING:
    from closebook.apps.sync.services.outbox import Outbox

Body = dict[str, Any]
CLOCKS_DIFFER = dt.timedelta(minutes=10)
"""How far the clocks of the books and of this machine may be apart."""
_UNNUMBERED = frozenset({DocumentKind.TRANSFER, DocumentKind.DEPOSIT, DocumentKind.PAYMENT})


def probe(client: QuickBooksClient, outbox: Outbox, actions: Sequence[Action]) -> list[ItemResult | None]:
    """Return, in the same order, what the books hold for each action; None where its effect is not seen."""
    creates = [action for action in actions if action.kind is ActionKind.CREATE]
    found = {**_made_documents(client, creates), **_made_list_objects(client, outbox, creates)}
    return [
        found.get(action.key) if action.kind is ActionKind.CREATE else _changed(client, outbox, action)
        for action in actions
    ]


def _ok(key: str, body: Body) -> ItemResult:
    return ItemResult(key, ok=True, remote_id=str(body["Id"]), sync_token=str(body.get("SyncToken", "")))


def _made_documents(client: QuickBooksClient, creates: Iterable[Action]) -> dict[str, ItemResult]:
    """Find documents by the marker that ends their memo, among those of the same numbers or days."""
    wanted: dict[DocumentKind, list[Document]] = defaultdict(list)
    for action in creates:
        if isinstance(action.target, Document):
            wanted[action.target.kind].append(action.target)
    found: dict[str, ItemResult] = {}
    for kind, documents in wanted.items():
        by_memo = {document.memo: document.key for document in documents}
        for body in client.query_all(entity_of(kind), _where(kind, documents)):
            key = by_memo.get(str(body.get("PrivateNote", "")))
            if key and key not in found:
                found[key] = _ok(key, body)
    return found


def _where(kind: DocumentKind, documents: Sequence[Document]) -> str:
    if kind not in _UNNUMBERED and all(document.number for document in documents):
        return any_of("DocNumber", [document.number for document in documents])
    days = sorted(document.day for document in documents)
    return f"TxnDate >= {quoted(days[0].isoformat())} AND TxnDate <= {quoted(days[-1].isoformat())}"


def _made_list_objects(
    client: QuickBooksClient, outbox: Outbox, creates: Iterable[Action]
) -> dict[str, ItemResult]:
    """Find list objects by name; a ledger account or item also by its parent."""
    found: dict[str, ItemResult] = {}
    wanted: dict[ListKind, list[Action]] = defaultdict(list)
    for action in creates:
        if isinstance(action.target, ListObject):
            wanted[action.target.kind].append(action)
    for kind, actions in wanted.items():
        entity = entity_of(kind)
        field = "DisplayName" if kind in {ListKind.CUSTOMER, ListKind.VENDOR} else "Name"
        payloads = {
            action.key: outbox.writer.wire(_list_object(action), outbox.resolve)[1] for action in actions
        }
        names = sorted({str(payload[field]) for payload in payloads.values()})
        rows = list(client.query_all(entity, any_of(field, names), inactive=True))
        for key, payload in payloads.items():
            same = next((row for row in rows if _same(row, payload, field)), None)
            if same and _made_by(outbox, entity, same, payload):
                found[key] = _ok(key, same)
    return found


def _made_by(outbox: Outbox, entity: str, body: Body, payload: Body) -> bool:
    """Tell whether the run made a list object of this name: it says what the run wanted, and is not older
    than the run.
    """
    made = time_of(str(entry(body, "MetaData").get("CreateTime", "")))
    started = outbox.run.started_at
    fresh = made is None or started is None or made >= started - CLOCKS_DIFFER
    return fresh and says_the_same(entity, {**body, "Active": True}, payload)


def _list_object(action: Action) -> ListObject:
    if not isinstance(action.target, ListObject):
        raise InvariantError("not-a-list-object", f"{action.key} is no list object.")
    return action.target


def _same(row: Body, payload: Body, field: str) -> bool:
    parent = (row.get("ParentRef") or {}).get("value", "")
    wanted = (payload.get("ParentRef") or {}).get("value", "")
    return str(row.get(field, "")).casefold() == str(payload[field]).casefold() and parent == wanted


def _changed(client: QuickBooksClient, outbox: Outbox, action: Action) -> ItemResult | None:
    """Look at one object that was to be updated, deleted or made inactive."""
    link = action.link
    if link is None:
        raise InvariantError("no-link", f"{action.key} is to be changed, but is not linked.")
    entity = entity_of(link.kind)
    try:
        body = client.read(entity, link.remote_id)
    except NotFoundError:
        gone = action.kind in {ActionKind.DELETE, ActionKind.DEACTIVATE}
        return ItemResult(action.key, ok=gone, remote_id=link.remote_id, stale=not gone)
    if action.kind is ActionKind.DEACTIVATE and body.get("Active") is False:
        return _ok(action.key, body)
    if action.kind is ActionKind.UPDATE and action.target is not None:
        _entity, payload = outbox.writer.wire(action.target, outbox.resolve_ours)
        if says_the_same(entity, body, payload, link.theirs):
            return _ok(action.key, body)
    if str(body.get("SyncToken", "")) == invoice_token(client, link, outbox):
        return None
    return ItemResult(
        action.key, ok=False, remote_id=link.remote_id, stale=True, message="It was changed meanwhile."
    )
