"""Rows of the order, item, payment and deposit files: cells by column name, read with the file's habits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import starmap

from closebook.connectors.base import RowError
from closebook.connectors.etsy.amounts import CurrencyReader
from closebook.connectors.etsy.dates import DayReader, habit_of
from closebook.connectors.etsy.extras import is_repeated_header
from closebook.connectors.etsy.keys import digest_of
from closebook.connectors.etsy.table import Table, id_of, refuse_truncated, rows
from closebook.core.commerce.records import SourceRecord
from closebook.core.errors import InputError


class Cells:
    """One row's cells with their readers; ``column`` is the one that was read last, for errors."""

    def __init__(
        self, table: Table, row: int, fields: dict[str, str], days: DayReader, currencies: CurrencyReader
    ) -> None:
        """Keep the row and the readers of its file."""
        self.table, self.row, self.fields = table, row, fields
        self.column = ""
        self._days, self._currencies = days, currencies

    def text(self, column: str) -> str:
        """Return a cell's text with single blanks, "" when the file has no such column."""
        return " ".join(self.fields.get(column, "").split())

    def day(self, column: str) -> str:
        """Return a cell's day as ISO text."""
        self.column = column
        return self._days[self.fields[column]]

    def ident(self, column: str) -> str:
        """Return a cell's id; InputError when it is empty or was rounded."""
        self.column = column
        found = id_of(self.fields.get(column, ""), self.table, self.row, column)
        if not found:
            raise InputError("no-id", "The id is missing.", remedy="Download the file again.")
        return found

    def currency(self, column: str = "currency") -> str:
        """Return a cell's currency code."""
        self.column = column
        return self._currencies[self.text(column)][0]

    def minor(self, column: str, currency: str) -> int:
        """Return a cell's amount in minor units, 0 when the file has no such column."""
        self.column = column
        return self._currencies[currency][1][self.fields.get(column, "")]

    def record(self, stream: str, key: str, group: str, meaning: tuple[object, ...]) -> SourceRecord:
        """Return the record of the row."""
        return SourceRecord(stream, key, group, digest_of(meaning), self.fields, self.table.name, self.row)


RowMaker = Callable[[Cells], SourceRecord]


def read_cells(table: Table, day_column: str, make: RowMaker) -> Iterator[SourceRecord | RowError]:
    """Return what ``make`` makes of each row, or the error that it raised as a RowError with its place.

    Order files write days as numbers, so all of them are looked at first. Raises InputError truncated-file
    at the call.
    """
    refuse_truncated(table)
    position = table.layout.names.index(day_column)
    texts = (cells[position] for _, cells in rows(table) if len(cells) > position)
    days = DayReader(habit_of(texts, table.name))
    currencies = CurrencyReader()
    names = table.layout.names

    def made(row: int, cells: list[str]) -> SourceRecord | RowError | None:
        if len(cells) < table.layout.needed:
            text = f"The row has {len(cells)} cells; {table.layout.needed} are needed."
            remedy = "Use the file as downloaded."
            return RowError("too-few-cells", text, remedy=remedy, place=table.place(row))
        found = _guarded(Cells(table, row, dict(zip(names, cells, strict=False)), days, currencies), make)
        return None if isinstance(found, RowError) and is_repeated_header(table, cells) else found

    return filter(None, starmap(made, rows(table)))


def _guarded(cell: Cells, make: RowMaker) -> SourceRecord | RowError:
    try:
        return make(cell)
    except InputError as error:
        place = error.place if error.place.file else cell.table.place(cell.row, cell.column)
        return RowError(error.code, error.message, remedy=error.remedy, place=place)
