"""Runs a statement: counts and pages by columns alone where they suffice, and reads only the bodies it
shows.
"""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import connections

from closebook.apps.books.database import BOOKS
from closebook.apps.qbo import faults
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.entities.base import Entity
from closebook.apps.qbo.query.ast import Statement
from closebook.apps.qbo.query.plan import Plan, make_plan, sort_bodies
from closebook.apps.qbo.query.values import at_path
from closebook.apps.qbo.registry import find
from closebook.apps.qbo.selectors.present import is_plain, present
from closebook.apps.qbo.wire import Body, decode

DEFAULT_ROWS = 100
MOST_ROWS = 1000
MOST_SKIPPED = 2**31
CHUNK = 500


def query(ctx: Context, text: str) -> dict[str, Any]:
    """Return the QueryResponse of a statement. Raises 4000 or 4001."""
    # The grammar costs a tenth of a second, which a command that never asks in words need not pay.
    from closebook.apps.qbo.query.parse import parse

    statement = parse(text)
    entity = find(statement.entity)
    if entity is None:
        raise faults.query_invalid(f"Entity {statement.entity} is not supported")
    if statement.start < 1:
        raise faults.query_invalid(f"value {statement.start} is too small. Min allowed value is 1")
    if "\x00" in text:
        raise faults.query_lexical("\x00", text.index("\x00") + 1)
    size = DEFAULT_ROWS if statement.size is None else min(statement.size, MOST_ROWS)
    if size < 0:
        raise faults.query_invalid(f"value {size} is too small. Min allowed value is 0")
    columns = [_column(entity, path) for path in statement.columns]
    plan = make_plan(ctx, entity, statement)
    if statement.count:
        return {"totalCount": _count(ctx, plan)}
    extra = entity.query_extras(ctx, statement) if statement.start == 1 else []
    rows = [*_rows(ctx, plan, statement, size, whole=not columns), *extra]
    if not rows:
        return {}
    if columns:
        rows = [_partial(row, columns) for row in rows]
    return {entity.query_key or entity.name: rows, "startPosition": statement.start, "maxResults": len(rows)}


def _column(entity: Entity, path: str) -> str:
    """Return the canonical dotted path of a listed column. Raises 4001 when the entity has no such member."""
    known = entity.filterable.get(path.lower())
    if known is not None:
        return known.path
    first, _, rest = path.partition(".")
    member = next((name for name in entity.known if name.lower() == first.lower()), None)
    if member is None:
        raise faults.query_invalid(f"Property {path} not found for Entity {entity.name}")
    return f"{member}.{rest}" if rest else member


def _partial(body: Body, paths: list[str]) -> Body:
    """Return the asked members of a body, marked as sparse."""
    part: Body = {}
    for path in paths:
        value = at_path(body, path)
        if value is None:
            continue
        *groups, last = path.split(".")
        target = part
        for group in groups:
            target = target.setdefault(group, {})
        target[last] = value
    part["sparse"] = True
    return part


def _count(ctx: Context, plan: Plan) -> int:
    if not plan.tests:
        ctx.cursor.execute(f"SELECT COUNT(*) FROM books_record WHERE {plan.where}", plan.values)
        return int(ctx.cursor.fetchone()[0])
    return len(_tested(ctx, plan))


def _rows(ctx: Context, plan: Plan, statement: Statement, size: int, *, whole: bool) -> list[Any]:
    if plan.order is None:
        found = _tested(ctx, plan)
        sort_bodies(plan.entity, statement.order, found)
        return [body for _pk, body in found[statement.start - 1 : statement.start - 1 + size]]
    if plan.tests:
        found = _tested(ctx, plan, most=statement.start - 1 + size)
        return [body for _pk, body in found[statement.start - 1 :]]
    ctx.cursor.execute(
        f"SELECT body FROM books_record WHERE id IN (SELECT id FROM books_record WHERE {plan.where}"
        f" ORDER BY {plan.order} LIMIT %s OFFSET %s) ORDER BY {plan.order}",
        [*plan.values, size, min(statement.start - 1, MOST_SKIPPED)],
    )
    texts = [row[0] for row in ctx.cursor.fetchall()]
    if whole and is_plain(ctx, plan.entity):
        return [msgspec.Raw(text.encode("utf-8")) for text in texts]
    return [present(ctx, plan.entity, decode(text)) for text in texts]


def _tested(ctx: Context, plan: Plan, most: int | None = None) -> list[tuple[int, Body]]:
    """Return (primary key, body as shown) of the rows that pass, in the plan's order, at most so many."""
    with connections[BOOKS].cursor() as cursor:
        cursor.execute(
            f"SELECT id, body FROM books_record WHERE {plan.where} ORDER BY {plan.order or 'id'}", plan.values
        )
        found: list[tuple[int, Body]] = []
        while rows := cursor.fetchmany(CHUNK):
            for pk, text in rows:
                body = present(ctx, plan.entity, decode(text))
                if all(test(body) for test in plan.tests):
                    found.append((pk, body))
            if most is not None and len(found) >= most:
                break
    return found[:most]
