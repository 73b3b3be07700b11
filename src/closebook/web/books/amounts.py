"""Amounts and numbers as people type them, read strictly by their language and never as floats."""

from __future__ import annotations

import re
from decimal import Decimal

from closebook.core.errors import InputError
from closebook.core.money import minor_digits, minor_from_decimal

_MARKS = {"nl": (".", ",")}
_USUAL = (",", ".")
_MOST_DIGITS = 15
_MINUS = "\u2212"


def decimal_typed(text: str, language: str, places: int) -> Decimal:
    """Return the number of a text with at most so many places, in the way of a language.

    >>> decimal_typed("1.234,5", "nl", 2), decimal_typed("-1,234.50", "en", 2)
    (Decimal('1234.5'), Decimal('-1234.50'))

    Raises InputError for anything that could mean something else: groups of other than three digits, more
    places, the marks of another language.
    """
    group, point = _MARKS.get(language.partition("-")[0], _USUAL)
    tail = rf"(?:{re.escape(point)}\d{{1,{places}}})?" if places else ""
    whole = rf"(?:\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+)"
    typed = text.strip().replace(_MINUS, "-")
    plain = typed.replace(group, "").replace(point, ".")
    digits = sum(letter.isdigit() for letter in plain)
    if digits > _MOST_DIGITS or not re.fullmatch(f"-?{whole}{tail}", typed, re.ASCII):
        example = f"1{group}234{point}50" if places else f"1{group}234"
        raise InputError("not-an-amount", f"{text!r} is not an amount.", remedy=f"Write it as {example}.")
    return Decimal(plain)


def minor_typed(text: str, language: str, currency: str) -> int:
    """Return an amount in minor units. Raises InputError as ``decimal_typed``."""
    return minor_from_decimal(decimal_typed(text, language, minor_digits(currency)), currency)
