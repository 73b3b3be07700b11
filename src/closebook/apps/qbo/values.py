"""Reads single values out of payloads: clients send numbers as text, booleans as text and empty texts for
nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.wire import Body

_LIMIT = Decimal(10) ** 15
_MOST_DIGITS = 18  # any column holds these


def text_of(value: object, element: str) -> str:
    """Return a text without blanks around it; numbers become text; 2010 for anything else."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    raise faults.unsupported_property(element)


def decimal_of(value: object, element: str) -> Decimal:
    """Return a number sent as a number or as text; 2140 for anything else or beyond 15 digits."""
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, int) and not isinstance(value, bool):
        number = Decimal(value)
    elif isinstance(value, str):
        try:
            number = Decimal(value.strip())
        except InvalidOperation as error:
            raise faults.invalid_amount(value, element) from error
    else:
        raise faults.unsupported_property(element)
    if not number.is_finite() or number.copy_abs() >= _LIMIT:
        raise faults.invalid_amount(value, element)
    return number


def digits_of(text: str) -> int | None:
    """Return the whole number of at most 18 digits that a text is, None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def integer_of(value: object, element: str, low: int, high: int) -> int:
    """Return a whole number within bounds sent as a number or as text; 2090 for anything else."""
    number = decimal_of(value, element)
    if number != number.to_integral_value() or not low <= number <= high:
        raise faults.invalid_number(value, element)
    return int(number)


def boolean_of(value: object, element: str) -> bool:
    """Return a boolean sent as such or as the text true or false; 2230 for any other text, 2010 else."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = value.strip().lower()
        if word in {"true", "false"}:
            return word == "true"
        raise faults.invalid_boolean(value, element)
    raise faults.unsupported_property(element)


def day_of(value: object, element: str) -> dt.date:
    """Return a day; a timestamp counts as its day; 2060 for anything else."""
    if not isinstance(value, str):
        raise faults.invalid_date(value, element)
    try:
        return dt.date.fromisoformat(value.strip()[:10])
    except ValueError as error:
        raise faults.invalid_date(value, element) from error


def optional_day(payload: Mapping[str, Any], name: str) -> dt.date | None:
    """Return the day of a field, None when it is not there."""
    return day_of(payload[name], name) if name in payload else None


def flag(payload: Mapping[str, Any], name: str, default: bool = False) -> bool:
    """Return the boolean of a field, or the default when it is not there."""
    return boolean_of(payload[name], name) if name in payload else default


def reference_id(value: object, element: str) -> str:
    """Return the id inside a reference object; 2010 when it is no object; "" when it has no value."""
    if not isinstance(value, dict):
        raise faults.unsupported_property(element)
    return text_of(value.get("value"), element)


def email_of(value: object, element: str) -> Body:
    """Return an e-mail object whose address has an @ and a point and at most 100 characters; 2210, 2050."""
    if not isinstance(value, dict):
        raise faults.unsupported_property(element)
    address = text_of(value.get("Address"), element)
    if len(address) > 100:
        raise faults.wrong_length(element, 0, 100, len(address))
    if address and ("@" not in address or "." not in address):
        raise faults.invalid_email(address, element)
    return {**value, "Address": address}


def bounded(value: object, element: str, most: int) -> str:
    """Return a text of at most so many characters; 2050 for a longer one."""
    text = text_of(value, element)
    if len(text) > most:
        raise faults.wrong_length(element, 0, most, len(text))
    return text
