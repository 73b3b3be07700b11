"""One item of a batch sent by itself, with the same words for what became of it.

Source: QuickBooks Online Accounting API: what a batch carries as an item's fault comes as status 400 here.
"""

from __future__ import annotations

from typing import Any

from closebook.connectors.quickbooks.batch import BatchAnswer, BatchItem
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.core.errors import InvariantError, RemoteError, UnknownOutcomeError
from closebook.core.planning.hands import USED_CODE

_REFUSED = frozenset({200, 400})


def sent_alone(client: QuickBooksClient, item: BatchItem, request_id: str) -> BatchAnswer:
    """Return what became of an item. Raises what concerns the request and not the item: a lost reply, limits,
    a login that ended, an id that was used before.
    """
    try:
        return BatchAnswer("1", item.entity, body=_object(client, item, request_id))
    except RemoteError as error:
        if isinstance(error, UnknownOutcomeError) or error.status not in _REFUSED or error.code == USED_CODE:
            raise
        return BatchAnswer("1", item.entity, error=error)


def _object(client: QuickBooksClient, item: BatchItem, request_id: str) -> dict[str, Any]:
    payload = item.payload or {}
    if item.operation == "create":
        return client.create(item.entity, payload, request_id)
    if item.operation == "update":
        return client.update(item.entity, payload, request_id)
    if item.operation == "delete":
        return client.delete(item.entity, payload, request_id)
    raise InvariantError("not-an-operation", f"{item.operation} is no operation of a run.")
