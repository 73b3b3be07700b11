"""Class and Department (shown as location): two trees by which documents are sorted.

Source: QuickBooks Online Accounting API, Class and Department entities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.names import (
    active_of,
    checked_name,
    fold,
    holder,
    place,
    plain,
    rename_children,
    shown,
)
from closebook.apps.qbo.store import body_of
from closebook.apps.qbo.values import reference_id, text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context


class _Tree(Entity):
    """A list whose objects nest; ``child_flag`` is the member that says so."""

    child_flag: ClassVar[str]
    address_member: ClassVar[str] = ""
    fields = frozenset({"Name", "ParentRef", "SubClass", "SubDepartment", "Active", "Address"})
    read_only = frozenset({"FullyQualifiedName"})
    properties = (
        Property("Name"),
        Property("FullyQualifiedName", column="name_key"),
        Property("Active", Kind.BOOLEAN, "active"),
        Property("SubClass", Kind.BOOLEAN),
        Property("SubDepartment", Kind.BOOLEAN),
        Property("ParentRef", Kind.REFERENCE),
    )
    default_order = "name_key"

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft. Raises 6240 when another object of the same level has the name."""
        active = active_of(payload, former)
        name = checked_name(plain(text_of(payload.get("Name"), "Name")), "Name", 100)
        parent = payload.get("ParentRef")
        parent = parent if parent is not None and reference_id(parent, "ParentRef") else None
        where = place(ctx, self.name, name, parent, former)
        path = shown(where.path, active)
        if active and holder(ctx, (self.name,), fold(path), former):
            raise faults.duplicate_name("other")
        body: Body = {
            "Name": shown(name, active),
            self.child_flag: where.parent is not None,
            "FullyQualifiedName": path,
            "Active": active,
        }
        if where.parent is not None:
            body["ParentRef"] = where.parent.as_ref()
        if self.address_member and self.address_member in payload:
            body[self.address_member] = payload[self.address_member]
        draft = Draft(body, name_key=fold(path), active=active)
        old_path = plain(body_of(former)["FullyQualifiedName"]) if former else where.path
        if old_path != where.path:
            draft.after.append(lambda ctx, _record: _moved(ctx, self.name, old_path, where.path))
        return draft


def _moved(ctx: Context, entity: str, old_path: str, new_path: str) -> None:
    rename_children(ctx, entity, old_path, new_path)


class Class(_Tree):
    """A segment of the business by which lines are tracked."""

    name = "Class"
    child_flag = "SubClass"
    long_ids = True
    noun = "Klasses"


class Department(_Tree):
    """A location by which whole documents are tracked."""

    name = "Department"
    child_flag = "SubDepartment"
    address_member = "Address"
    noun = "Depts"
