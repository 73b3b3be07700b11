"""Balance sheet: assets against liabilities and equity, as of the end of each column.

Nothing is posted at a year's end: net income of former fiscal years counts into Retained Earnings, that of
the current one is a row of its own. Source: QuickBooks Online reports, BalanceSheet, for groups and labels.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from closebook.core.ledger.account_types import Classification, LedgerAccountType
from closebook.core.reports.chart import RETAINED_EARNINGS, Chart
from closebook.core.reports.fiscal import DAY, fiscal_year
from closebook.core.reports.grid import Amounts, Grid, account_rows, type_section
from closebook.core.reports.opens import Opens
from closebook.core.reports.profit_and_loss import ACCOUNT_COLUMN
from closebook.core.reports.table import Row, Table, section

_T, _C = LedgerAccountType, Classification
NET_INCOME_KEY = -1
ROLLED_KEY = -2


def year_start(day: dt.date, start_month: int) -> dt.date:
    """Return the first day of the fiscal year that a day lies in."""
    return fiscal_year(day, start_month).start


def roll_net_income(grid: Grid, before_year: Amounts, start_month: int) -> Grid:
    """Return a grid of balances in which income and expense have become net income and retained earnings.

    ``before_year`` holds, per income and expense account and slice, its balance when the slice's fiscal
    year began.
    """
    keys = grid.chart.profit_and_loss()
    size = range(len(grid.slices))
    rolled = [sum(before_year[key][index] for key in keys if key in before_year) for index in size]
    whole = grid.sums(keys, credit_positive=False)
    amounts = {key: values for key, values in grid.amounts.items() if key not in set(keys)}
    amounts[ROLLED_KEY] = rolled
    amounts[NET_INCOME_KEY] = [whole[index] - rolled[index] for index in size]
    opens: Mapping[int, Sequence[Opens]] = {
        ROLLED_KEY: [_opens(grid, keys, index, start_month, former=True) for index in size],
        NET_INCOME_KEY: [_opens(grid, keys, index, start_month, former=False) for index in size],
    }
    return replace(grid, amounts=amounts, rolled=opens, cumulative=True)


def _opens(grid: Grid, keys: tuple[int, ...], index: int, start_month: int, *, former: bool) -> Opens:
    one = grid.slices[index]
    start = year_start(one.end, start_month)
    if former:
        return Opens(keys, None, start - DAY, grid.basis, one.filters)
    return Opens(keys, start, one.end, grid.basis, one.filters)


def _nested(
    grid: Grid, label: str, group: str, parts: list[Row], keys: Sequence[int], *, credit: bool
) -> Row:
    shown = [part for part in parts if part.children]
    total = grid.line(f"Total {label}", keys, credit_positive=credit, zero=0 if shown else None)
    return section(grid.heading(label), shown, total, group=group)


def _assets(grid: Grid) -> Row:
    chart = grid.chart
    current_types = (_T.BANK, _T.RECEIVABLE, _T.OTHER_CURRENT_ASSET)
    current = _nested(
        grid,
        "Current Assets",
        "current-assets",
        [
            type_section(grid, "Bank Accounts", "bank", _T.BANK, credit_positive=False),
            type_section(grid, "Accounts Receivable", "receivable", _T.RECEIVABLE, credit_positive=False),
            type_section(
                grid,
                "Other current assets",
                "other-current-assets",
                _T.OTHER_CURRENT_ASSET,
                credit_positive=False,
            ),
        ],
        chart.of_types(*current_types),
        credit=False,
    )
    fixed = type_section(grid, "Fixed Assets", "fixed-assets", _T.FIXED_ASSET, credit_positive=False)
    other = type_section(grid, "Other Assets", "other-assets", _T.OTHER_ASSET, credit_positive=False)
    shown = [part for part in (current, fixed, other) if part.children]
    keys = chart.of_classes(_C.ASSET)
    total = grid.line("TOTAL ASSETS", keys, credit_positive=False, zero=0 if shown else None)
    return section(grid.heading("ASSETS"), shown, total, group="assets")


def _liabilities(grid: Grid) -> Row:
    chart = grid.chart
    current_types = (_T.PAYABLE, _T.CREDIT_CARD, _T.OTHER_CURRENT_LIABILITY)
    current = _nested(
        grid,
        "Current Liabilities",
        "current-liabilities",
        [
            type_section(grid, "Accounts Payable", "payable", _T.PAYABLE, credit_positive=True),
            type_section(grid, "Credit Cards", "credit-cards", _T.CREDIT_CARD, credit_positive=True),
            type_section(
                grid,
                "Other Current Liabilities",
                "other-current-liabilities",
                _T.OTHER_CURRENT_LIABILITY,
                credit_positive=True,
            ),
        ],
        chart.of_types(*current_types),
        credit=True,
    )
    long_term = type_section(
        grid, "Long-Term Liabilities", "long-term-liabilities", _T.LONG_TERM_LIABILITY, credit_positive=True
    )
    keys = chart.of_classes(_C.LIABILITY)
    return _nested(grid, "Liabilities", "liabilities", [current, long_term], keys, credit=True)


def _retained_row(grid: Grid) -> Row:
    key = grid.chart.need(RETAINED_EARNINGS)
    name = grid.chart[key].name
    return Row(grid.line(name, (key, ROLLED_KEY), credit_positive=True, zero=None, key=key))


def _equity(grid: Grid) -> Row:
    retained = grid.chart.need(RETAINED_EARNINGS)
    plain = replace(grid, amounts={key: values for key, values in grid.amounts.items() if key != retained})
    rows = [*account_rows(plain, _T.EQUITY, credit_positive=True), _retained_row(grid)]
    rows.sort(key=lambda row: _order(grid.chart, row))
    net_income = grid.line("Net Income", (NET_INCOME_KEY,), credit_positive=True, zero=None)
    rows.append(Row(net_income, group="net-income"))
    keys = (*grid.chart.of_types(_T.EQUITY), ROLLED_KEY, NET_INCOME_KEY)
    shown = any(isinstance(cell.value, int) for row in rows for cell in (row.total or row.cells)[1:])
    total = grid.line("Total Equity", keys, credit_positive=True, zero=0 if shown else None)
    return section(grid.heading("Equity"), rows, total, group="equity")


def _order(chart: Chart, row: Row) -> tuple[str, str, int]:
    return chart[row.key].order if row.key is not None else ("", "", 0)


def balance_sheet(grid: Grid) -> Table:
    """Return the statement of a grid that ``roll_net_income`` made."""
    liabilities, equity = _liabilities(grid), _equity(grid)
    keys = (*grid.chart.of_classes(_C.LIABILITY, _C.EQUITY), ROLLED_KEY, NET_INCOME_KEY)
    label = "LIABILITIES AND EQUITY"
    shown = bool(liabilities.children) or equity.total[1].value is not None
    total = grid.line(f"TOTAL {label}", keys, credit_positive=True, zero=0 if shown else None)
    parts = [liabilities, equity] if liabilities.children else [equity]
    right = section(grid.heading(label), parts, total, group="liabilities-and-equity")
    return grid.table("balance-sheet", "Balance Sheet", [_assets(grid), right], ACCOUNT_COLUMN)
