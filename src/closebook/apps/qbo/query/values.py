"""Compares values of bodies with values of statements."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Kind
from closebook.apps.qbo.entities.names import fold
from closebook.apps.qbo.query.ast import Literal, Value
from closebook.apps.qbo.wire import Body
from closebook.transport.clock import PACIFIC

_LARGEST = Decimal(10) ** 16
COMPARE: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "!=": ne, "<": lt, ">": gt, "<=": le, ">=": ge}


def at_path(body: Body, path: str) -> Any:
    """Return the value at a dotted path whose letter case is right, None when there is none."""
    value: Any = body
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def operand(value: Value, kind: Kind, path: str, today: dt.date) -> Any:
    """Return what a statement's value means for a kind of property; None for the blank that means no value.

    Raises 4001 when the value does not fit.
    """
    if value.literal is Literal.TEXT and not value.text.strip():
        return None
    if value.literal is Literal.CURRENT_DATE:
        return _current(kind, today)
    if kind is Kind.NUMBER:
        return _number(value.text, path)
    if kind is Kind.BOOLEAN:
        return _boolean(value.text, path)
    if kind is Kind.DATE:
        return _day(value.text, path)
    if kind is Kind.TIME:
        return _moment(value.text, path)
    if kind is Kind.REFERENCE:
        return value.text.strip()
    return fold(value.text)


def _current(kind: Kind, today: dt.date) -> Any:
    if kind is Kind.TIME:
        return dt.datetime.combine(today, dt.time(), PACIFIC)
    return today if kind is Kind.DATE else today.isoformat()


def _number(text: str, path: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation as error:
        raise faults.query_invalid(f"value {text} of property {path} is not a number") from error
    if not number.is_finite():
        raise faults.query_invalid(f"value {text} of property {path} is not a number")
    # No amount is larger, and no column holds what is.
    return min(number, _LARGEST) if number > 0 else max(number, -_LARGEST)


def _boolean(text: str, path: str) -> bool:
    word = text.strip().lower()
    if word not in {"true", "false"}:
        raise faults.query_invalid(f"value {text} of property {path} is neither true nor false")
    return word == "true"


def _day(text: str, path: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise faults.query_invalid(f"value {text} of property {path} is not a date") from error


def parse_moment(text: str) -> dt.datetime:
    """Return the moment of a timestamp or day; without an offset it is Pacific time. Raises ValueError."""
    moment = dt.datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=PACIFIC)


def _moment(text: str, path: str) -> dt.datetime:
    try:
        return parse_moment(text)
    except ValueError as error:
        raise faults.query_invalid(f"value {text} of property {path} is not a date and time") from error


def held(body: Body, path: str, kind: Kind) -> Any:
    """Return a body's value in the form in which it compares, None for no value."""
    value = at_path(body, path)
    if value is None or value == "":
        return None
    if kind is Kind.REFERENCE:
        return str(value.get("value", "")) if isinstance(value, dict) else str(value)
    if kind is Kind.NUMBER:
        return (
            Decimal(value) if isinstance(value, int | Decimal | str) and not isinstance(value, bool) else None
        )
    if kind is Kind.BOOLEAN:
        return bool(value)
    if kind is Kind.DATE:
        return dt.date.fromisoformat(str(value)[:10])
    if kind is Kind.TIME:
        return dt.datetime.fromisoformat(str(value))
    if isinstance(value, dict):
        value = value.get("Address") or value.get("FreeFormNumber") or value.get("value") or ""
    return fold(str(value))


@lru_cache(maxsize=256)
def pattern(text: str) -> re.Pattern[str]:
    """Return the expression of a LIKE pattern, in which only % has a meaning."""
    return re.compile(".*".join(re.escape(part) for part in fold(text).split("%")), re.DOTALL)
