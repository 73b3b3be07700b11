"""Amounts, days and times as Square's files write them.

Amounts: ``$60.00``, ``"$1,149.00 "`` with a blank behind, ``($33.62)`` in older files and in files that
went through a spreadsheet, ``-$0.93`` in newer ones. Days: ``2025-07-03``, earlier ``12/27/2018``. Times:
``16:17:56`` or ``2:30:00 PM``. Zones carry Rails names.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from closebook.core.errors import InputError
from closebook.core.money import minor_digits

_MINUS = ("-", "\u2212", "\u2013")
_SYMBOLS = {"£": "GBP", "€": "EUR", "¥": "JPY", "￥": "JPY"}
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+")
_AROUND = re.compile(r"[\s$£€¥￥?A-Z]*")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{2}|\d{4})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([AaPp])?\.?[Mm]?\.?")
_CENTURY = 2000
_MONTHS = 12
_ZONES = {
    "International Date Line West": "Etc/GMT+12",
    "Hawaii": "Pacific/Honolulu",
    "Alaska": "America/Juneau",
    "Pacific Time (US & Canada)": "America/Los_Angeles",
    "Arizona": "America/Phoenix",
    "Mountain Time (US & Canada)": "America/Denver",
    "Central Time (US & Canada)": "America/Chicago",
    "Saskatchewan": "America/Regina",
    "Eastern Time (US & Canada)": "America/New_York",
    "Indiana (East)": "America/Indiana/Indianapolis",
    "Atlantic Time (Canada)": "America/Halifax",
    "Newfoundland": "America/St_Johns",
    "Puerto Rico": "America/Puerto_Rico",
    "UTC": "Etc/UTC",
    "London": "Europe/London",
    "Dublin": "Europe/Dublin",
    "Edinburgh": "Europe/London",
    "Madrid": "Europe/Madrid",
    "Paris": "Europe/Paris",
    "Tokyo": "Asia/Tokyo",
    "Osaka": "Asia/Tokyo",
    "Perth": "Australia/Perth",
    "Adelaide": "Australia/Adelaide",
    "Darwin": "Australia/Darwin",
    "Brisbane": "Australia/Brisbane",
    "Sydney": "Australia/Sydney",
    "Melbourne": "Australia/Melbourne",
    "Canberra": "Australia/Melbourne",
    "Hobart": "Australia/Hobart",
}


@lru_cache(maxsize=20_000)
def minor_of(text: str, currency: str) -> int:
    """Return an amount in minor units; nothing is 0. Raises InputError not-an-amount.

    >>> [minor_of(text, "USD") for text in ("$60.00", "$1,149.00 ", "($33.62)", "-$0.93", "$-20.00")]
    [6000, 114900, -3362, -93, -2000]
    >>> minor_of("¥1,200", "JPY")
    1200
    """
    if not text.strip():
        return 0
    found = _NUMBER.search(text)
    rest = _NUMBER.sub("", text, count=1) if found else text
    signs = sum(rest.count(mark) for mark in _MINUS)
    bracketed = rest.strip().startswith("(") and rest.strip().endswith(")")
    bare = rest.strip("() \t\u00a0")
    for mark in _MINUS:
        bare = bare.replace(mark, "")
    if found is None or signs > 1 or not _AROUND.fullmatch(bare) or (("(" in rest) != bracketed):
        raise _not_an_amount(text)
    whole, _point, part = found.group().replace(",", "").partition(".")
    digits = minor_digits(currency)
    if part[digits:].strip("0"):
        raise _not_an_amount(text)
    size = int((whole or "0") + part[:digits].ljust(digits, "0"))
    return -size if signs or bracketed else size


def plain_amount(text: str) -> str:
    """Return an amount as the same text whatever its sign's form, its symbol and its blanks.

    >>> plain_amount("($1,033.60)"), plain_amount("-$1033.60"), plain_amount(" ")
    ('-1033.60', '-1033.60', '0')
    """
    found = _NUMBER.search(text)
    if found is None:
        return "0"
    minus = "(" in text or any(mark in text for mark in _MINUS)
    return ("-" if minus else "") + found.group().replace(",", "")


def currency_sign(text: str) -> str:
    """Return the currency that an amount's symbol names, "" for a symbol that several currencies share."""
    return next((code for symbol, code in _SYMBOLS.items() if symbol in text), "")


@lru_cache(maxsize=20_000)
def day_of(text: str, *, day_first: bool = False) -> dt.date:
    """Return the day of a text. Raises InputError not-a-date.

    >>> [day_of(text).isoformat() for text in ("2025-07-03", "12/27/2018", "2/26/2023")]
    ['2025-07-03', '2018-12-27', '2023-02-26']
    """
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise _not_a_day(text)
    try:
        if found.group(1):
            return dt.date(int(found.group(1)), int(found.group(2)), int(found.group(3)))
        first, second, year = (int(found.group(place)) for place in (4, 5, 6))
        month, day = (second, first) if day_first else (first, second)
        return dt.date(year if year > _CENTURY else _CENTURY + year, month, day)
    except ValueError as error:
        raise _not_a_day(text) from error


def is_day_first(text: str) -> bool:
    """Tell whether a day can only be read with the day before the month."""
    found = _DAY.fullmatch(text.strip())
    return bool(found and found.group(4) and int(found.group(4)) > _MONTHS >= int(found.group(5)))


def moment_of(day: dt.date, time: str, zone: str) -> dt.datetime | None:
    """Return the moment of a row, or None when its time or its zone is not known.

    >>> moment_of(dt.date(2025, 7, 3), "2:30:00 PM", "Eastern Time (US & Canada)").isoformat()
    '2025-07-03T14:30:00-04:00'
    """
    found, name = _TIME.fullmatch(time.strip()), _ZONES.get(zone.strip())
    if found is None or name is None:
        return None
    hour, minute, second = int(found.group(1)), int(found.group(2)), int(found.group(3) or 0)
    half = (found.group(4) or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return dt.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZoneInfo(name))


def _not_a_day(text: str) -> InputError:
    return InputError("not-a-date", f"{text!r} is not a day.", remedy="Use the file as it was downloaded.")


def _not_an_amount(text: str) -> InputError:
    return InputError(
        "not-an-amount", f"{text!r} is not an amount of money.", remedy="Use the file as downloaded."
    )
