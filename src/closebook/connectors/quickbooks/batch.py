"""Up to 30 independent operations in one call; each answer finds its item by ``bId``.

Source: QuickBooks Online Accounting API, batch: 30 items, items are independent of each other, a request id
has at most 36 characters and a ``bId`` at most 10 when both are used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from closebook.connectors.quickbooks.faults import error_of_fault, fault_in
from closebook.connectors.quickbooks.wire import objects
from closebook.core.errors import InvariantError, Place, RemoteError, UnknownOutcomeError

MAX_ITEMS = 30
REQUEST_ID_LENGTH = 36
BID_LENGTH = 10
_VOID_OPTION = "void"


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One operation: ``create``, ``update``, ``delete`` or ``void`` of an entity, or a ``query`` with a
    statement.

    ``options`` is what a single call would carry as ``include``. ``b_id`` may be left "" to be numbered by
    place.
    """

    operation: str
    entity: str = ""
    payload: dict[str, Any] | None = None
    b_id: str = ""
    options: str = ""
    statement: str = ""


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What became of one item: ``body`` (the stored object, or the whole query answer) or ``error``, never
    both.

    An item without an answer has an UnknownOutcomeError.
    """

    b_id: str
    entity: str
    body: dict[str, Any] | None = None
    error: RemoteError | None = None

    @property
    def ok(self) -> bool:
        """Tell whether the item was done."""
        return self.error is None


def batch_body(items: Sequence[BatchItem], request_id: str) -> dict[str, Any]:
    """Return the wire body of a batch. Raises InvariantError when it breaks one of the service's limits."""
    if len(items) > MAX_ITEMS:
        raise InvariantError("batch-too-large", f"A batch holds {len(items)} items, more than {MAX_ITEMS}.")
    if len(request_id) > REQUEST_ID_LENGTH:
        raise InvariantError("bad-request-id", f"{request_id!r} is too long for a batch.")
    names = b_ids(items)
    if len(set(names)) < len(names) or any(not 0 < len(name) <= BID_LENGTH for name in names):
        raise InvariantError("bad-batch-ids", f"The ids of the batch's items are not usable: {names}.")
    return {"BatchItemRequest": [_wire_item(item, name) for item, name in zip(items, names, strict=True)]}


def b_ids(items: Sequence[BatchItem]) -> list[str]:
    """Return the ids of items in order; those without one are numbered by their place from 1."""
    return [item.b_id or str(place) for place, item in enumerate(items, start=1)]


def batch_answers(items: Sequence[BatchItem], body: dict[str, Any]) -> list[BatchAnswer]:
    """Return one answer per item, in the order of the items."""
    found: dict[str, dict[str, Any]] = {}
    for answer in objects(body.get("BatchItemResponse")):
        found.setdefault(str(answer.get("bId", "")), answer)
    return [_answer(item, name, found.get(name)) for item, name in zip(items, b_ids(items), strict=True)]


def _wire_item(item: BatchItem, name: str) -> dict[str, Any]:
    if item.operation == "query":
        return {"bId": name, "Query": item.statement}
    wire = {"bId": name, "operation": item.operation, item.entity: item.payload or {}}
    options = item.options
    if item.operation == "void" and item.entity != "Invoice":
        wire["operation"] = "update"
        wire[item.entity] = {**(item.payload or {}), "sparse": True}
        options = _VOID_OPTION
    return {**wire, "optionsData": options} if options else wire


def _answer(item: BatchItem, name: str, answer: dict[str, Any] | None) -> BatchAnswer:
    place = Place(record=f"{item.entity} {(item.payload or {}).get('Id', '')}".strip())
    if answer is None:
        lost = UnknownOutcomeError(
            "no-answer-for-item", "The batch's answer leaves this item out.", place=place
        )
        return BatchAnswer(name, item.entity, error=lost)
    fault = fault_in(answer)
    if fault is not None:
        error = error_of_fault(fault, status=200, write=item.operation != "query", place=place)
        return BatchAnswer(name, item.entity, error=error)
    body = answer.get("QueryResponse" if item.operation == "query" else item.entity)
    if not isinstance(body, dict):
        unclear = UnknownOutcomeError(
            "answer-unclear", "The batch's answer to this item is not readable.", place=place
        )
        return BatchAnswer(name, item.entity, error=unclear)
    return BatchAnswer(name, item.entity, body=body)
