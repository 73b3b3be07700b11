"""Uploads and downloads of files.

Source: QuickBooks Online Accounting API, Attachable: upload (multipart) and download.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from django.db import transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.qbo import faults
from closebook.apps.qbo.calls import Answer, Call, enveloped
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.entities.attachable import guessed_type
from closebook.apps.qbo.entities.base import Draft
from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.files import save_file, temporary_url
from closebook.apps.qbo.multipart import Part, parts_of
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.selectors.present import present
from closebook.apps.qbo.services import write
from closebook.apps.qbo.store import body_of
from closebook.apps.qbo.wire import Body, decode

MOST_BYTES = 100 * 1024 * 1024
_NUMBERED = re.compile(r"file_(metadata|content)_?0*(\d{0,9})$", re.IGNORECASE)
Pair = tuple[Part | None, Part | None]


def upload_answer(ctx: Context, call: Call) -> Answer:
    """Return the answer to an upload: one entry for each file, a fault in its place where one failed."""
    if len(call.body) > MOST_BYTES:
        raise faults.upload_too_large(MOST_BYTES)
    pairs = _pairs(parts_of(call.body, call.content_type))
    if not pairs:
        raise faults.bad_upload("The request holds no file_content part")
    answers = [_stored(ctx, metadata, content) for metadata, content in pairs]
    ctx.flush()
    return enveloped({"AttachableResponse": answers}, ctx.moment)


def _pairs(parts: list[Part]) -> list[Pair]:
    """Return (metadata, content) by the numbers in the parts' names, in order of the numbers; either may be
    missing.
    """
    found: dict[int, dict[str, Part]] = {}
    for place, part in enumerate(parts):
        match = _NUMBERED.search(part.name)
        if match is None:
            if part.filename:
                found[10_000 + place] = {"content": part}
            continue
        found.setdefault(int(match.group(2) or 0), {})[match.group(1).lower()] = part
    return [(pair.get("metadata"), pair.get("content")) for _number, pair in sorted(found.items())]


def _stored(ctx: Context, metadata: Part | None, content: Part | None) -> Body:
    """Return the entry of one file."""
    try:
        with transaction.atomic(using=BOOKS):
            body = _store(ctx, _described(metadata), content)
    except Fault as fault:
        ctx.forget()
        return {"Fault": fault.as_body()}
    return {"Attachable": body}


def _described(metadata: Part | None) -> Body:
    if metadata is None or not metadata.data.strip():
        return {}
    try:
        value = decode(metadata.data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise faults.bad_upload_metadata("The metadata is not valid JSON") from error
    if not isinstance(value, dict):
        raise faults.bad_upload_metadata("The metadata is not a JSON object")
    return value


def _store(ctx: Context, described: Body, content: Part | None) -> Body:
    entity = ENTITIES["Attachable"]
    if content is None:
        raise faults.bad_upload("The file_content part is missing")
    payload: dict[str, Any] = {
        **described,
        "FileName": described.get("FileName") or content.filename or "attachment",
    }
    payload["ContentType"] = (
        described.get("ContentType") or content.content_type or guessed_type(payload["FileName"])
    )
    entity.check_members(payload)
    draft: Draft = entity.prepare(ctx, entity.merge(payload, None, sparse=False), None)
    draft.body["Size"] = len(content.data)
    draft.after.append(lambda ctx, record: save_file(ctx, record.pk, record.wire_id, content.data))
    record = write.store_new(ctx, entity, draft)
    ctx.settle()
    return present(ctx, entity, body_of(record))


def download_answer(ctx: Context, wire_id: str) -> Answer:
    """Return a temporary address as plain text. Raises 2030 and 610; 610 also for a note without a file."""
    record = write.find_record(ctx, ENTITIES["Attachable"], {"Id": wire_id})
    if "Size" not in body_of(record):
        raise faults.not_found()
    return Answer(temporary_url(ctx, wire_id).encode("utf-8"), content_type="text/plain;charset=UTF-8")
