"""Amounts, percents, days and zones of Square's records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MICRO_DIGITS = 6
_MICRO = 1_000_000


def money_of(value: object, otherwise: str = "USD") -> tuple[int, str]:
    """Return (minor units, currency) of a money object, nothing for none.

    >>> money_of({"amount": 1234, "currency": "JPY"}), money_of(None)
    ((1234, 'JPY'), (0, 'USD'))
    """
    if not isinstance(value, dict):
        return 0, otherwise
    amount = value.get("amount")
    return (amount if type(amount) is int else 0), str(value.get("currency") or otherwise)


def amount_of(value: object) -> int:
    """Return the minor units of a money object."""
    return money_of(value)[0]


def is_gift_card(payment: Mapping[str, Any]) -> bool:
    """Tell whether a payment was made with a Square gift card: such a one has neither fee nor payout."""
    card = payment.get("card_details")
    inner = card.get("card") if isinstance(card, dict) else None
    return isinstance(inner, dict) and inner.get("card_brand") == "SQUARE_GIFT_CARD"


def percent_micro(text: str) -> int:
    """Return millionths of a percent of a rate's text, 0 for none.

    >>> percent_micro("8.25"), percent_micro("7"), percent_micro("x")
    (8250000, 7000000, 0)
    """
    whole, _point, part = text.strip().partition(".")
    if not (whole or "0").isdecimal() or (part and not part.isdecimal()):
        return 0
    return int(whole or "0") * _MICRO + int(part[:_MICRO_DIGITS].ljust(_MICRO_DIGITS, "0"))


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """Return a zone by its name, UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Etc/UTC")


def day_in(text: str) -> dt.date | None:
    """Return the day of an ISO date, None for what is none."""
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def local_day(text: str, zone: ZoneInfo) -> dt.date | None:
    """Return the day of a moment as a place's clock shows it, None for what is no moment.

    >>> local_day("2026-03-09T02:10:00Z", ZoneInfo("America/New_York")).isoformat()
    '2026-03-08'
    """
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(zone).date()
