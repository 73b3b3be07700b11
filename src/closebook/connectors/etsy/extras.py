"""Rows that are none of Etsy's: a header that comes again, and totals that a spreadsheet put below.

A total is passed over only when it agrees to the cent with the rows of its file, so that no money is lost.
"""

from __future__ import annotations

from closebook.connectors.etsy.amounts import Amounts, CurrencyReader
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
    try:
        return _sums(table, row, given) == _wanted(table, row, fields, given)
    except InputError:
        return False


def _wanted(table: Table, row: int, fields: dict[str, str], given: list[str]) -> list[int]:
    amounts = _amounts(table, row)
    return [amounts[fields[name]] for name in given]


def _sums(table: Table, row: int, given: list[str]) -> list[int]:
    """Return the sums of some columns over the rows above; InputError when one of them holds no amount."""
    amounts = _amounts(table, row)
    positions = [table.layout.names.index(name) for name in given]
    sums = [0] * len(given)
    for number, cells in rows(table):
        if number >= row:
            break
        for index, position in enumerate(positions):
            sums[index] += amounts[cells[position]] if len(cells) > position else 0
    return sums


def _amounts(table: Table, row: int) -> Amounts:
    """Return the reader of amounts in the currency of the file's first row."""
    position = table.layout.names.index("currency")
    first = next((cells for number, cells in rows(table) if number < row), [])
    return CurrencyReader()[first[position] if len(first) > position else ""][1]
