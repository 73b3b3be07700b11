"""A CSV file of Etsy's as a table: encoding, delimiter, header, layout, and its rows as a stream.

The file as a whole is refused here: not text, not Etsy's, columns missing, cut off at the end.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from closebook.connectors.etsy.columns import STATEMENT, STREAMS, Layout
from closebook.connectors.etsy.identify import (
    NO_HEADER,
    Header,
    best_layout,
    header_of,
    is_claimed,
    looks_like,
    name_stream,
)
from closebook.core.errors import InputError, Place
from closebook.transport.files import TextFile, decode_head, open_text, survey, tail

_MAX_FIELD = 1_000_000
_TAIL_LINES = 40
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}(?!\w)")


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file: ``header_row`` is the row number of the header (1 unless lines stand before it)."""

    file: TextFile
    delimiter: str
    header_row: int
    header: list[str]
    layout: Layout

    @property
    def name(self) -> str:
        """Return the file's name without its folder."""
        return self.file.path.name

    def heading(self, column: str) -> str:
        """Return how this file calls a column."""
        return self.layout.headings.get(column, column)

    def place(self, row: int, column: str = "") -> Place:
        """Return the place of a cell for an error."""
        return Place(self.name, row, self.heading(column) if column else "")


def open_table(path: Path, *, stream: str = "", encoding: str = "") -> Table:
    """Return an Etsy file as a table, refused when it is not one as a whole.

    Raises InputError with the codes of ``transport.files.survey`` and wrong-file, missing-column,
    no-such-stream.
    """
    if stream and stream not in STREAMS:
        known = ", ".join(STREAMS)
        raise InputError("no-such-stream", f"There is no stream {stream!r}.", remedy=f"Known are: {known}.")
    file = survey(path, encoding=encoding)
    head = file.head.decode(file.encoding, errors="ignore") if encoding else decode_head(file.head)
    header = header_of(head)
    layout = best_layout(header.cells, stream or name_stream(path.name)) if header is not NO_HEADER else None
    if layout is None or (layout.missing and not layout.known):
        raise wrong_file(file, head, header)
    if stream and layout.stream != stream:
        title = STREAMS[layout.stream].title
        raise InputError(
            "wrong-file",
            f"This is a file of the kind {title!r}, not {STREAMS[stream].title!r}.",
            remedy="Choose its own kind.",
            place=Place(file=path.name),
        )
    if layout.missing:
        raise _missing_column(file, layout, head, header)
    return Table(file, header.delimiter, header.row, header.cells, layout)


def rows(table: Table) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells) of each row below the header that is not blank; the header's row is 1.

    A header that comes again (files put behind each other) is passed over.

    Raises InputError broken-csv when the text cannot be parted into cells.
    """
    csv.field_size_limit(_MAX_FIELD)
    row = 0
    try:
        with open_text(table.file) as handle:
            reader = csv.reader(handle, delimiter=table.delimiter, skipinitialspace=True)
            for _ in range(table.header_row):
                next(reader, None)
            for row, cells in enumerate(reader, table.header_row + 1):
                if cells != table.header and any(cells):
                    yield row, cells
    except csv.Error as error:
        raise InputError(
            "broken-csv",
            f"The row cannot be parted into cells: {error}.",
            remedy="A quotation mark is probably not closed. Download the file again.",
            place=Place(table.name, row + 1),
        ) from error


def last_cells(table: Table) -> tuple[list[str], bool]:
    """Return the cells of the file's last row and whether a quotation mark is still open in it.

    The list is empty when there is no row below the header. A row may run over several lines within
    quotation marks.
    """
    lines = [line for line in tail(table.file).splitlines() if line.strip()]
    if not lines:
        return [], False
    starts = range(len(lines) - 1, max(-1, len(lines) - _TAIL_LINES), -1)
    start = next((at for at in starts if "".join(lines[at:]).count('"') % 2 == 0), None)
    if start is None and _opens(lines[-1], table.delimiter):
        return [], True
    row = lines[-1:] if start is None else lines[start:]
    cells = next(csv.reader(row, delimiter=table.delimiter, skipinitialspace=True), [])
    return ([] if _is_header(cells, table) else cells), False


def refuse_truncated(table: Table) -> None:
    """Raise InputError truncated-file when the last row was cut: an open quotation mark, or cells that are
    needed are missing.

    Rows of order files are all equally wide, so a last one without line end must have as many cells as the
    first.
    """
    cells, is_open = last_cells(table)
    least = table.layout.needed
    if not table.file.ends_with_newline and table.layout.stream != STATEMENT:
        first = next(rows(table), (0, []))[1]
        least = max(least, min(len(first), len(table.layout.names)))
    blank = not any(cell.strip() for cell in cells)
    if is_open or (not blank and len(cells) < least):
        raise truncated(table)


def truncated(table: Table) -> InputError:
    """Return the error of a file whose end is missing."""
    return InputError(
        "truncated-file",
        "The last row is cut off, so rows after it are missing too.",
        remedy="Download the file again.",
        place=Place(file=table.name),
    )


def wrong_file(file: TextFile, head: str, header: Header) -> InputError:
    """Return the error of a file that is none of Etsy's, naming what it looks like."""
    kinds = ", ".join(stream.title.lower() for stream in STREAMS.values())
    return InputError(
        "wrong-file",
        f"This looks like {looks_like(head, header.cells)}, not like a file from Etsy.",
        remedy=f"Choose one of Etsy's CSV files: {kinds}.",
        place=Place(file=file.path.name),
    )


def id_of(text: str, table: Table, row: int, column: str) -> str:
    """Return an id as digits or letters; InputError damaged-id when a spreadsheet turned it into a number
    with an exponent.
    """
    if text.isdecimal():
        return text
    text = text.strip().lstrip("'#")
    if has_exponent(text):
        raise damaged_id(text, table.place(row, column))
    return text.removesuffix(".0").removesuffix(".00")


def has_exponent(text: str) -> bool:
    """Tell whether a text holds a number with an exponent, such as ``3.9E+09``."""
    return _EXPONENT.search(text) is not None


def damaged_id(text: str, place: Place) -> InputError:
    """Return the error of an id that a spreadsheet rounded."""
    return InputError(
        "damaged-id",
        f"{text!r} is not an order number: a spreadsheet has rounded it.",
        remedy="Use the file as it was downloaded, without opening and saving it in a spreadsheet.",
        place=place,
    )


def _opens(line: str, delimiter: str) -> bool:
    """Tell whether a line's last quotation mark opens a cell that does not end."""
    before = line[: line.rfind('"')].rstrip(" ")
    return not before or before.endswith((delimiter, delimiter + '"'))


def _is_header(cells: list[str], table: Table) -> bool:
    return {cell.strip().lstrip("\ufeff") for cell in cells} >= set(table.layout.headings.values())


def _missing_column(file: TextFile, layout: Layout, head: str, header: Header) -> InputError:
    if not is_claimed(layout):
        return wrong_file(file, head, header)
    names = ", ".join(layout.missing)
    title = STREAMS[layout.stream].title
    return InputError(
        "missing-column",
        f"The {title.lower()} lacks: {names}.",
        remedy="Use the file as it was downloaded.",
        place=Place(file.path.name, header.row, layout.missing[0]),
    )
