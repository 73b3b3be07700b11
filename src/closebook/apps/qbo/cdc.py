"""Change data capture: what changed or was deleted since a moment.

Source: QuickBooks Online Accounting API, change data capture.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.entities.base import Entity
from closebook.apps.qbo.query.values import parse_moment
from closebook.apps.qbo.registry import find
from closebook.apps.qbo.selectors.present import is_plain, present
from closebook.apps.qbo.wire import Body, decode, stamp

LOOK_BACK = dt.timedelta(days=30)
MOST_OBJECTS = 1000


def changes(ctx: Context, names: str, since_text: str) -> dict[str, Any]:
    """Return the CDCResponse for a list of entities (names with commas) since a date or timestamp."""
    entities = [_entity(name.strip()) for name in names.split(",") if name.strip()]
    if not entities:
        raise faults.required("entities")
    since = _since(ctx, since_text)
    found = _changed(ctx, entities, since)
    return {
        "CDCResponse": [{"QueryResponse": [_part(ctx, entity, found[entity.name]) for entity in entities]}]
    }


def _entity(name: str) -> Entity:
    entity = find(name)
    if entity is None or not entity.in_cdc:
        raise faults.unknown_object(name)
    return entity


def _since(ctx: Context, text: str) -> dt.datetime:
    if not text.strip():
        raise faults.required("changedSince")
    try:
        since = parse_moment(text)
    except ValueError as error:
        raise faults.invalid_date(text, "changedSince") from error
    if since < ctx.moment - LOOK_BACK:
        raise faults.rule(
            "4002",
            "Query processing error",
            f"QueryProcessingError: changedSince date {stamp(since)} is older than fixed days is not "
            f"supported",
        )
    return since


def _changed(ctx: Context, entities: list[Entity], since: dt.datetime) -> dict[str, list[tuple[Any, ...]]]:
    """Return the oldest changes over all entities, at most as many as one answer may hold, sorted by entity.

    Since the oldest come first over all of them, a caller who goes on from the newest time seen misses
    nothing.
    """
    marks = ", ".join(["%s"] * len(entities))
    ctx.cursor.execute(
        "SELECT entity, wire_id, body, updated_at, deleted_at FROM books_record WHERE company_id = %s"
        f" AND entity IN ({marks}) AND updated_at >= %s ORDER BY updated_at, id LIMIT %s",
        [ctx.company_id, *(entity.name for entity in entities), store.database_time(since), MOST_OBJECTS],
    )
    found: dict[str, list[tuple[Any, ...]]] = {entity.name: [] for entity in entities}
    for name, *row in ctx.cursor.fetchall():
        found[name].append(tuple(row))
    return found


def _part(ctx: Context, entity: Entity, found: list[tuple[Any, ...]]) -> Body:
    """Return one entity's part: live objects by time of change, then stubs of deleted ones; empty for no
    change.
    """
    if not found:
        return {}
    plain = is_plain(ctx, entity)
    live: list[Any] = []
    gone: list[Any] = []
    for wire_id, text, updated_at, deleted_at in found:
        if deleted_at is not None:
            gone.append(_stub(wire_id, store.moment_of(updated_at)))
        elif plain:
            live.append(msgspec.Raw(text.encode("utf-8")))
        else:
            live.append(present(ctx, entity, decode(text)))
    count = len(found)
    rows = [*live, *gone]
    return {
        entity.query_key or entity.name: rows,
        "startPosition": 1,
        "maxResults": count,
        "totalCount": count,
    }


def _stub(wire_id: str, deleted: dt.datetime) -> Body:
    return {
        "status": "Deleted",
        "domain": "QBO",
        "Id": wire_id,
        "MetaData": {"LastUpdatedTime": stamp(deleted)},
    }
