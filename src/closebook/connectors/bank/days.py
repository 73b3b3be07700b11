"""Days as bank files write them; a day that no calendar has becomes the last one of its month."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable

from closebook.core.errors import InputError

_NUMBERS = re.compile(r"(\d{1,4})\D+(\d{1,2})\D+(\d{1,4})")
_NAMED = re.compile(
    r"(\d{1,2})[\s.\-/]*([^\W\d_]{3,})[\s.\-/,]*(\d{2,4})|([^\W\d_]{3,})\s*(\d{1,2}),?\s*(\d{4})"
)
_EIGHT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen", "feb fev", "mar mrt maa mrz", "apr abr avr", "may mei mai mag", "jun jui",
            "jul lug", "aug ago aou", "sep set", "oct okt ott out", "nov", "dec dez dic des",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_CENTURY = 2000
_YEARS = range(1970, 2101)
ORDERS = ("ymd", "dmy", "mdy")


def clamped(year: int, month: int, day: int) -> tuple[dt.date, bool]:
    """Return a day and whether it had to be moved to the end of its month (banks book interest on 30
    February). ValueError for a month or year that cannot be.
    """
    if year not in _YEARS or not 1 <= month <= 12 or not 1 <= day <= 31:
        raise ValueError
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, min(day, last)), day > last


def compact_day(text: str) -> tuple[dt.date, bool]:
    """Return the day of a text that begins with ``YYYYMMDD``, and whether it was moved into its month.

    Time and zone behind it are left out: the bank's own day counts, and labels of zones are often wrong.
    ValueError for anything else.
    """
    found = _EIGHT.match(text.strip())
    if not found:
        raise ValueError
    return clamped(*(int(part) for part in found.groups()))


def day_of(text: str, order: str) -> dt.date:
    """Return the day of a cell, read as ``ymd``, ``dmy`` or ``mdy``; month names and a time behind it are
    fine.

    >>> day_of("6/4/2016", "mdy"), day_of("2026-03-04T10:00:00", "dmy"), day_of("20260304", "dmy")
    (datetime.date(2016, 6, 4), datetime.date(2026, 3, 4), datetime.date(2026, 3, 4))
    >>> day_of("31. Mrz 26", "dmy")
    datetime.date(2026, 3, 31)

    Raises InputError not-a-bank-day.
    """
    bare = text.strip()
    try:
        if _EIGHT.fullmatch(bare[:8]) and (len(bare) == 8 or not bare[8].isdigit()):
            return compact_day(bare)[0]
        found = _NUMBERS.match(bare)
        if found:
            return _numbered([int(part) for part in found.groups()], found.groups()[0], order)
        named = _NAMED.match(bare)
        if named:
            return _named(named)
    except ValueError as error:
        raise _refused(text) from error
    raise _refused(text)


def order_of(texts: Iterable[str]) -> str:
    """Return in which order the days of a column stand: the first order in which all of them are days, the
    one whose days lie closest together when several are; "" when none is.
    """
    shown = [text for text in texts if text.strip()]
    fits: list[tuple[int, str]] = []
    for order in ORDERS:
        try:
            days = [day_of(text, order) for text in shown]
        except InputError:
            continue
        if days:
            fits.append(((max(days) - min(days)).days, order))
    return min(fits, key=lambda pair: pair[0])[1] if fits else ""


def _numbered(numbers: list[int], first: str, order: str) -> dt.date:
    a, b, c = numbers
    if len(first) == 4:
        return dt.date(_year(a), b, c)
    if order == "ymd":
        return dt.date(_year(a), b, c)
    return dt.date(_year(c), b, a) if order == "dmy" else dt.date(_year(c), a, b)


def _named(found: re.Match[str]) -> dt.date:
    day, word, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    month = _MONTHS.get(word.casefold()[:3].replace("ä", "a").replace("é", "e").replace("û", "u"))
    if month is None:
        raise ValueError
    return dt.date(_year(int(year)), month, int(day))


def _year(number: int) -> int:
    year = number + _CENTURY if number < 100 else number
    if year not in _YEARS:
        raise ValueError
    return year


def _refused(text: str) -> InputError:
    return InputError(
        "not-a-bank-day",
        f"{text!r} is not a day.",
        remedy="Choose the column that holds days and how they are written, or download the file again.",
    )
