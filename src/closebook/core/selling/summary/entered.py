"""Numbers that people enter into a summary by hand, each with where it comes from.

An item's text is its source (for mailings the campaign), its ``where`` the region of a number of people, and
its facts are whole numbers as they were typed; a dot, comma or blank may part thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from closebook.core.errors import InputError
from closebook.core.selling.checks import Item

ENTERED: Mapping[str, tuple[str, ...]] = {
    "people": ("number",),
    "mailing": ("number",),
    "supply": ("lines", "in-time"),
    "market-size": ("size", "size-before"),
    "outlets": ("checked", "found", "known", "carrying"),
}
"""The kinds of entered numbers, with the facts that each has."""

OPTIONAL = frozenset({"size-before", "known", "carrying"})
_PARTS = (("in-time", "lines"), ("found", "checked"), ("carrying", "known"))
_WHOLE = re.compile(r"\d+|\d{1,3}(?:([., '])\d{3})(?:\1\d{3})*")
_MOST_DIGITS = 15


def whole_number(text: str) -> int:
    """Return a whole number as people type it. Raises InputError summary-number.

    >>> whole_number("1.250.000"), whole_number("1,250"), whole_number("12")
    (1250000, 1250, 12)
    """
    plain = text.strip().replace("\u00a0", " ")
    digits = re.sub(r"\D", "", plain)
    if not plain.isascii() or not _WHOLE.fullmatch(plain) or len(digits) > _MOST_DIGITS:
        raise InputError(
            "summary-number",
            "This is no whole number.",
            remedy="Type a number without decimals, such as 1,250.",
        )
    return int(digits)


def numbers_of(item: Item) -> dict[str, int]:
    """Return the numbers of an item by name. Raises InputError summary-number for a part above its whole."""
    wanted = [name for name in ENTERED[item.kind] if name not in OPTIONAL or item.facts.get(name, "")]
    found = {name: whole_number(item.facts.get(name, "")) for name in wanted}
    for part, whole in _PARTS:
        if part in found and found[part] > found.get(whole, 0):
            raise InputError(
                "summary-number", "A part is more than its whole.", remedy="Look at both numbers again."
            )
    return found


def entered(items: Iterable[Item], kind: str) -> list[tuple[Item, dict[str, int]]]:
    """Return the entered numbers of a kind with their items, in order."""
    return [(item, numbers_of(item)) for item in items if item.kind == kind]
