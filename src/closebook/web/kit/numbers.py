"""Numbers of things as forms and addresses carry them."""

from __future__ import annotations

_MOST_DIGITS = 18


def number_of(text: str) -> int:
    """Return the number that a text says; 0, which nothing has, for any other text and for what no database
    holds.

    >>> number_of("17"), number_of("-1"), number_of("9" * 5_000), number_of("")
    (17, 0, 0, 0)
    """
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 0
