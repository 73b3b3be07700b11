"""Attachable: a note or a file that hangs on other objects.

Source: QuickBooks Online Accounting API, Attachable entity.
"""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING, Any, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.files import remove_file, temporary_url
from closebook.apps.qbo.store import body_of
from closebook.apps.qbo.values import flag, text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

CATEGORIES = frozenset({"Contact Photo", "Document", "Image", "Receipt", "Signature", "Sound", "Other"})
_COPIED = ("FileName", "Note", "ContentType", "PlaceName", "Lat", "Long", "Tag", "CustomField")
_NO_TARGETS = frozenset({"companyinfo", "preferences", "attachable", "exchangerate", "companycurrency"})


class Attachable(Entity):
    """A note, or the description of an uploaded file."""

    name = "Attachable"
    long_ids = True
    deletable = True
    fields = frozenset({*_COPIED, "AttachableRef", "Category"})
    read_only = frozenset(
        {"Size", "FileAccessUri", "TempDownloadUri", "ThumbnailFileAccessUri", "ThumbnailTempDownloadUri"}
    )
    lengths: ClassVar = {
        "Note": 2000,
        "FileName": 1000,
        "Tag": 2000,
        "PlaceName": 2000,
        "Lat": 100,
        "Long": 100,
    }
    properties = (
        Property("FileName"),
        Property("Note"),
        Property("Category"),
        Property("ContentType"),
        Property("Tag"),
        Property("Size", Kind.NUMBER),
        Property("AttachableRef.EntityRef", Kind.REFERENCE),
        Property("AttachableRef.EntityRef.type"),
    )
    derives = True

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft. Raises 2020 (neither note nor file), 2170, 6050, 2500."""
        old = body_of(former) if former else {}
        body: Body = {name: payload[name] for name in _COPIED if name in payload}
        if "FileName" not in body and "Note" not in body and "Size" not in old:
            raise faults.required("Note")
        if "FileName" in old and "Size" in old:
            body["FileName"] = body.get("FileName", old["FileName"])
            body["ContentType"] = body.get("ContentType", old.get("ContentType", ""))
        if "Category" in payload:
            body["Category"] = _category(payload["Category"])
        references = payload.get("AttachableRef")
        if references is not None:
            if not isinstance(references, list):
                raise faults.unsupported_property("AttachableRef")
            body["AttachableRef"] = [_reference(ctx, one) for one in references]
        if "Size" in old:
            body["Size"] = old["Size"]
        return Draft(body)

    def after_delete(self, ctx: Context, record: Record) -> None:
        """Remove the file of a deleted attachable."""
        remove_file(ctx, record.pk)

    def present(self, ctx: Context, body: Body) -> Body:
        """Return the body with the addresses of its file, the temporary one valid for 15 minutes."""
        if "Size" not in body:
            return body
        path = f"/v3/company/{ctx.company.realm_id}/download/{body['Id']}"
        return {**body, "FileAccessUri": path, "TempDownloadUri": temporary_url(ctx, body["Id"])}


def _category(value: object) -> str:
    word = text_of(value, "Category")
    if word not in CATEGORIES:
        raise faults.invalid_enumeration(word, "Category")
    return word


def _reference(ctx: Context, value: Any) -> Body:
    """Return one reference to an object that exists. Raises 2010, 2020, 6050 and 2500."""
    target = value.get("EntityRef") if isinstance(value, dict) else None
    if not isinstance(target, dict):
        raise faults.unsupported_property("AttachableRef")
    kind, wire_id = text_of(target.get("type"), "EntityRef"), text_of(target.get("value"), "EntityRef")
    if not kind or not wire_id:
        raise faults.required("EntityRef")
    from closebook.apps.qbo.registry import find

    entity = find(kind)
    if entity is None or entity.segment in _NO_TARGETS:
        raise faults.bad_attachment_target(kind)
    if ctx.record_by_id(entity.name, wire_id) is None:
        raise faults.invalid_reference(entity.noun or entity.name, wire_id)
    reference = {**value, "EntityRef": {"value": wire_id, "type": entity.name}}
    reference["IncludeOnSend"] = flag(value, "IncludeOnSend")
    return reference


def guessed_type(file_name: str) -> str:
    """Return the content type that a file name suggests."""
    return mimetypes.guess_type(file_name)[0] or "application/octet-stream"
