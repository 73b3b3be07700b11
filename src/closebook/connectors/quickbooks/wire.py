"""JSON of the protocol: numbers with a point are read as decimals and written as numbers, never as floats."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_MALFORMED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InvalidOperation)


def encode(value: object) -> bytes:
    """Return JSON text of a value made of dicts, lists, texts, numbers and decimals; equal values give
    equal text.
    """
    return _ENCODER.encode(value)


def decode(text: bytes) -> Any:
    """Return the value of a JSON text, or None when it is not JSON (a value of ``null`` is None too)."""
    try:
        return _DECODER.decode(text)
    except _MALFORMED:
        return None


def reference(remote_id: str) -> dict[str, str]:
    """Return the wire form of a reference to an object."""
    return {"value": remote_id}


def referenced(value: object) -> str:
    """Return the id that a wire reference holds, or ""; a bare id is taken as one."""
    if isinstance(value, dict):
        return str(value.get("value") or "")
    return str(value or "")


def decimal_of(value: object) -> Decimal:
    """Return the decimal of a wire number, which may be a number or numeric text; 0 for anything else."""
    if isinstance(value, Decimal):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def time_text(moment: dt.datetime) -> str:
    """Return a moment as the protocol writes it, to the second and with its offset."""
    return moment.astimezone(dt.UTC).replace(microsecond=0).isoformat()


def time_of(text: str) -> dt.datetime | None:
    """Return the moment of a wire time stamp, or None when it is not one."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def objects(value: object) -> list[dict[str, Any]]:
    """Return those members of a wire list that are objects; nothing when it is not a list."""
    if not isinstance(value, list):
        return []
    return [member for member in value if isinstance(member, dict)]


def entry(value: object, *path: str) -> dict[str, Any]:
    """Return the object found by following member names, or an empty one when a step is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}
