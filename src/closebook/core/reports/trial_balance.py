"""Trial balance: one line per ledger account with a balance, on its debit or on its credit side.

Balance-sheet accounts show their balance at the end, income and expense accounts that of the fiscal year,
so that both sides are equal. Source: QuickBooks Online reports, TrialBalance.
"""

from __future__ import annotations

import datetime as dt

from closebook.core.ledger.account_types import LedgerAccountType, is_balance_sheet
from closebook.core.reports.balance_sheet import year_start
from closebook.core.reports.chart import RETAINED_EARNINGS, ChartAccount
from closebook.core.reports.fiscal import DAY
from closebook.core.reports.grid import Amounts, Grid
from closebook.core.reports.opens import Opens
from closebook.core.reports.profit_and_loss import ACCOUNT_COLUMN
from closebook.core.reports.table import Cell, Column, Row, Table, total_only

TYPE_ORDER = {kind: index for index, kind in enumerate(LedgerAccountType)}
_SIDES = (Column("debit", "Debit"), Column("credit", "Credit"))


def order_of(one: ChartAccount) -> tuple[int, str, str]:
    """Return what sorts ledger accounts over all types: type, then number, then full name."""
    return (TYPE_ORDER[one.type], one.number or "~", (one.full_name or one.name).casefold())


def _opens(grid: Grid, key: int, start: dt.date, *, retained: int, credit_positive: bool) -> Opens:
    """Return the key to the postings of a ledger account's balance."""
    one, chart = grid.slices[0], grid.chart
    also: tuple[Opens, ...] = ()
    if key == retained:
        also = (Opens(chart.profit_and_loss(), None, start - DAY, grid.basis, one.filters),)
    day_from = None if is_balance_sheet(chart[key].type) else start
    return Opens((key,), day_from, one.end, grid.basis, one.filters, credit_positive, also)


def _balances(grid: Grid, before_year: Amounts) -> dict[int, int]:
    chart = grid.chart
    amounts = {key: values[0] for key, values in grid.amounts.items()}
    income = [key for key in chart.profit_and_loss() if key in before_year]
    for key in income:
        amounts[key] = amounts.get(key, 0) - before_year[key][0]
    retained = chart.need(RETAINED_EARNINGS)
    amounts[retained] = amounts.get(retained, 0) + sum(before_year[key][0] for key in income)
    return amounts


def trial_balance(grid: Grid, before_year: Amounts, start_month: int) -> Table:
    """Return the statement of a grid of balances with one slice.

    ``before_year`` holds the balances of income and expense accounts when the fiscal year began; their sum
    counts into Retained Earnings.
    """
    amounts = _balances(grid, before_year)
    start = year_start(grid.slices[0].end, start_month)
    retained = grid.chart.need(RETAINED_EARNINGS)
    rows = []
    for one in sorted(grid.chart.accounts.values(), key=order_of):
        if amount := amounts.get(one.key, 0):
            opens = _opens(grid, one.key, start, retained=retained, credit_positive=amount < 0)
            figure, label = Cell(abs(amount), None, opens), Cell(one.full_name or one.name, one.key)
            rows.append(Row((label, figure, Cell()) if amount > 0 else (label, Cell(), figure)))
    if rows:
        sides = [sum(row.amounts_minor[index] or 0 for row in rows) for index in (0, 1)]
        rows.append(total_only([Cell("TOTAL"), Cell(sides[0]), Cell(sides[1])], group="grand-total"))
    table = grid.table("trial-balance", "Trial Balance", rows, ACCOUNT_COLUMN)
    table.columns = (ACCOUNT_COLUMN, *_SIDES)
    return table
