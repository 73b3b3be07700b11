"""Statements in the reader's language: titles, headings and totals; names of ledger accounts stay."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from babel import dates
from django.utils.translation import get_language

from closebook.core.reports.table import Cell, Column, Row, Table
from closebook.web.kit.said import label
from closebook.web.templatetags.kit import here

_WORDS = frozenset({"kind", "type", "sub-type", "adjusting", "posting"})  # columns of our own words
_MONTH = re.compile(r"[A-Z][a-z]{2} \d{4}")
_PERIOD = re.compile(r"[A-Z][a-z]{2}\b.*\d{4}")


def spoken(table: Table) -> Table:
    """Return a statement with its own words in the reader's language; figures and names are unchanged."""
    if (get_language() or "en").startswith("en"):
        return table
    words = [index for index, column in enumerate(table.columns) if index and column.key in _WORDS]
    return replace(
        table,
        title=label(table.title),
        columns=tuple(_column(column) for column in table.columns),
        rows=[_row(row, words) for row in table.rows],
    )


def _column(column: Column) -> Column:
    named = column.object_key is not None
    title = column.title if named else _period(column) or label(column.title)
    return replace(column, title=title, over=label(column.over))


def _period(column: Column) -> str:
    """Return the title of a column that stands for a period, as the language writes it; else ""."""
    if column.start is None or column.end is None or not _PERIOD.fullmatch(column.title):
        return ""
    if _MONTH.fullmatch(column.title):
        return dates.format_skeleton("yMMM", column.start, locale=here())
    whole = column.start.day == 1 and (column.end + dt.timedelta(days=1)).day == 1
    return dates.format_interval(column.start, column.end, "yMMM" if whole else "yMMMd", locale=here())


def _row(row: Row, words: list[int]) -> Row:
    return replace(
        row,
        cells=_cells(row.cells, words),
        children=[_row(child, words) for child in row.children],
        total=_cells(row.total, words),
    )


def _cells(cells: tuple[Cell, ...], words: list[int]) -> tuple[Cell, ...]:
    """Return a line with its label said, unless it names a record: that name is the company's own."""
    places = [index for index in words if index < len(cells)]
    if cells and not cells[0].key:
        places.append(0)
    said = {index: value for index in places if isinstance(value := cells[index].value, str) and value}
    if not said:
        return cells
    return tuple(
        replace(cell, value=label(said[index])) if index in said else cell for index, cell in enumerate(cells)
    )
