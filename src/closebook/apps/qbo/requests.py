"""Reads bodies of requests."""

from __future__ import annotations

import re
import zlib
from typing import Any

import msgspec

from closebook.apps.qbo import faults
from closebook.apps.qbo.wire import Body, decode

_EMPTY_REFERENCE = re.compile(rb'"value"\s*:\s*(?:null|"")')
_EITHER_FORMAT = 32 + zlib.MAX_WBITS
MOST_INFLATED = 128 * 1024 * 1024
_REFERENCE = frozenset({"value", "name", "type"})


def inflated_body(body: bytes, encoding: str) -> bytes:
    """Return a body without its content encoding, gzip or deflate. Raises 400 for one that does not inflate
    or inflates beyond 128 MiB.
    """
    if encoding.strip().lower() not in {"gzip", "x-gzip", "deflate"} or not body:
        return body
    inflater = zlib.decompressobj(_EITHER_FORMAT)
    try:
        inflated = inflater.decompress(body, MOST_INFLATED)
    except zlib.error as error:
        raise faults.malformed("The request body does not have its content encoding") from error
    if not inflater.eof:
        raise faults.malformed("The request body is cut off or too large")
    return inflated


def text_body(body: bytes) -> str:
    """Return a body as text; 500 when it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise faults.unsupported_operation(
            "com.sun.org.apache.xerces.internal.impl.io.MalformedByteSequenceException: "
            f"Invalid byte {error.start - error.end + 2} of a UTF-8 sequence"
        ) from error


def json_body(body: bytes) -> Body:
    """Return a body as a JSON object. Raises 500 (not UTF-8) and 2010 (no JSON object)."""
    text = text_body(body)
    try:
        value = decode(text)
    except msgspec.DecodeError as error:
        raise faults.unreadable_json() from error
    if "\\u0000" in text:
        raise faults.invalid_characters("")
    if not isinstance(value, dict):
        raise faults.unreadable_json()
    if _EMPTY_REFERENCE.search(body):
        return {name: _without_empty_references(member) for name, member in value.items()}
    return value


def _without_empty_references(value: Any) -> Any:
    """Return a value whose references to nothing, as in ``{"value": null}``, are null: programs send them
    for what a form leaves open.
    """
    if isinstance(value, list):
        return [_without_empty_references(element) for element in value]
    if not isinstance(value, dict):
        return value
    if "value" in value and value["value"] in (None, "") and value.keys() <= _REFERENCE:
        return None
    return {name: _without_empty_references(member) for name, member in value.items()}
