"""JSON, timestamps and references as the protocol writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from closebook.transport.clock import PACIFIC

Body = dict[str, Any]

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")

CURRENCY_NAMES = {
    "USD": "United States Dollar",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "CAD": "Canadian Dollar",
    "AUD": "Australian Dollar",
    "NZD": "New Zealand Dollar",
    "CHF": "Swiss Franc",
    "CNY": "Chinese Yuan",
    "JPY": "Japanese Yen",
    "INR": "Indian Rupee",
    "MXN": "Mexican Peso",
    "SEK": "Swedish Krona",
    "NOK": "Norwegian Krone",
    "DKK": "Danish Krone",
    "PLN": "Polish Zloty",
    "HKD": "Hong Kong Dollar",
    "SGD": "Singapore Dollar",
    "ZAR": "South African Rand",
    "BRL": "Brazilian Real",
    "KWD": "Kuwaiti Dinar",
}


def decode(data: bytes | str) -> Any:
    """Return the value of a JSON text; numbers with a fraction are Decimals. Raises msgspec.DecodeError, also
    for a number longer or an object deeper than anybody's, and ValueError for bytes that are no text.
    """
    try:
        return _DECODER.decode(data)
    except UnicodeDecodeError:
        raise
    except (ArithmeticError, ValueError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error


def encode(value: Any) -> bytes:
    """Return JSON bytes; Decimals are written as numbers."""
    return _ENCODER.encode(value)


@lru_cache(maxsize=64)
def stamp(moment: dt.datetime) -> str:
    """Return a timestamp to the second with the Pacific offset, as in ``2026-03-04T08:15:30-08:00``.

    Source: QuickBooks Online Accounting API, data formats: timestamps carry the service's own offset.
    """
    return moment.astimezone(PACIFIC).isoformat(timespec="seconds")


def stamp_milliseconds(moment: dt.datetime) -> str:
    """Return a timestamp with milliseconds and the Pacific offset, as the envelope's ``time`` has it."""
    return moment.astimezone(PACIFIC).isoformat(timespec="milliseconds")


def currency_reference(code: str) -> Body:
    """Return a CurrencyRef with the currency's English name (or its code when unknown here)."""
    return {"value": code, "name": CURRENCY_NAMES.get(code, code)}
