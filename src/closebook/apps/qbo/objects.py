"""Reads, writes and queries of single objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from closebook.apps.books.models import Record
from closebook.apps.qbo import faults
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.entities.base import Entity
from closebook.apps.qbo.selectors.present import is_plain, present
from closebook.apps.qbo.services import write
from closebook.apps.qbo.wire import Body, decode

OPERATIONS = frozenset({"create", "update", "delete", "void"})


def operation_of(params: str, payload: Mapping[str, Any], include: frozenset[str]) -> str:
    """Return what a write asks for: the given operation, else update when the payload has an Id, else create.

    An update that includes ``void`` is a void. Raises 500 for an unknown operation.
    """
    operation = params.strip().lower() or ("update" if payload.get("Id") not in (None, "") else "create")
    if operation not in OPERATIONS:
        raise faults.unsupported_operation(f"Operation {operation} is not supported")
    if operation == "create" and payload.get("sparse") is True:
        return "update"
    return "void" if operation == "update" and "void" in include else operation


def write_object(ctx: Context, entity: Entity, operation: str, payload: Body) -> Body | Record:
    """Do one write: return the record, or the stub of a deleted object. The caller settles."""
    special = entity.write_special(ctx, operation, payload)
    if special is not None:
        return special
    if operation == "create":
        return write.create_record(ctx, entity, payload)
    if operation == "update":
        return write.update_record(ctx, entity, payload)
    if operation == "void":
        return write.void_record(ctx, entity, payload)
    return write.delete(ctx, entity, payload)


def shown(ctx: Context, entity: Entity, result: Body | Record) -> Any:
    """Return what an answer shows of a write or read: the stored bytes as they are where nothing is
    derived.
    """
    if isinstance(result, dict):
        return result
    if is_plain(ctx, entity):
        return msgspec.Raw(result.body.encode("utf-8"))
    return present(ctx, entity, decode(result.body))


def read_object(ctx: Context, entity: Entity, wire_id: str) -> Any:
    """Return an object by its id, as an answer shows it. Raises 2030 and 610."""
    special = entity.read_special(ctx, wire_id)
    if special is not None:
        return special
    return shown(ctx, entity, write.live_record(ctx, entity, wire_id))
