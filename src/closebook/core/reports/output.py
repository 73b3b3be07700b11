"""Tables as plain values and as lines of a spreadsheet file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from closebook.core.money import format_minor
from closebook.core.reports.table import Cell, Column, ColumnKind, Row, RowKind, Table, Value

_MICRO_DIGITS = 6
_FORMULA_STARTS = ("=", "+", "-", "@")
_INDENT = "  "


def _scaled(value: int, digits: int, least: int) -> str:
    """Return value / 10**digits as plain text with at least so many places and no further zeros."""
    sign = "-" if value < 0 else ""
    whole, part = divmod(abs(value), 10**digits)
    places = f"{part:0{digits}d}".rstrip("0").ljust(least, "0")
    return f"{sign}{whole}.{places}" if places else f"{sign}{whole}"


def cell_text(kind: ColumnKind, value: Value, currency: str) -> str:
    """Return a cell's value as plain text: ``1234.50``, ``2.00``, ``0.56 %``, an ISO day; "" for an empty
    cell.

    >>> cell_text(ColumnKind.QUANTITY, 2_500_000, "USD"), cell_text(ColumnKind.PERCENT, 56, "USD")
    ('2.50', '0.56 %')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if kind is ColumnKind.QUANTITY:
        return _scaled(value, _MICRO_DIGITS, 2)
    if kind is ColumnKind.PERCENT:
        return f"{_scaled(value, 2, 2)} %"
    return format_minor(value, currency) if kind is ColumnKind.MONEY else str(value)


def neutralised(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Source: OWASP, CSV injection: a leading =, +, - or @, tab or carriage return may start a formula.

    >>> neutralised("=1+1"), neutralised("Ada")
    ("'=1+1", 'Ada')
    """
    bare = text.lstrip()
    return f"'{text}" if bare.startswith(_FORMULA_STARTS) or text.startswith(("\t", "\r")) else text


def _plain_column(column: Column) -> dict[str, Any]:
    return {
        "key": column.key,
        "title": column.title,
        "kind": column.kind.value,
        "over": column.over,
        "start": column.start.isoformat() if column.start else None,
        "end": column.end.isoformat() if column.end else None,
    }


def _plain_cells(table: Table, cells: tuple[Cell, ...]) -> list[dict[str, Any]]:
    found = []
    for column, cell in zip(table.columns, cells, strict=True):
        value = cell.value.isoformat() if isinstance(cell.value, dt.date) else cell.value
        one: dict[str, Any] = {"value": value, "text": cell_text(column.kind, cell.value, table.currency)}
        if cell.key:
            one["key"] = cell.key
        if cell.opens:
            one["opens"] = cell.opens.plain()
        found.append(one)
    return found


def _plain_row(table: Table, row: Row) -> dict[str, Any]:
    return {
        "label": row.label,
        "kind": row.kind.value,
        "group": row.group,
        "cells": _plain_cells(table, row.cells) if row.cells else [],
        "rows": [_plain_row(table, child) for child in row.children],
        "total": _plain_cells(table, row.total) if row.total else [],
    }


def to_plain(table: Table) -> dict[str, Any]:
    """Return a table as plain values for JSON: amounts in minor units beside their text, keys that open
    figures.
    """
    return {
        "name": table.name,
        "title": table.title,
        "currency": table.currency,
        "basis": table.basis.value,
        "day_from": table.day_from.isoformat() if table.day_from else None,
        "day_to": table.day_to.isoformat() if table.day_to else None,
        "columns": [_plain_column(column) for column in table.columns],
        "rows": [_plain_row(table, row) for row in table.rows],
        "cut": table.cut,
    }


class LineKind(StrEnum):
    """What a line of a table is: the heading of a section, a row, or a total."""

    HEADING = "heading"
    ROW = "row"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a table in reading order; ``depth`` counts the sections around it."""

    depth: int
    kind: LineKind
    cells: tuple[Cell, ...]

    @property
    def label(self) -> str:
        """Return the text of the first cell."""
        value = self.cells[0].value if self.cells else ""
        return value.isoformat() if isinstance(value, dt.date) else str(value or "")


def table_lines(table: Table) -> Iterator[TableLine]:
    """Yield the lines of a table in reading order: headings, rows, totals."""
    yield from _table_lines(table.rows, 0)


def _table_lines(rows: list[Row], depth: int) -> Iterator[TableLine]:
    for row in rows:
        if row.cells:
            kind = LineKind.HEADING if row.kind is RowKind.SECTION else LineKind.ROW
            yield TableLine(depth, kind, row.cells)
        yield from _table_lines(row.children, depth + bool(row.cells))
        if row.total:
            yield TableLine(depth, LineKind.TOTAL, row.total)


def reading_lines(table: Table) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the lines of a table in reading order with their depth."""
    return ((line.depth, line.cells) for line in table_lines(table))


def csv_rows(table: Table) -> Iterator[list[str]]:
    """Yield the lines of a table for a spreadsheet file: titles, then each row, indented by its depth.

    Texts are neutralised, numbers are not.
    """
    yield [neutralised(f"{column.over} {column.title}".strip()) for column in table.columns]
    for depth, cells in reading_lines(table):
        yield _csv_line(table, cells, depth)


def _csv_line(table: Table, cells: tuple[Cell, ...], depth: int) -> list[str]:
    texts = []
    for index, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
        text = cell_text(column.kind, cell.value, table.currency)
        if isinstance(cell.value, str):
            text = neutralised(f"{_INDENT * depth if not index else ''}{text}")
        texts.append(text)
    return texts
