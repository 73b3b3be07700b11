"""Rows of a statement whose quotation marks were lost, so that commas inside dates, titles and amounts
part cells.

Nothing is guessed: the cells are joined again only at places where their form leaves no choice (a date in
front, the currency code in the middle, amounts behind it), and the sum of the amounts is checked like that
of every other row.
"""

from __future__ import annotations

import re

from closebook.connectors.etsy.columns import Layout
from closebook.connectors.etsy.dates import DateHabit, parse_day
from closebook.core.errors import InputError

_CODE = re.compile(r"[A-Z]{3}")
_MONEY_HEAD = re.compile(r"-?[^\d\s,]{0,4}-?\d{1,3}")
_MONEY_REST = re.compile(r"\d{3}(?:\.\d\d?)?")
_ORDER = ("date", "type", "title", "info", "currency", "amount", "fees_and_taxes", "net")
_BEFORE_CURRENCY = 4
_AMOUNTS = 3


def repaired(cells: list[str], layout: Layout) -> list[str] | None:
    """Return the eight cells and what follows them, or None when the row cannot be put together without a
    choice.
    """
    if layout.names[: len(_ORDER)] != _ORDER:
        return None
    cells = [cell.strip() for cell in cells]
    cells = _with_date(cells)
    at = [index for index, cell in enumerate(cells) if _CODE.fullmatch(cell) and index >= _BEFORE_CURRENCY]
    if len(at) != 1 or cells[: at[0]] == cells:
        return None
    amounts = _amounts(cells[at[0] + 1 :])
    if amounts is None:
        return None
    day, type_word, *text = cells[: at[0]]
    return [day, type_word, ", ".join(text[:-1]), text[-1], cells[at[0]], *amounts]


def _with_date(cells: list[str]) -> list[str]:
    """Join the first two cells when only together they are a day."""
    if _is_day(cells[0]) or not _is_day(", ".join(cells[:2])):
        return cells
    return [", ".join(cells[:2]), *cells[2:]]


def _is_day(text: str) -> bool:
    try:
        parse_day(text, DateHabit())
    except InputError:
        return False
    return True


def _amounts(cells: list[str]) -> list[str] | None:
    joined: list[str] = []
    for cell in cells:
        open_head = joined and len(joined) <= _AMOUNTS and _MONEY_HEAD.fullmatch(joined[-1])
        if open_head and _MONEY_REST.fullmatch(cell):
            joined[-1] += cell
        else:
            joined.append(cell)
    return joined if len(joined) >= _AMOUNTS else None
