"""Another program's export as a table: its letters, what parts its cells, its rows as spreadsheets count."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from closebook.core.errors import InputError, Place

EXTRA = "\0"
"""The key under which a row keeps what stands beyond the header's last column."""
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATED = re.compile(r"\s*sep=(.)\s*\r?\n", re.IGNORECASE)
_SEPARATORS = ",;\t|"
_LOOKED_AT = 200_000
_LARGEST_CELL = 131_072


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text and the name of its encoding."""

    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns, and its rows with the numbers that a spreadsheet shows, blank ones left out."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[int, Mapping[str, str]]]


def text_of(data: bytes, name: str = "") -> Text:
    """Return a file's text: by its mark, else UTF-8, else Chinese or Western letters by how they stand.

    Raises InputError selling-file for a workbook, an empty file and one whose letters cannot be told.
    """
    if data.startswith(_WORKBOOKS):
        raise _no_table(
            "This is an Excel workbook.", "Open it, save it as CSV in UTF-8 and choose that file.", name
        )
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise _no_table("The file is empty.", "Export it again and choose the new file.", name)
    try:
        encoding = _encoding(data)
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown(name) from error
    if "\0" in text:
        raise _unknown(name)
    return Text(text.removeprefix("\ufeff"), encoding)


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        # A Western letter with an accent stands alone, Chinese ones are two bytes each.
        runs = re.findall(rb"[\x80-\xff]+", data[:_LOOKED_AT])
        return "gb18030" if 2 * sum(len(run) > 1 for run in runs) > len(runs) else "windows-1252"
    return "utf-8"


def _unknown(name: str) -> InputError:
    return _no_table("This is no CSV file in UTF-8.", "Save it as CSV in UTF-8 and try again.", name)


def _no_table(message: str, remedy: str, name: str, row: int | None = None) -> InputError:
    return InputError("selling-file", message, remedy=remedy, place=Place(file=name, row=row))


def table_of(text: str, name: str = "") -> Table:
    """Return the table of a text, parted by commas, semicolons, tabs or bars as its first line is.

    Raises InputError selling-file without any line, and while rows are read for a quotation mark that is not
    closed.
    """
    said = _SEPARATED.match(text)
    rows = _records(text[said.end() :] if said else text, said[1] if said else "", name, 1 + bool(said))
    columns = next(rows, None)
    if columns is None:
        raise _no_table("The file is empty.", "Export it again and choose the new file.", name)
    names = tuple(column.strip() for column in columns[1])
    return Table(names, ((number, _row(names, cells)) for number, cells in rows))


def _records(text: str, separator: str, name: str, first: int) -> Iterator[tuple[int, list[str]]]:
    """Give the records that are not blank, with their numbers."""
    if not separator:
        line = next((line for line in text.splitlines() if line.strip()), "")
        bare = re.sub(r'"[^"]*"', "", line)
        separator = max(_SEPARATORS, key=bare.count)
    number = first
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _unclosed(name, number) from error
        if cells is not None and max(map(len, cells), default=0) > _LARGEST_CELL:
            raise _unclosed(name, number)
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells
        number += 1


def _unclosed(name: str, number: int) -> InputError:
    return _no_table(
        "A quotation mark is not closed here, or a cell is too long.",
        "Close the quotation mark, or export the file again.",
        name,
        number,
    )


def _row(columns: tuple[str, ...], cells: list[str]) -> Mapping[str, str]:
    row = dict(zip(columns, cells, strict=False))
    beyond = [cell for cell in cells[len(columns) :] if cell.strip()]
    return row | {EXTRA: ", ".join(beyond)} if beyond else row
