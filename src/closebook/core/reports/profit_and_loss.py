"""Profit and loss: income, cost of goods sold, expenses, other income and expenses, net income.

Income and expense are positive in their natural direction. Source: QuickBooks Online reports,
ProfitAndLoss, for the order of the parts and for which of them show without data.
"""

from __future__ import annotations

from collections.abc import Sequence

from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.reports.grid import Grid, type_section
from closebook.core.reports.table import Column, ColumnKind, Row, Table, total_only

_T = LedgerAccountType
ACCOUNT_COLUMN = Column("ledger-account", "", ColumnKind.TEXT)
_GROSS = (_T.INCOME, _T.COST_OF_GOODS_SOLD)
_OPERATING = (*_GROSS, _T.EXPENSE)
_OTHER = (_T.OTHER_INCOME, _T.OTHER_EXPENSE)


def _result(grid: Grid, label: str, group: str, types: Sequence[LedgerAccountType], *, has_rows: bool) -> Row:
    keys = grid.chart.of_types(*types)
    cells = grid.line(label, keys, credit_positive=True, zero=0 if has_rows else None)
    return total_only(cells, group=group)


def profit_and_loss_rows(grid: Grid) -> list[Row]:
    """Return the parts of the statement in order."""
    income = type_section(grid, "Income", "income", _T.INCOME, credit_positive=True)
    cost = type_section(
        grid, "Cost of Goods Sold", "cost-of-goods-sold", _T.COST_OF_GOODS_SOLD, credit_positive=False
    )
    expenses = type_section(grid, "Expenses", "expenses", _T.EXPENSE, credit_positive=False)
    other_income = type_section(grid, "Other Income", "other-income", _T.OTHER_INCOME, credit_positive=True)
    other_expenses = type_section(
        grid, "Other Expenses", "other-expenses", _T.OTHER_EXPENSE, credit_positive=False
    )
    gross = bool(income.children or cost.children)
    operating = gross or bool(expenses.children)
    other = bool(other_income.children or other_expenses.children)
    rows = [income, cost] if cost.children else [income]
    rows.append(_result(grid, "Gross Profit", "gross-profit", _GROSS, has_rows=gross))
    rows.append(expenses)
    rows.append(_result(grid, "Net Operating Income", "net-operating-income", _OPERATING, has_rows=operating))
    rows += [part for part in (other_income, other_expenses) if part.children]
    if other:
        rows.append(_result(grid, "Net Other Income", "net-other-income", _OTHER, has_rows=True))
    everything = (*_OPERATING, *_OTHER)
    rows.append(_result(grid, "Net Income", "net-income", everything, has_rows=operating or other))
    return rows


def profit_and_loss(grid: Grid) -> Table:
    """Return the statement of a grid of movements."""
    return grid.table("profit-and-loss", "Profit and Loss", profit_and_loss_rows(grid), ACCOUNT_COLUMN)
