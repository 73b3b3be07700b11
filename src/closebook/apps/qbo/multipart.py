"""Splits multipart bodies as clients of the protocol really send them: CRLF or bare LF, raw bytes or base64.

Source: RFC 7578 and RFC 2046; the framework's own parser refuses bare LF, which some clients send.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from itertools import pairwise

from closebook.apps.qbo import faults

_PARAMETER = re.compile(r';\s*([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))')


@dataclass(slots=True)
class Part:
    """One part: field name, file name ("" for none), content type and bytes."""

    name: str
    filename: str
    content_type: str
    data: bytes
    headers: dict[str, str] = field(default_factory=dict)


def parameters(header: str) -> dict[str, str]:
    """Return the parameters of a header such as Content-Disposition, names in lower case.

    >>> parameters('form-data; name="file_content_0"; filename=r.jpg')
    {'name': 'file_content_0', 'filename': 'r.jpg'}
    """
    return {
        name.lower(): quoted.replace('\\"', '"') if quoted else plain
        for name, quoted, plain in _PARAMETER.findall(header)
    }


def parts_of(body: bytes, content_type: str) -> list[Part]:
    """Return the parts of a multipart body in order. Raises 6041 when it cannot be split."""
    boundary = parameters(content_type).get("boundary", "")
    if not boundary:
        raise faults.bad_upload("The content type names no boundary")
    mark = re.compile(
        rb"(?:^|\r?\n)--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(--)?[ \t]*(?=\r?\n|$)"
    )
    places = list(mark.finditer(body))
    if len(places) < 2:
        raise faults.bad_upload("The body holds no part between boundaries")
    parts = []
    for first, last in pairwise(places):
        if first.group(1):
            break
        parts.append(_part(body[first.end() : last.start()]))
    return parts


def _part(text: bytes) -> Part:
    text = text.removeprefix(b"\r\n") if text.startswith(b"\r\n") else text.removeprefix(b"\n")
    split = re.search(rb"\r?\n\r?\n", text)
    if text.startswith((b"\r\n", b"\n")):
        head, data = b"", text.removeprefix(b"\r").removeprefix(b"\n")
    elif split is None:
        raise faults.bad_upload("A part has no empty line after its headers")
    else:
        head, data = text[: split.start()], text[split.end() :]
    headers = {}
    for line in head.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    where = parameters(headers.get("content-disposition", ""))
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        data = _decoded(data)
    kind = headers.get("content-type", "").split(";")[0].strip()
    return Part(where.get("name", ""), where.get("filename", ""), kind, data, headers)


def _decoded(data: bytes) -> bytes:
    try:
        return base64.b64decode(b"".join(data.split()), validate=True)
    except binascii.Error as error:
        raise faults.bad_upload("The part is not valid base64") from error
