"""Reads bodies of requests."""

from __future__ import annotations

import msgspec

from closebook.apps.qbo import faults
from closebook.apps.qbo.wire import Body, decode


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
    except (msgspec.DecodeError, RecursionError) as error:
        raise faults.unreadable_json() from error
    if "\\u0000" in text:
        raise faults.invalid_characters("")
    if not isinstance(value, dict):
        raise faults.unreadable_json()
    return value
