"""Cash flow, indirect: net income, then what the other balance-sheet accounts gave or took, then the change
of cash.

Cash is bank accounts and undeposited funds. Operating: receivables, payables, cards, other current assets
and liabilities, accumulated depreciation; investing: fixed and other assets; financing: long-term
liabilities and equity. Source: QuickBooks Online reports, CashFlow, for groups and labels; IAS 7.18(b) for
the indirect method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from closebook.core.ledger.account_types import Classification, LedgerAccountType, is_balance_sheet
from closebook.core.reports.chart import ChartAccount
from closebook.core.reports.fiscal import DAY
from closebook.core.reports.grid import Amounts, Grid
from closebook.core.reports.opens import Opens
from closebook.core.reports.profit_and_loss import ACCOUNT_COLUMN
from closebook.core.reports.table import Cell, Row, Table, section, total_only
from closebook.core.reports.trial_balance import order_of

_T, _C = LedgerAccountType, Classification
_ACCUMULATED = frozenset(
    {
        "AccumulatedDepreciation",
        "AccumulatedAmortization",
        "AccumulatedDepletion",
        "AccumulatedAmortizationOfOtherAssets",
    }
)
_INVESTING = frozenset({_T.FIXED_ASSET, _T.OTHER_ASSET})
_FINANCING = frozenset({_T.LONG_TERM_LIABILITY, _T.EQUITY})
_ADJUSTMENTS = "Adjustments to reconcile Net Income to Net Cash provided by operations:"

_HEADINGS = {"investing": "INVESTING ACTIVITIES", "financing": "FINANCING ACTIVITIES"}
_TOTALS = {
    "investing": "Net cash provided by investing activities",
    "financing": "Net cash provided by financing activities",
}


def activity(one: ChartAccount) -> str:
    """Return operating, investing or financing: where changes of a balance-sheet account belong."""
    if one.type in _INVESTING and one.sub_type not in _ACCUMULATED:
        return "investing"
    return "financing" if one.type in _FINANCING else "operating"


def _accounts(grid: Grid, word: str) -> list[ChartAccount]:
    cash = set(grid.chart.cash())
    accounts = [
        one
        for one in grid.chart.accounts.values()
        if one.key not in cash and is_balance_sheet(one.type) and activity(one) == word
    ]
    return sorted(accounts, key=order_of)


def _lines(grid: Grid, accounts: Sequence[ChartAccount]) -> list[Row]:
    lines = [
        grid.line(one.full_name or one.name, (one.key,), credit_positive=True, zero=None, key=one.key)
        for one in accounts
    ]
    return [Row(line) for line in lines if any(cell.value for cell in line[1:])]


def _keys(accounts: Sequence[ChartAccount]) -> tuple[int, ...]:
    return tuple(one.key for one in accounts)


def _operating(grid: Grid) -> Row:
    accounts = _accounts(grid, "operating")
    income = grid.chart.profit_and_loss()
    rows = [Row(grid.line("Net Income", income, credit_positive=True), group="net-income")]
    lines = _lines(grid, accounts)
    total = grid.line(
        f"Total {_ADJUSTMENTS}", _keys(accounts), credit_positive=True, zero=0 if lines else None
    )
    rows.append(section(grid.heading(_ADJUSTMENTS), lines, total, group="operating-adjustments"))
    whole = grid.line(
        "Net cash provided by operating activities", (*income, *_keys(accounts)), credit_positive=True
    )
    return section(grid.heading("OPERATING ACTIVITIES"), rows, whole, group="operating-activities")


def _activities(grid: Grid, word: str) -> list[Row]:
    accounts = _accounts(grid, word)
    lines = _lines(grid, accounts)
    total = grid.line(_TOTALS[word], _keys(accounts), credit_positive=True)
    heading = grid.heading(_HEADINGS[word])
    return [section(heading, lines, total, group=f"{word}-activities")] if lines else []


def _cash_at(grid: Grid, label: str, balances: Amounts, *, eve: bool) -> tuple[Cell, ...]:
    """Return a line of cash balances on the eve of each slice, or at its end."""
    keys = grid.chart.cash()
    cells = []
    for index, one in enumerate(grid.slices):
        day = one.start - DAY if eve else one.end
        opens = Opens(keys, None, day, grid.basis, one.filters)
        cells.append(Cell(sum(balances[key][index] for key in keys if key in balances), None, opens))
    return (Cell(label), *cells)


def cash_flow(grid: Grid, cash_before: Amounts) -> Table:
    """Return the statement of a grid of movements and the balances of cash accounts before each slice."""
    cash = grid.chart.cash()
    after = {
        key: [
            then + now
            for then, now in zip(cash_before.get(key, zeros), grid.amounts.get(key, zeros), strict=True)
        ]
        for zeros in [[0] * len(grid.slices)]
        for key in cash
    }
    plain = replace(grid, compared=False)
    rows = [_operating(plain), *_activities(plain, "investing"), *_activities(plain, "financing")]
    increase = plain.line("Net cash increase for period", cash, credit_positive=False)
    rows.append(total_only(increase, group="cash-increase"))
    rows.append(
        Row(_cash_at(plain, "Cash at beginning of period", cash_before, eve=True), group="beginning-cash")
    )
    rows.append(total_only(_cash_at(plain, "Cash at end of period", after, eve=False), group="ending-cash"))
    return plain.table("cash-flow", "Statement of Cash Flows", rows, ACCOUNT_COLUMN)
