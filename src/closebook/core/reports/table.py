"""A statement as a table: columns, a tree of rows, and the key that opens each figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from closebook.core.reports.opens import Basis, Opens


class ColumnKind(StrEnum):
    """What the values of a column are."""

    TEXT = "text"
    DAY = "day"
    MONEY = "money"  # minor units
    QUANTITY = "quantity"  # millionths of a unit
    PERCENT = "percent"  # hundredths of a percent


class RowKind(StrEnum):
    """A line of figures, or a heading with rows below it and a total."""

    DATA = "data"
    SECTION = "section"


Value = int | str | dt.date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``start`` and ``end`` bound its period, ``object_key`` is the record it stands for,
    ``over`` the title above it.
    """

    key: str
    title: str
    kind: ColumnKind = ColumnKind.MONEY
    start: dt.date | None = None
    end: dt.date | None = None
    object_key: int | None = None
    over: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; None is an empty cell. ``key`` is the record that the cell names, ``opens`` the postings
    behind a figure.
    """

    value: Value = None
    key: int | None = None
    opens: Opens | None = None


EMPTY = Cell()


@dataclass(slots=True)
class Row:
    """A row: its cells (a section's heading may have none), the rows below it and the cells of its total.

    ``group`` is a stable word for rows with a meaning of their own, such as ``gross-profit``.
    """

    cells: tuple[Cell, ...] = ()
    kind: RowKind = RowKind.DATA
    group: str = ""
    children: list[Row] = field(default_factory=list)
    total: tuple[Cell, ...] = ()

    @property
    def label(self) -> str:
        """Return the text of the row's first cell, or of its total's."""
        cells = self.cells or self.total
        return str(cells[0].value or "") if cells else ""

    @property
    def key(self) -> int | None:
        """Return the record that the row is about, such as a ledger account."""
        return self.cells[0].key if self.cells else None

    @property
    def amounts_minor(self) -> list[int | None]:
        """Return the whole numbers of the row's cells after the first (of its total, where it has no
        other).
        """
        return [
            cell.value if isinstance(cell.value, int) else None for cell in (self.cells or self.total)[1:]
        ]

    @property
    def total_minor(self) -> list[int | None]:
        """Return the whole numbers of the total's cells after the first."""
        return [cell.value if isinstance(cell.value, int) else None for cell in self.total[1:]]


def section(
    cells: Sequence[Cell], children: list[Row], total: Sequence[Cell] = (), *, group: str = ""
) -> Row:
    """Return a heading with rows below it and a total."""
    return Row(tuple(cells), RowKind.SECTION, group, children, tuple(total))


def total_only(cells: Sequence[Cell], *, group: str) -> Row:
    """Return a row that consists of a total alone."""
    return Row((), RowKind.SECTION, group, [], tuple(cells))


@dataclass(slots=True)
class Table:
    """A statement: ``name`` is its word, ``title`` its heading; days are the period, amounts are in
    ``currency``.

    ``cut`` tells that rows were left off because the table would have grown past its limit. ``short`` tells
    that rows before the last were left off, and that figures and totals are those of all rows nevertheless.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: list[Row]
    currency: str
    day_from: dt.date | None = None
    day_to: dt.date | None = None
    basis: Basis = Basis.ACCRUAL
    has_data: bool = True
    cut: bool = False
    short: bool = False

    def walk(self) -> Iterator[tuple[int, Row]]:
        """Yield each row with its depth, parents first."""
        stack = [(0, row) for row in reversed(self.rows)]
        while stack:
            depth, row = stack.pop()
            yield depth, row
            stack.extend((depth + 1, child) for child in reversed(row.children))

    def find(self, group: str) -> Row:
        """Return the first row of a group; KeyError when there is none."""
        for _, row in self.walk():
            if row.group == group:
                return row
        raise KeyError(group)

    def labelled(self, label: str) -> Row:
        """Return the first row with a label; KeyError when there is none."""
        for _, row in self.walk():
            if row.label == label:
                return row
        raise KeyError(label)
