"""Amounts of ledger accounts in columns, and the rows that a chart of accounts makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.money import divide_half_up
from closebook.core.reports.chart import Chart, ChartAccount
from closebook.core.reports.opens import Basis, Filters, Opens
from closebook.core.reports.table import Cell, Column, ColumnKind, Row, Table, section

Amounts = Mapping[int, Sequence[int]]  # ledger account → minor units per slice, debit positive
HUNDRED_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class Slice:
    """What one column of amounts covers: a period and filters. ``object_key`` is the record a column stands
    for.
    """

    key: str
    title: str
    start: dt.date
    end: dt.date
    filters: Filters = field(default_factory=Filters)
    object_key: int | None = None
    is_total: bool = False

    def column(self) -> Column:
        """Return the column of this slice."""
        if self.is_total:
            return Column(self.key, self.title)
        return Column(self.key, self.title, ColumnKind.MONEY, self.start, self.end, self.object_key)


@dataclass(slots=True)
class Grid:
    """Amounts per ledger account and slice.

    ``cumulative`` tells that amounts are balances at the slices' ends, not movements within them.
    ``rolled`` holds, per key that is not a ledger account of its own, the postings of its amounts.
    ``compared`` adds the columns Change and Change % between the first two slices.
    """

    chart: Chart
    slices: tuple[Slice, ...]
    amounts: Amounts
    currency: str
    basis: Basis = Basis.ACCRUAL
    cumulative: bool = False
    compared: bool = False
    rolled: Mapping[int, Sequence[Opens]] = field(default_factory=dict)

    def table(self, name: str, title: str, rows: list[Row], first: Column) -> Table:
        """Return a table of these columns; it covers the slices' days."""
        columns = [first, *(one.column() for one in self.slices)]
        if self.compared:
            columns += [Column("change", "Change"), Column("change-percent", "Change %", ColumnKind.PERCENT)]
        return Table(
            name,
            title,
            tuple(columns),
            rows,
            self.currency,
            min(one.start for one in self.slices),
            max(one.end for one in self.slices),
            self.basis,
            has_data=any(any(values) for values in self.amounts.values()),
        )

    def sums(self, keys: Iterable[int], *, credit_positive: bool) -> list[int]:
        """Return the sum of some keys' amounts per slice, in the sign asked for."""
        totals = [0] * len(self.slices)
        for key in keys:
            for index, amount in enumerate(self.amounts.get(key, ())):
                totals[index] += amount
        return [-amount for amount in totals] if credit_positive else totals

    def opens(self, keys: Sequence[int], index: int, *, credit_positive: bool) -> Opens:
        """Return the key to the postings of some ledger accounts in a slice."""
        one = self.slices[index]
        own: tuple[int, ...] = tuple(keys)
        also: tuple[Opens, ...] = ()
        if self.rolled:
            own = tuple(key for key in keys if key not in self.rolled)
            also = tuple(self.rolled[key][index] for key in keys if key in self.rolled)
        start = None if self.cumulative else one.start
        return Opens(own, start, one.end, self.basis, one.filters, credit_positive, also)

    def figures(self, keys: Sequence[int], *, credit_positive: bool, zero: int | None = 0) -> list[Cell]:
        """Return a cell per column with the sum of some keys; ``zero`` is what a sum of nothing shows."""
        sums = self.sums(keys, credit_positive=credit_positive)
        cells = [
            Cell(amount or zero, None, self.opens(keys, index, credit_positive=credit_positive))
            for index, amount in enumerate(sums)
        ]
        return cells + change_cells(sums, zero) if self.compared else cells

    def line(
        self,
        label: str,
        keys: Sequence[int],
        *,
        credit_positive: bool,
        zero: int | None = 0,
        key: int | None = None,
    ) -> tuple[Cell, ...]:
        """Return a labelled line of figures."""
        return (Cell(label, key), *self.figures(keys, credit_positive=credit_positive, zero=zero))

    def heading(self, label: str, key: int | None = None) -> tuple[Cell, ...]:
        """Return a labelled line without figures."""
        return (Cell(label, key), *[Cell()] * (len(self.slices) + (2 if self.compared else 0)))


def change_cells(sums: Sequence[int], zero: int | None = 0) -> list[Cell]:
    """Return the change from the second amount to the first, and the same in hundredths of a percent."""
    now, before = sums[0], sums[1]
    share = divide_half_up((now - before) * HUNDRED_PERCENT, abs(before)) if before else None
    return [Cell((now - before) or zero), Cell(share)]


def with_total(
    slices: Sequence[Slice], amounts: Amounts, total: Slice
) -> tuple[tuple[Slice, ...], dict[int, list[int]]]:
    """Return slices and amounts with a last slice that is the sum of the others."""
    summed = {key: [*values, sum(values)] for key, values in amounts.items()}
    return (*slices, replace(total, is_total=True)), summed


RowOf = Callable[[ChartAccount], Row | None]


def account_row(grid: Grid, one: ChartAccount, *, credit_positive: bool) -> Row | None:
    """Return the row of a ledger account: a line, a heading with its sub-accounts, or None when all is zero.

    The heading shows the ledger account's own amounts, the total those of the whole branch.
    """
    below = [
        row
        for child in grid.chart.children(one.key)
        if (row := account_row(grid, child, credit_positive=credit_positive))
    ]
    if not below and not any(grid.amounts.get(one.key, ())):
        return None
    own = grid.line(one.name, (one.key,), credit_positive=credit_positive, zero=None, key=one.key)
    if not below:
        return Row(own)
    total = grid.line(f"Total {one.name}", grid.chart.subtree(one.key), credit_positive=credit_positive)
    return section(own, below, total)


def account_rows(grid: Grid, *types: LedgerAccountType, credit_positive: bool) -> list[Row]:
    """Return the rows of all ledger accounts of some types that have an amount, in the chart's order."""
    rows = (account_row(grid, one, credit_positive=credit_positive) for one in grid.chart.roots(*types))
    return [row for row in rows if row]


def type_section(
    grid: Grid, label: str, group: str, *types: LedgerAccountType, credit_positive: bool, total: str = ""
) -> Row:
    """Return a section with the ledger accounts of some types; its total is empty when it has no rows."""
    rows = account_rows(grid, *types, credit_positive=credit_positive)
    keys = grid.chart.of_types(*types)
    line = grid.line(
        total or f"Total {label}", keys, credit_positive=credit_positive, zero=0 if rows else None
    )
    return section(grid.heading(label), rows, line, group=group)
