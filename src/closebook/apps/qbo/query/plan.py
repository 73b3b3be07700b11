"""Turns a statement into SQL conditions on indexed columns, and a test of bodies for the rest."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.entities.base import Entity, Kind, Property
from closebook.apps.qbo.entities.names import fold
from closebook.apps.qbo.query.ast import Condition, Sort, Statement
from closebook.apps.qbo.query.values import COMPARE, held, operand, pattern
from closebook.apps.qbo.wire import Body
from closebook.core.money import minor_digits

_PARTIES = frozenset({"CustomerRef", "VendorRef", "EntityRef"})
_OWN_MEANING = frozenset({"TimeActivity", "JournalEntry", "Transfer", "Deposit"})
"""Transactions whose party or total column is not what the members of that name show."""
_MINOR = frozenset({"total_minor", "balance_minor"})
_BY_COLUMN = {
    "wire_id": "id",
    "txn_date": "txn_date",
    "due_date": "due_date",
    "created_at": "created_at",
    "updated_at": "updated_at",
    "name_key": "name_key",
    "sync_token": "sync_token",
}
Test = Callable[[Body], bool]


@dataclass(slots=True)
class Plan:
    """How to run a statement: SQL with its values, tests of the body, and the order in SQL or (None) in
    memory.
    """

    entity: Entity
    where: str
    values: list[Any]
    tests: list[Test] = field(default_factory=list)
    order: str | None = "id"
    led_by_name: bool = False


def make_plan(ctx: Context, entity: Entity, statement: Statement) -> Plan:
    """Return the plan of a statement. Raises 4001 for properties that are unknown or cannot be compared
    so.
    """
    plan = Plan(
        entity, "company_id = %s AND entity = %s AND deleted_at IS NULL", [ctx.company_id, entity.name]
    )
    filtered = {condition.path.lower() for condition in statement.conditions}
    if not entity.is_transaction and "active" not in filtered and "active" in entity.filterable:
        plan.where += " AND active"
    for condition in statement.conditions:
        _add(ctx, plan, condition, find_property(entity, condition.path))
    plan.order = _order(entity, statement.order)
    if plan.order is not None and plan.led_by_name:
        plan.order = re.sub(r"\bid\b", "+id", plan.order)
    return plan


def find_property(entity: Entity, path: str) -> Property:
    """Return a filterable property by its name in any letter case. Raises 4001 when there is none."""
    key = path.lower().removesuffix(".value")
    found = entity.filterable.get(key)
    if found is None and key.endswith("id"):
        found = entity.filterable.get(f"{key[:-2]}ref")
    if found is None:
        raise faults.query_invalid(f"Property {path} not found for Entity {entity.name}")
    return found


def _add(ctx: Context, plan: Plan, condition: Condition, known: Property) -> None:
    """Add one condition, as SQL where a column can answer it and as a test of the body otherwise."""
    if known.path == "Id" and condition.operator not in {"=", "IN"}:
        raise faults.query_invalid("Operator of property Id must be = or IN")
    if condition.operator == "LIKE":
        if known.kind is not Kind.TEXT:
            raise faults.query_invalid(f"Operator LIKE is not supported for property {known.path}")
        _add_like(ctx, plan, condition.values[0].text, known)
        return
    operands = [operand(value, known.kind, known.path, ctx.today) for value in condition.values]
    if None not in operands and _add_sql(ctx, plan, condition.operator, operands, known):
        return
    if None not in operands:
        _narrow_documents(ctx, plan, condition.operator, operands, known)
    if known.kind is Kind.TEXT and condition.operator == "=" and operands[0] is not None:
        _narrow(ctx, plan, operands[0])
    plan.tests.append(_test(condition.operator, operands, known))


def _narrow(ctx: Context, plan: Plan, text: str) -> None:
    """Narrow to bodies that hold a text somewhere, where JSON writes it as it is; the test of the body
    decides.
    """
    if text.isascii() and text.isprintable() and not set(text) & set('"\\/'):
        like = "ILIKE" if ctx.cursor.db.vendor == "postgresql" else "LIKE"
        plan.where += f" AND body {like} %s ESCAPE '!'"
        plan.values.append("%" + text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%")


def _narrow_documents(ctx: Context, plan: Plan, operator: str, operands: list[Any], known: Property) -> None:
    """Narrow documents by party or total, which have columns; the test of the body decides."""
    if not plan.entity.is_transaction or plan.entity.name in _OWN_MEANING:
        return
    if known.path in _PARTIES:
        _add_party(ctx, plan, operator, operands)
    elif known.path == "TotalAmt" and not ctx.multicurrency:
        _add_minor(ctx, plan, operator, operands, "total_minor")


def _test(operator: str, operands: list[Any], known: Property) -> Test:
    """Return the test of a condition; a path through a list is fulfilled when one of its members does."""
    test = _test_of_one(operator, operands, known)
    first, dot, _rest = known.path.partition(".")
    if not dot:
        return test

    def test_each(body: Body) -> bool:
        members = body.get(first)
        if not isinstance(members, list):
            return test(body)
        return any(test({first: member}) for member in members)

    return test_each


def _test_of_one(operator: str, operands: list[Any], known: Property) -> Test:
    path, kind = known.path, known.kind
    if operator == "IN":
        wanted = set(operands)
        return lambda body: held(body, path, kind) in wanted
    compare, other = COMPARE[operator], operands[0]
    if other is None or operator in {"=", "!="}:
        if operator not in {"=", "!="}:
            raise faults.query_invalid(f"property {path} cannot be compared with no value")
        return lambda body: compare(_plain(held(body, path, kind), kind), _plain(other, kind))

    def test(body: Body) -> bool:
        value = held(body, path, kind)
        return value is not None and compare(value, other)

    return test


def _plain(value: Any, kind: Kind) -> Any:
    return False if value is None and kind is Kind.BOOLEAN else value


def _add_like(ctx: Context, plan: Plan, text: str, known: Property) -> None:
    folded = fold(text)
    if known.column in {"name_key", "doc_number"} and folded.isascii():
        escaped = folded.replace("\\", "\\\\").replace("_", "\\_")
        plan.where += f" AND LOWER({known.column}) LIKE %s ESCAPE '\\'"
        plan.values.append(escaped)
        return
    longest = max(folded.split("%"), key=len)
    _narrow(ctx, plan, longest)
    expression, path = pattern(text), known.path
    plan.tests.append(lambda body: expression.fullmatch(held(body, path, Kind.TEXT) or "") is not None)


def _add_sql(ctx: Context, plan: Plan, operator: str, operands: list[Any], known: Property) -> bool:
    """Add a condition on the property's column; return whether that answers it in full."""
    column = known.column
    if not column:
        return False
    if column == "party":
        _add_party(ctx, plan, operator, operands)
        return False
    if column in _MINOR:
        return not ctx.multicurrency and _add_minor(ctx, plan, operator, operands, column)
    if known.kind is Kind.TEXT:
        return _add_text(plan, operator, operands, column)
    if known.kind is Kind.REFERENCE and operator not in {"=", "IN"}:
        return False
    _add_compared(plan, column, operator, [_bindable(one) for one in operands])
    return True


def _bindable(value: Any) -> Any:
    """Return what the database takes for an operand."""
    if isinstance(value, dt.datetime):
        return store.database_time(value)
    if isinstance(value, dt.date):
        return store.database_day(value)
    return int(value) if isinstance(value, Decimal) else value


def _add_compared(plan: Plan, column: str, operator: str, operands: list[Any]) -> None:
    if operator == "IN":
        plan.where += f" AND {column} IN ({', '.join(['%s'] * len(operands))})"
    else:
        plan.where += f" AND {column} {operator} %s"
    plan.values.extend(operands)


def _add_text(plan: Plan, operator: str, operands: list[str], column: str) -> bool:
    """Add an equality of folded texts; the order of texts is left to the test of bodies, which knows no
    collation.
    """
    if operator not in {"=", "IN"}:
        return False
    if column == "name_key":
        _lead_by_name(plan)
        plan.where += " AND NOT (name_key = '')"
        _add_compared(plan, column, operator, operands)
        return True
    if column != "doc_number" or not all(one.isascii() for one in operands):
        return False
    _lead_by_name(plan)
    plan.where += " AND NOT (doc_number = '')"
    lettered = any(character.isalpha() for one in operands for character in one)
    _add_compared(plan, "LOWER(doc_number)" if lettered else "doc_number", operator, operands)
    return True


def _lead_by_name(plan: Plan) -> None:
    """Have the index of names or numbers used: SQLite takes a walk over all records for as cheap."""
    plan.where = plan.where.replace("entity = %s", "entity || '' = %s", 1)
    plan.led_by_name = True


def _add_party(ctx: Context, plan: Plan, operator: str, operands: list[str]) -> None:
    """Narrow to the documents of some customers, vendors or employees; the test of the body still decides."""
    if operator not in {"=", "IN"}:
        return
    marks = ", ".join(["%s"] * len(operands))
    plan.where += (
        " AND party IN (SELECT id FROM books_record WHERE company_id = %s"
        f" AND entity IN ('Customer', 'Vendor', 'Employee') AND wire_id IN ({marks}))"
    )
    plan.values.extend([ctx.company_id, *operands])


def _add_minor(ctx: Context, plan: Plan, operator: str, operands: list[Decimal], column: str) -> bool:
    """Add a comparison of an amount with whole minor units."""
    scaled = [one.scaleb(minor_digits(ctx.home_currency)) for one in operands]
    if operator in {"=", "IN", "!="}:
        if any(one != one.to_integral_value() for one in scaled):
            return False
        _add_compared(plan, column, operator, [int(one) for one in scaled])
        return True
    bound = math.floor(scaled[0]) if operator in {"<=", ">"} else math.ceil(scaled[0])
    _add_compared(plan, column, operator, [bound])
    return True


def _order(entity: Entity, order: tuple[Sort, ...]) -> str | None:
    """Return the ORDER BY of a statement, None when its rows must be sorted in memory."""
    if not order:
        if entity.is_transaction:
            return "id DESC"
        return "name_key, id" if entity.default_order == "name_key" else "id"
    parts = []
    for sort in order:
        known = find_property(entity, sort.path)
        column = _BY_COLUMN.get(known.column, "")
        if not column or (known.kind is Kind.TEXT and column != "name_key"):
            return None
        parts.append(f"{column} {'DESC' if sort.descending else 'ASC'}")
    return ", ".join([*parts, "id"])


def sort_bodies(entity: Entity, order: tuple[Sort, ...], rows: list[tuple[int, Body]]) -> None:
    """Sort rows (primary key, body) in memory by a statement's keys; no value comes first, ties by primary
    key.
    """
    rows.sort(key=lambda row: row[0])
    for sort in reversed(order):
        known = find_property(entity, sort.path)
        rows.sort(key=lambda row: _sort_key(row[1], known), reverse=sort.descending)


def _sort_key(body: Body, known: Property) -> tuple[bool, Any]:
    value = held(body, known.path, known.kind)
    if known.path == "Id" and isinstance(value, str) and value.isdigit():
        return True, int(value)
    return (value is not None, value if value is not None else 0)
