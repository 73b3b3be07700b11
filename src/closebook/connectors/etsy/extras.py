"""Rows that are none of Etsy's: a header that comes again, and totals that a spreadsheet put below.

A total is passed over only when it agrees to the cent with the rows of its file, so that no money is lost.
"""

from __future__ import annotations

from closebook.connectors.etsy.amounts import CurrencyReader
from closebook.connectors.etsy.table import Table, rows
from closebook.core.errors import InputError

_AMOUNTS = ("amount", "fees_and_taxes", "net")
_TEXTS = ("type", "title", "info")


def is_repeated_header(table: Table, cells: list[str]) -> bool:
    """Tell whether cells are the header again, perhaps marked or wider, with every needed column in its
    place; so it is where files were put behind each other.
    """
    needed = table.layout.needed
    again = [cell.strip().lstrip("\ufeff").strip('"') for cell in cells[:needed]]
    return again == [cell.strip().lstrip("\ufeff") for cell in table.header[:needed]]


def is_true_total(table: Table, row: int, cells: list[str]) -> bool:
    """Tell whether a row of a statement has amounts alone, which are the sums of all rows above it."""
    fields = dict(zip(table.layout.names, cells, strict=False))
    if any(fields.get(name, "").strip() for name in _TEXTS):
        return False
    given = [name for name in _AMOUNTS if fields.get(name, "").strip()]
    if not given:
        return False
    position = table.layout.names.index("currency")
    above = [other for number, other in rows(table) if number < row and len(other) > position]
    currency = next((other[position] for other in above if other[position].strip()), "")
    try:
        _, amounts = CurrencyReader()[currency]
        sums = [_sum(amounts, table, above, name) for name in given]
        return sums == [amounts[fields[name]] for name in given]
    except InputError:
        return False


def _sum(amounts: dict[str, int], table: Table, above: list[list[str]], name: str) -> int:
    position = table.layout.names.index(name)
    return sum(amounts[cells[position]] for cells in above if len(cells) > position)
