"""Files attached to records: the multipart body of an upload, and its answer.

Source: QuickBooks Online Accounting API, attachables: pairs of a metadata part and a content part.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from closebook.connectors.quickbooks.faults import error_of_fault, fault_in
from closebook.connectors.quickbooks.wire import encode, entry, objects, reference
from closebook.core.errors import Place, UnknownOutcomeError


@dataclass(frozen=True, slots=True)
class Upload:
    """A file and the record that it belongs to (``entity`` "" for none)."""

    file_name: str
    content_type: str
    content: bytes
    entity: str = ""
    remote_id: str = ""
    note: str = ""


def upload_body(upload: Upload) -> tuple[str, bytes]:
    """Return (content type, bytes) of an upload's request; the boundary is derived from the file, so equal
    uploads are equal.
    """
    metadata: dict[str, Any] = {"FileName": upload.file_name, "ContentType": upload.content_type}
    if upload.note:
        metadata["Note"] = upload.note
    if upload.entity:
        target = {**reference(upload.remote_id), "type": upload.entity}
        metadata["AttachableRef"] = [{"EntityRef": target, "IncludeOnSend": False}]
    boundary = "closebook-" + hashlib.blake2b(upload.content, digest_size=16).hexdigest()
    described = _part("file_metadata_0", "", "application/json", encode(metadata))
    content = _part("file_content_0", upload.file_name, upload.content_type, upload.content)
    edge = b"--" + boundary.encode("ascii")
    body = b"\r\n".join([edge, described, edge, content, edge + b"--", b""])
    return f"multipart/form-data; boundary={boundary}", body


def uploaded(upload: Upload, answer: dict[str, Any]) -> dict[str, Any]:
    """Return the stored attachable. Raises the error of the file's own fault, UnknownOutcomeError when
    there is none.
    """
    place = Place(file=upload.file_name)
    for response in objects(answer.get("AttachableResponse")):
        fault = fault_in(response)
        if fault is not None:
            raise error_of_fault(fault, status=200, write=True, place=place)
        if entry(response, "Attachable"):
            return entry(response, "Attachable")
    raise UnknownOutcomeError("answer-unclear", "The upload's answer does not name the file.", place=place)


def _part(name: str, file_name: str, content_type: str, content: bytes) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if file_name:
        disposition += f'; filename="{_header_text(file_name)}"'
    head = f"{disposition}\r\nContent-Type: {_header_text(content_type)}\r\n\r\n"
    return head.encode("utf-8") + content


def _header_text(text: str) -> str:
    """Return a text that cannot end the header that it stands in."""
    return "".join(letter for letter in text if letter >= " ").replace('"', "'")
