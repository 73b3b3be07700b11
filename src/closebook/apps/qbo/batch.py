"""Batch: up to 30 independent items in one request, one transaction and one writing of balances.

Source: QuickBooks Online Accounting API, batch.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.db import connections, transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import Record
from closebook.apps.qbo import faults
from closebook.apps.qbo.cdc import changes
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.entities.base import Entity
from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.objects import operation_of, shown, write_object
from closebook.apps.qbo.prefetch import prefetch_references
from closebook.apps.qbo.query.run import query
from closebook.apps.qbo.registry import find
from closebook.apps.qbo.wire import Body
from closebook.core.errors import InputError

MOST_ITEMS = 30
_OWN_MEMBERS = frozenset({"bId", "operation", "optionsData", "Query"})
_READS = frozenset({"Fault", "QueryResponse", "CDCResponse"})


def items_of(payload: Body) -> list[Body]:
    """Return the items of a batch. Raises 400 (empty), 1040 (too many) and 2010."""
    items = payload.get("BatchItemRequest")
    if not isinstance(items, list) or not items:
        raise faults.malformed("Batch Request is Empty")
    if len(items) > MOST_ITEMS:
        raise faults.batch_too_large(MOST_ITEMS)
    if not all(isinstance(item, dict) for item in items):
        raise faults.unreadable_json()
    return items


def run_batch(ctx: Context, items: list[Body], raw: bytes) -> tuple[list[Body], bool]:
    """Do the items in order; return their answers, and whether any of them wrote something.

    A failing item is undone alone; what the others did stays. ``raw`` is the request's body.
    """
    prefetch_references(ctx, raw)
    finished = _run_items(ctx, items)
    wrote = any(key not in _READS for key, _result, _entity in finished)
    answers = []
    for item, (key, result, entity) in zip(items, finished, strict=True):
        answer: Body = {"bId": item["bId"]} if "bId" in item else {}
        answer[key] = shown(ctx, entity, result) if entity is not None else result
        answers.append(answer)
    return answers, wrote


Finished = tuple[str, Any, Entity | None]


def _run_items(ctx: Context, items: list[Body]) -> list[Finished]:
    """Return (member, result, entity) of each item; the entity is None where the result is shown as it is.

    A savepoint for each item costs a fifth of the time of a batch, and hardly an item that fails has
    written anything
    before it does. So on SQLite, which counts changed rows, they are done without; only when one did write
    first, all is taken back and done again with savepoints.
    """
    connection = connections[BOOKS]
    if connection.vendor != "sqlite":
        return [_run_item(ctx, item, careful=True) for item in items]
    mark = ctx.mark()
    try:
        with transaction.atomic(using=BOOKS):
            return [_run_item(ctx, item, careful=False) for item in items]
    except _WroteBeforeFailing:
        ctx.rewind(mark)
    return [_run_item(ctx, item, careful=True) for item in items]


class _WroteBeforeFailing(Exception):  # noqa: N818 - a turn of the way, not an error
    """An item failed after it had changed rows."""


def _run_item(ctx: Context, item: Body, *, careful: bool) -> Finished:
    include = ctx.include
    changed = 0 if careful else connections[BOOKS].connection.total_changes
    try:
        if "Query" in item:
            return "QueryResponse", query(ctx, str(item["Query"])), None
        if "CDCQuery" in item:
            return "CDCResponse", _changes(ctx, item["CDCQuery"]), None
        entity, payload = _target(item)
        ctx.include = include | _options(item)
        operation = operation_of(str(item.get("operation", "")), payload, ctx.include)
        with transaction.atomic(using=BOOKS) if careful else nullcontext():
            result = write_object(ctx, entity, operation, payload)
        ctx.settle()
    except (Fault, InputError) as error:
        if not careful and connections[BOOKS].connection.total_changes != changed:
            raise _WroteBeforeFailing from error
        ctx.forget()
        fault = error if isinstance(error, Fault) else faults.business(error.message)
        return "Fault", fault.as_body(), None
    finally:
        ctx.include = include
    return entity.name, result, entity if isinstance(result, Record) else None


def _changes(ctx: Context, asked: Any) -> Body:
    """Return the one CDCResponse of an item; its members are written in either letter case."""
    if not isinstance(asked, dict):
        raise faults.unsupported_property("CDCQuery")
    given = {name.lower(): value for name, value in asked.items()}
    names = given.get("entities") or ""
    joined = ",".join(str(name) for name in names) if isinstance(names, list) else str(names)
    found: Body = changes(ctx, joined, str(given.get("changedsince") or ""))["CDCResponse"][0]
    return found


def _target(item: Body) -> tuple[Entity, Body]:
    names = [name for name in item if name not in _OWN_MEMBERS]
    if len(names) != 1:
        raise faults.malformed("A batch item holds one object or one query")
    entity = find(names[0])
    if entity is None:
        raise faults.unknown_object(names[0])
    payload = item[names[0]]
    if not isinstance(payload, dict):
        raise faults.unsupported_property(names[0])
    return entity, payload


def _options(item: Body) -> frozenset[str]:
    options = item.get("optionsData") or ""
    return frozenset(word.strip().lower() for word in str(options).split(",") if word.strip())
