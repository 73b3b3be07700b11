"""List objects with what statements print of them: names, numbers, what they hang under."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from closebook.apps.books.database import OF_COMPANY, books_connection
from closebook.core.reports.names import Named


class _Ref(msgspec.Struct):
    value: str = ""


class _Body(msgspec.Struct):
    """What is read of a stored document; the words are the protocol's."""

    DisplayName: str | None = None
    Name: str | None = None
    FullyQualifiedName: str | None = None
    ParentRef: _Ref | None = None
    Sku: str | None = None
    Description: str | None = None


_decode = msgspec.json.Decoder(_Body).decode


@dataclass(frozen=True, slots=True)
class ListObject:
    """A customer, vendor, item, class, … ``parent_wire_id`` names what it hangs under, in the same list."""

    key: int
    entity: str
    wire_id: str
    name: str
    full_name: str
    parent_wire_id: str
    sku: str
    description: str
    active: bool


def _list_object(key: int, entity: str, wire_id: str, body: str, *, active: bool) -> ListObject:
    found = _decode(body)
    name = found.DisplayName or found.Name or found.FullyQualifiedName or ""
    return ListObject(
        key=key,
        entity=entity,
        wire_id=wire_id,
        name=name,
        full_name=found.FullyQualifiedName or name,
        parent_wire_id=found.ParentRef.value if found.ParentRef else "",
        sku=found.Sku or "",
        description=found.Description or "",
        active=active,
    )


def in_keys(column: str, keys: Collection[int]) -> tuple[str, list[Any]]:
    """Return the condition that a column is one of any number of keys, with its one value."""
    if books_connection().vendor == "postgresql":
        return f"{column} = ANY(%s)", [sorted(keys)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(sorted(keys))]


def in_texts(column: str, texts: Collection[str]) -> tuple[str, list[Any]]:
    """Return the condition that a column is one of any number of texts, with its one value."""
    if books_connection().vendor == "postgresql":
        return f"{column} = ANY(%s)", [sorted(texts)]
    return f"{column} IN (SELECT value FROM json_each(%s))", [json.dumps(sorted(texts))]


def list_objects(company_id: int, keys: Collection[int]) -> dict[int, ListObject]:
    """Return the objects of some record keys, in one query; keys of no record of the company are left out."""
    if not any(keys):
        return {}
    condition, values = in_keys("id", keys)
    where = " AND ".join((OF_COMPANY, condition))  # noqa: FLY002 - written otherwise it looks like a sentence
    return _read(where, [company_id, *values])


def _read(condition: str, values: list[Any]) -> dict[int, ListObject]:
    sql = f"SELECT id, entity, wire_id, body, active FROM books_record WHERE {condition}"
    with books_connection().cursor() as cursor:
        cursor.execute(sql, values)
        return {row[0]: _list_object(*row[:4], active=bool(row[4])) for row in cursor.fetchall()}


def whole_list(company_id: int, entity: str) -> dict[int, ListObject]:
    """Return all objects of one list, inactive ones too."""
    return _read("company_id = %s AND entity = %s", [company_id, entity])


def record_places(company_id: int, keys: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return the entity and the id by which the protocol knows each record, in one query."""
    if not any(keys):
        return {}
    condition, values = in_keys("id", keys)
    sql = f"SELECT id, entity, wire_id FROM books_record WHERE {OF_COMPANY} AND {condition}"
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id, *values])
        return {key: (entity, wire_id) for key, entity, wire_id in cursor.fetchall()}


def wire_ids(company_id: int, keys: Collection[int]) -> dict[int, str]:
    """Return the id by which the protocol knows each record, in one query."""
    if not any(keys):
        return {}
    condition, values = in_keys("id", keys)
    sql = f"SELECT id, wire_id FROM books_record WHERE {OF_COMPANY} AND {condition}"
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id, *values])
        return dict(cursor.fetchall())


def name_tree(company_id: int, keys: Collection[int], *entities: str) -> dict[int, Named]:
    """Return the names of some keys that belong to certain lists, with all that they hang under.

    One query for the objects, and one for each level of parents.
    """
    found = {key: one for key, one in list_objects(company_id, keys).items() if one.entity in entities}
    return tree_of(company_id, found)


def tree_of(company_id: int, objects: Mapping[int, ListObject]) -> dict[int, Named]:
    """Return the names of objects of one list with all that they hang under: one query for each level."""
    found = dict(objects)
    asked: set[str] = set()
    while wanted := _parents(found) - asked:
        asked |= wanted
        entity = next(iter(found.values())).entity
        condition, values = in_texts("wire_id", wanted)
        found |= _read(f"company_id = %s AND entity = %s AND {condition}", [company_id, entity, *values])
    keys_by_wire_id = {one.wire_id: key for key, one in found.items()}
    return {key: Named(key, one.name, keys_by_wire_id.get(one.parent_wire_id)) for key, one in found.items()}


def _parents(found: Mapping[int, ListObject]) -> set[str]:
    """Return the ids of parents that are not among the objects."""
    return {one.parent_wire_id for one in found.values()} - {one.wire_id for one in found.values()} - {""}
