"""Amounts and days as programs write them. What could be read in two ways is not read at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache

from closebook.core.errors import InputError
from closebook.core.money import minor_from_decimal

MOST_MINOR = 10**15
"""The largest value of an opportunity, in minor units."""
_SIGNS = str.maketrans("", "", " \u00a0\u202f'’$€£¥￥")
_TWO_WAYS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_GROUPS = re.compile(r"-?\d{1,3}(?:,\d{3})+|-?\d{1,3}(?:\.\d{3}){2,}")
_PLAIN = re.compile(r"-?\d*(?:\.\d*)?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T].*)?", re.ASCII)
_MONTHS = 12
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")


def amount_of(text: str, currency: str) -> int:
    """Return the minor units of an amount such as 1234.50, 1,234.50, 1.234,50 or 1234,50.

    >>> amount_of("€ 1.234,50", "EUR"), amount_of("1,234", "USD"), amount_of("12,5", "EUR")
    (123450, 123400, 1250)

    Raises InputError for another text, for one that has two readings such as 1.234, and beyond any amount.
    """
    bare = text.translate(_SIGNS)
    if _TWO_WAYS.fullmatch(bare):
        raise InputError("not-an-amount", f"{text} can be read in two ways.")
    pointed = _pointed(bare)
    if not _PLAIN.fullmatch(pointed):
        raise InputError("not-an-amount", f"{text} is no amount.")
    found = minor_from_decimal(pointed, currency)
    if abs(found) > MOST_MINOR:
        raise InputError("not-an-amount", f"{text} is beyond any amount.")
    return found


def _pointed(bare: str) -> str:
    """Return an amount with a point for its decimals and nothing between its thousands."""
    if _GROUPS.fullmatch(bare):
        return bare.replace(",", "").replace(".", "")
    decimals = max(bare.rfind("."), bare.rfind(","))
    if decimals < 0:
        return bare
    whole = bare[:decimals]
    sign = bare[decimals]
    between = "," if sign == "." else "."
    if sign in whole or (between in whole and not re.fullmatch(rf"-?\d{{1,3}}(?:\{between}\d{{3}})+", whole)):
        return "?"
    return f"{whole.replace(between, '')}.{bare[decimals + 1 :]}"


def day_order(texts: Iterable[str]) -> str:
    """Return how a file writes days such as 02/13/2026: "dmy" or "mdy", "" where no day of it tells, or two
    disagree.

    >>> day_order(["02/01/2026", "13/02/2026"]), day_order(["02/01/2026"])
    ('dmy', '')
    """
    found = set()
    for text in texts:
        match = _YEAR_LAST.fullmatch(text.strip())
        if match and max(first := int(match[1]), second := int(match[2])) > _MONTHS:
            found.add("dmy" if first > second else "mdy")
    return found.pop() if len(found) == 1 else ""


@lru_cache(maxsize=4_096)
def day_of(text: str, order: str = "") -> dt.date:
    """Return the day of a text that begins with its year, such as 2026-03-04, 2026/3/4 or 2026年3月4日.

    One that ends with its year is read by the file's ``order``. Raises InputError for another text, and for
    04/03/2026 without an order: it is two different days.
    """
    found = _DAY.fullmatch(text)
    parts = [int(part) for part in found.groups()] if found else _by_order(text, order)
    try:
        return dt.date(*parts)
    except (ValueError, TypeError) as error:
        raise InputError("not-a-day", f"{text} is no day.", remedy="Write it as 2026-03-04.") from error


def _by_order(text: str, order: str) -> list[int]:
    match = _YEAR_LAST.fullmatch(text) if order else None
    if match is None:
        return []
    day, month = (match[1], match[2]) if order == "dmy" else (match[2], match[1])
    return [int(match[3]), int(month), int(day)]
