"""Amounts as bank files write them, as integer minor units; the decimal mark is the last mark of the text."""

from __future__ import annotations

import re

from closebook.core.errors import InputError
from closebook.core.money import minor_digits

_MINUS = "-\u2212\u2013\ufe63\uff0d"
_BLANKS = re.compile("[\\s\u00a0\u202f\u2009'\u2019_]")
_NUMBER = re.compile(r"\d[\d.,]*|[.,]\d+")
_AROUND = re.compile(r"(?:[^\W\d_]{1,4}\.?|[$€£¥₹₺₩₪₫₱฿])?")
_EXPONENT = re.compile(r"\d[eE][+-]?\d")
_GROUP = 3


def minor_of(text: str, currency: str, *, mark: str = "") -> int:
    """Return the minor units of an amount; ``mark`` is the decimal mark where it is known ("." or ",").

    >>> [minor_of(text, "EUR") for text in ("1.234,56", "-200,00", "-33.7200", "6800,", "(5.00)", "12.50-")]
    [123456, -20000, -3372, 680000, -500, -1250]
    >>> minor_of("+ $73.01", "USD"), minor_of("CR 1,120", "USD"), minor_of("9.99 DR", "USD")
    (7301, 112000, -999)

    Raises InputError not-a-bank-amount, also for more decimals than the currency has unless they are zeros.
    """
    bare = _BLANKS.sub("", text)
    negative = 0
    if bare.startswith("(") and bare.endswith(")"):
        bare, negative = bare[1:-1], 1
    bare, word = _without_side(bare)
    negative += word
    found = _NUMBER.search(bare)
    if not found or _EXPONENT.search(bare):
        raise _refused(text)
    around = bare[: found.start()] + bare[found.end() :]
    negative += sum(letter in _MINUS for letter in around)
    if negative > 1 or not _AROUND.fullmatch("".join(c for c in around if c not in _MINUS + "+")):
        raise _refused(text)
    minor = _digits(found.group(), currency, mark, text)
    return -minor if negative else minor


def _without_side(bare: str) -> tuple[str, int]:
    """Return an amount without the words for debit and credit, and 1 for a debit."""
    for word, negative in (("CR", 0), ("DR", 1)):
        if bare.upper().endswith(word):
            return bare[:-2], negative
        if bare.upper().startswith(word):
            return bare[2:], negative
    return bare, 0


def _digits(number: str, currency: str, mark: str, text: str) -> int:
    places = minor_digits(currency)
    whole, part = _parted(number, mark, places)
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1 and (any(len(group) != _GROUP for group in groups[1:]) or not groups[0]):
        raise _refused(text)
    if part[places:].strip("0"):
        raise _refused(text)
    return int(("".join(groups) or "0") + part[:places].ljust(places, "0"))


def _parted(number: str, mark: str, places: int) -> tuple[str, str]:
    """Return what stands before and after the decimal mark."""
    if mark:
        whole, _, part = number.partition(mark)
        return whole, part
    marks = [letter for letter in number if letter in ".,"]
    if not marks:
        return number, ""
    whole, _, part = number.rpartition(marks[-1])
    grouped = len(part) == _GROUP and 1 <= len(re.split(r"[.,]", whole)[0]) <= _GROUP and places != _GROUP
    several = len(marks) > 1 and len(set(marks)) == 1
    if several or (grouped and len(set(marks)) == 1 and whole.strip("0")):
        return number, ""
    return whole, part


def _refused(text: str) -> InputError:
    return InputError(
        "not-a-bank-amount",
        f"{text!r} is not an amount of money.",
        remedy="Choose the column that holds amounts, or download the file again.",
    )
