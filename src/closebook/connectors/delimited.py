"""Files of cells as tables, for any connector: delimiter, header by the names of columns, rows as a stream.

Columns are found by name, wherever they stand. The file as a whole is refused here: not text, not of this
connector, columns missing, cut off at the end.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from closebook.connectors.base import Column, Identified, Stream
from closebook.core.errors import InputError, Place
from closebook.transport.files import TextFile, decode_head, open_text, refuse_binary, survey, tail

_DELIMITERS = (",", ";", "\t")
_LINES_BEFORE_HEADER = 6
_MAX_FIELD = 1_000_000
_TAIL_LINES = 40
_SHARE_TO_CLAIM = 4
_SURE, _LIKELY, _POSSIBLE = 100, 90, 40
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Layout:
    """How one file's columns lie: ``names`` gives each position its canonical name, or its own heading.

    A heading that comes again has its name with ``#2``. ``needed`` is how many cells a row must have.
    """

    stream: str
    names: tuple[str, ...]
    headings: dict[str, str]
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    needed: int


@dataclass(frozen=True, slots=True)
class Header:
    """The header line of a text: its row number (0 for none), cells and delimiter."""

    row: int
    cells: tuple[str, ...]
    delimiter: str


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file."""

    file: TextFile
    header: Header
    layout: Layout

    @property
    def name(self) -> str:
        """Return the file's name without its folder."""
        return self.file.path.name

    def place(self, row: int, column: str = "") -> Place:
        """Return the place of a cell for an error."""
        return Place(self.name, row, self.layout.headings.get(column, column))


@lru_cache(maxsize=20_000)
def fold(heading: str) -> str:
    """Return a heading's ASCII letters and digits without case.

    >>> fold(" Fee Fixed Rate ")
    'feefixedrate'
    """
    return "".join(ch for ch in heading.casefold() if ch.isascii() and ch.isalnum())


class Family:
    """The kinds of files of one connector, known by their columns."""

    def __init__(self, title: str, streams: Mapping[str, Stream], names: Mapping[str, str]) -> None:
        """Keep the streams; ``names`` maps a pattern of file names to the stream that it suggests."""
        self.title = title
        self.streams = streams
        self._names = [(re.compile(pattern, re.IGNORECASE), stream) for pattern, stream in names.items()]
        self._lookup = {name: _by_heading(stream) for name, stream in streams.items()}

    def identify(self, head: bytes, name: str) -> Identified | None:
        """Return which of the files a beginning and a name belong to, or None for a foreign file."""
        try:
            refuse_binary(head, Place(file=name))
        except InputError:
            return None
        header = self.header_of(decode_head(head))
        layout = self.best_layout(header.cells, self.suggested(name))
        if layout is None or not _is_claimed(layout):
            return None
        complete = _SURE if self.suggested(name) == layout.stream else _LIKELY
        certainty = _POSSIBLE if layout.missing else complete
        return Identified(
            layout.stream, certainty, "en", header.delimiter, layout.known, layout.unknown, layout.missing
        )

    def suggested(self, name: str) -> str:
        """Return the stream that a file's name suggests, or ""."""
        return next((stream for pattern, stream in self._names if pattern.search(name)), "")

    def header_of(self, head: str) -> Header:
        """Return the line that knows most headings among the first lines."""
        best, most = Header(0, (), ","), 1
        for row, line in enumerate(head.lstrip("\ufeff").splitlines()[:_LINES_BEFORE_HEADER], 1):
            for delimiter in _DELIMITERS:
                cells = tuple(next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), []))
                layout = self.best_layout(cells, "")
                known = len(layout.known) if layout else 0
                if known > most:
                    best, most = Header(row, cells, delimiter), known
        return best

    def best_layout(self, cells: tuple[str, ...], preferred: str) -> Layout | None:
        """Return the layout of the stream that fits a header best, or None when no heading is known."""
        layouts = [self.layout_of(cells, stream) for stream in self.streams]
        best = max(
            layouts,
            key=lambda one: (not one.missing, len(one.known) - len(one.missing), one.stream == preferred),
        )
        return best if best.known else None

    def layout_of(self, cells: tuple[str, ...], stream: str) -> Layout:
        """Return how a header's columns lie if the file is of that stream."""
        lookup, names, headings, unknown, needed = self._lookup[stream], [], {}, [], 0
        for position, heading in enumerate(cells):
            column = lookup.get(fold(heading))
            if column is None:
                names.append(f"?{heading.strip()}")
                unknown += [heading.strip()] if heading.strip() else []
            elif column.name in headings:
                names.append(f"{column.name}#2")
            else:
                names.append(column.name)
                headings[column.name] = heading.strip()
                needed = position + 1 if column.required else needed
        wanted = self.streams[stream].columns
        missing = tuple(one.heading for one in wanted if one.required and one.name not in headings)
        known = tuple(headings.values())
        return Layout(stream, tuple(names), headings, known, tuple(unknown), missing, needed)

    def open_table(self, path: Path, *, stream: str = "", encoding: str = "") -> Table:
        """Return a file as a table, refused when it is not one as a whole.

        Raises InputError with the codes of ``transport.files.survey`` and wrong-file, missing-column,
        no-such-stream, truncated-file.
        """
        if stream and stream not in self.streams:
            known = ", ".join(self.streams)
            raise InputError("no-such-stream", f"There is no stream {stream!r}.", remedy=f"Known: {known}.")
        file = survey(path, encoding=encoding)
        head = file.head.decode(file.encoding, errors="ignore") if encoding else decode_head(file.head)
        header = self.header_of(head)
        layout = self.best_layout(header.cells, stream or self.suggested(path.name))
        if layout is None or (layout.missing and not _is_claimed(layout)):
            raise self._wrong_file(path, header)
        if stream and layout.stream != stream:
            raise self._other_kind(path, layout.stream, stream)
        if layout.missing:
            raise self._missing_column(path, header, layout)
        table = Table(file, header, layout)
        _refuse_truncated(table)
        return table

    def _wrong_file(self, path: Path, header: Header) -> InputError:
        kinds = ", ".join(stream.title.lower() for stream in self.streams.values())
        shown = ", ".join(cell.strip() for cell in header.cells[:5] if cell.strip())
        like = f"a table with the columns {shown}" if shown else "another kind of file"
        return InputError(
            "wrong-file",
            f"This looks like {like}, not like a file from {self.title}.",
            remedy=f"Choose one of {self.title}'s CSV files: {kinds}.",
            place=Place(file=path.name),
        )

    def _other_kind(self, path: Path, found: str, wanted: str) -> InputError:
        found, wanted = self.streams[found].title, self.streams[wanted].title
        words = f"This is a file of the kind {found!r}, not {wanted!r}."
        return InputError("wrong-file", words, remedy="Choose its own kind.", place=Place(file=path.name))

    def _missing_column(self, path: Path, header: Header, layout: Layout) -> InputError:
        title, names = self.streams[layout.stream].title, ", ".join(layout.missing)
        return InputError(
            "missing-column",
            f"The {title.lower()} lacks: {names}.",
            remedy="Use the file as it was downloaded.",
            place=Place(path.name, header.row, layout.missing[0]),
        )


def rows(table: Table) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (row number, cells by canonical name) of each row below the header that is not blank.

    A header that comes again (files put behind each other) is passed over. A row with too few cells has
    ``short`` as its only entry. Raises InputError broken-csv when the text cannot be parted into cells.
    """
    csv.field_size_limit(_MAX_FIELD)
    row, header = 0, list(table.header.cells)
    try:
        with open_text(table.file) as handle:
            reader = csv.reader(handle, delimiter=table.header.delimiter, skipinitialspace=True)
            for _ in range(table.header.row):
                next(reader, None)
            for row, cells in enumerate(reader, table.header.row + 1):
                if cells == header or not any(cell.strip() for cell in cells):
                    continue
                if len(cells) < table.layout.needed:
                    yield row, {"short": str(len(cells))}
                else:
                    yield row, dict(zip(table.layout.names, cells, strict=False))
    except csv.Error as error:
        raise InputError(
            "broken-csv",
            f"The row cannot be parted into cells: {error}.",
            remedy="A quotation mark is probably not closed. Download the file again.",
            place=Place(table.name, row + 1),
        ) from error


def truncated(table: Table) -> InputError:
    """Return the error of a file whose end is missing."""
    return InputError(
        "truncated-file",
        "The last row is cut off, so rows after it are missing too.",
        remedy="Download the file again.",
        place=Place(file=table.name),
    )


def checked_id(text: str, table: Table, row: int, column: str) -> str:
    """Return an id; InputError damaged-id when a spreadsheet turned it into a number with an exponent."""
    text = text.strip().lstrip("'#")
    if _EXPONENT.fullmatch(text):
        raise InputError(
            "damaged-id",
            f"{text!r} is not an id: a spreadsheet has rounded it.",
            remedy="Use the file as it was downloaded, without opening and saving it in a spreadsheet.",
            place=table.place(row, column),
        )
    return text


def _by_heading(stream: Stream) -> dict[str, Column]:
    return {fold(word): column for column in stream.columns for word in (column.heading, *column.synonyms)}


def _is_claimed(layout: Layout) -> bool:
    return len(layout.missing) * _SHARE_TO_CLAIM <= len(layout.known)


def _refuse_truncated(table: Table) -> None:
    """Raise InputError truncated-file when the last row was cut: an open quotation mark or missing cells."""
    if table.file.ends_with_newline:
        return
    lines = [line for line in tail(table.file).splitlines() if line.strip()]
    starts = range(len(lines) - 1, max(-1, len(lines) - _TAIL_LINES), -1)
    start = next((at for at in starts if "".join(lines[at:]).count('"') % 2 == 0), None)
    if start is None:
        raise truncated(table)
    reader = csv.reader(lines[start:], delimiter=table.header.delimiter, skipinitialspace=True)
    cells = list(reader)
    if cells and len(cells[-1]) < len(table.header.cells):
        raise truncated(table)
