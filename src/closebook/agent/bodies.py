"""The bodies of requests: chunked or packed by the sender, JSON, or a form with a file."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, Protocol


class BodyError(ValueError):
    """A body that cannot be read, and the status to answer."""

    def __init__(self, status: int, message: str) -> None:
        """Keep both."""
        super().__init__(message)
        self.status, self.message = status, message


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int = -1, /) -> bytes:
        """Return that many bytes, fewer at the end."""

    def readline(self, limit: int = -1, /) -> bytes:
        """Return a line with its end, at most ``limit`` bytes."""


def body_read(stream: Stream, headers: Mapping[str, str], most: int) -> bytes:
    """Return a request's body, of at most ``most`` bytes before and after unpacking.

    ``headers`` have their names in small letters. Raises BodyError for one that is larger or broken.

    Source: RFC 9112, 7.1 (chunked); RFC 9110, 8.4 (gzip, deflate).
    """
    if "chunked" in headers.get("transfer-encoding", "").lower():
        sent = _chunked(stream, most)
    else:
        length = headers.get("content-length", "0")
        size = int(length) if length.isdecimal() and length.isascii() else 0
        if size > most:
            raise BodyError(413, "Too much at once.")
        sent = stream.read(size)
    coding = headers.get("content-encoding", "").strip().lower()
    return _unpacked(sent, most) if coding in {"gzip", "x-gzip", "deflate"} else sent


def _chunked(stream: Stream, most: int) -> bytes:
    found = bytearray()
    while True:
        try:
            size = int(stream.readline(1000).split(b";")[0].strip(), 16)
        except ValueError as error:
            raise BodyError(400, "The body is broken.") from error
        if size <= 0:
            break
        if len(found) + size > most:
            raise BodyError(413, "Too much at once.")
        found += stream.read(size)
        stream.readline(10)
    while stream.readline(65_536).strip():
        pass
    return bytes(found)


def _unpacked(sent: bytes, most: int) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        found = unpacker.decompress(sent, most + 1)
    except zlib.error as error:
        raise BodyError(400, "The body is broken.") from error
    if len(found) > most:
        raise BodyError(413, "Too much at once.")
    return found


def plain_of(body: bytes) -> Any:
    """Return the JSON of a body, None for an empty or broken one, and for what is no number (NaN)."""
    try:
        return json.loads(body, parse_constant=lambda _: None) if body else None
    except (ValueError, RecursionError):
        return None


def file_of(body: bytes, kind: str) -> bytes:
    """Return the first file of a form (``kind``: the header Content-Type), or the body itself."""
    if not kind.lower().startswith("multipart/form-data"):
        return body
    form = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    files = [part for part in form.iter_parts() if part.get_filename()] if form.is_multipart() else []
    found = files[0].get_payload(decode=True) if files else b""
    return found if isinstance(found, bytes) else b""
