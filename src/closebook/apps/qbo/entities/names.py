"""Names of list objects: which characters they may hold, how they nest, and when they clash."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.services.write import touch
from closebook.apps.qbo.values import flag, text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context, Reference

DELETED = " (deleted)"
LEVELS = 5


def fold(name: str) -> str:
    """Return the key by which names are equal: composed characters, no outer blanks, no difference of case.

    >>> fold(" Ada QUILL ")
    'ada quill'
    """
    if name.isascii():
        return name.strip().lower()
    return unicodedata.normalize("NFC", name).strip().casefold()


def checked_name(value: object, element: str, most: int, refused: str = ":\t\n\r") -> str:
    """Return a name without outer blanks. Raises 2020 when empty, 2050 when too long, 2040 for a refused
    character.
    """
    name = text_of(value, element)
    if not name:
        raise faults.required(element)
    check_text(name, element, most, refused)
    return name


def check_text(text: str, element: str, most: int, refused: str = "") -> None:
    """Raise 2050 for a text that is too long, 2040 for one with a refused character."""
    if len(text) > most:
        raise faults.wrong_length(element, 0, most, len(text))
    if any(character in refused for character in text):
        raise faults.invalid_characters(element)


def plain(name: str) -> str:
    """Return a name without the mark of an inactive object."""
    return name.removesuffix(DELETED)


def shown(name: str, active: bool) -> str:
    """Return a name as it is stored: inactive objects carry a mark that frees their name."""
    return plain(name) if active else plain(name) + DELETED


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands in its tree: full path (names joined by colons), parent and level (0 is the
    top).
    """

    path: str
    parent: Reference | None
    level: int


def place(ctx: Context, entity: str, name: str, parent: object, former: Record | None) -> Place:
    """Return the place of an object below the parent that a reference names (None: at the top).

    Raises 2500 for a missing or inactive parent, 900 when it lies below the object itself, 6180 for too
    deep a tree.
    """
    if parent is None:
        return Place(name, None, 0)
    above = ctx.require(entity, parent, "ParentRef")
    line = ancestors(ctx, entity, above)
    if former is not None and any(one.pk == former.pk for one in line):
        raise faults.parent_is_child(f"{name} cannot be placed below itself")
    if len(line) >= LEVELS:
        raise faults.too_many_levels()
    return Place(f"{above.body.get('FullyQualifiedName') or above.name}:{name}", above, len(line))


def ancestors(ctx: Context, entity: str, first: Reference) -> list[Reference]:
    """Return an object and what it lies below, from the inside out."""
    line = [first]
    while (upper := line[-1].body.get("ParentRef")) and len(line) <= LEVELS:
        above = ctx.reference(entity, upper["value"])
        if above is None:
            break
        line.append(above)
    return line


def holder(ctx: Context, entities: Sequence[str], key: str, former: Record | None) -> tuple[str, str] | None:
    """Return entity and id of another active object with that key, None when the name is free."""
    marks = ", ".join(["%s"] * len(entities))
    # The entity is no plain column here: SQLite would take a walk over all live records of it for as cheap.
    ctx.cursor.execute(
        "SELECT entity, wire_id, id FROM books_record WHERE company_id = %s AND name_key = %s AND NOT "
        "(name_key = '')"
        f" AND entity || '' IN ({marks}) AND active AND deleted_at IS NULL LIMIT 2",
        [ctx.company_id, key, *entities],
    )
    for entity, wire_id, pk in ctx.cursor.fetchall():
        if former is None or pk != former.pk:
            return entity, wire_id
    return None


def active_of(payload: Body, former: Record | None) -> bool:
    """Return whether the object is to be active: as sent, else as it was, else true."""
    if "Active" in payload:
        return flag(payload, "Active")
    return former.active if former is not None else True


def rename_children(ctx: Context, entity: str, old_path: str, new_path: str) -> int:
    """Give all objects below a renamed or moved one their new full names; return how many there are."""
    key = fold(old_path) + ":"
    ctx.cursor.execute(
        f"SELECT {store.COLUMNS} FROM books_record WHERE company_id = %s AND entity = %s"
        " AND name_key >= %s AND name_key < %s AND NOT (name_key = '')",
        [ctx.company_id, entity, key, key[:-1] + ";"],
    )
    children = [store.record_of(row) for row in ctx.cursor.fetchall()]
    for child in children:
        former = store.body_of(child).get("FullyQualifiedName", "")
        path = new_path + former[len(old_path) :]
        child.name_key = fold(path)
        touch(ctx, child, {"FullyQualifiedName": path})
        if entity == "Account":
            ctx.cursor.execute(
                "UPDATE books_ledgeraccount SET full_name = %s WHERE record_id = %s", [path, child.pk]
            )
    return len(children)
