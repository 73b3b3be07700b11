"""General ledger and detail of profit and loss: every posting under its ledger account, with a running
balance.

Source: QuickBooks Online reports, GeneralLedger and ProfitAndLossDetail, for rows and labels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from closebook.core.ledger.account_types import LedgerAccountType, is_balance_sheet
from closebook.core.reports.chart import Chart, ChartAccount
from closebook.core.reports.lines import NOBODY, Line, LineTable
from closebook.core.reports.opens import Opens
from closebook.core.reports.table import Cell, Row, section, total_only
from closebook.core.reports.trial_balance import order_of

_T = LedgerAccountType
BEGINNING = "Beginning Balance"
GENERAL_LEDGER_COLUMNS = (
    "day", "kind", "number", "adjusting", "name", "memo", "split", "amount", "balance",
)  # fmt: skip
DETAIL_COLUMNS = ("day", "kind", "number", "name", "memo", "split", "amount", "balance")


@dataclass(slots=True)
class Ledger:
    """Lines per ledger account in order of time, and the balances before them (debit positive)."""

    chart: Chart
    table: LineTable
    lines: Mapping[int, Sequence[Line]]
    opens: Callable[[tuple[int, ...]], Opens]
    openings: Mapping[int, int] = field(default_factory=dict)

    def natural(self, keys: Sequence[int]) -> int:
        """Return the sum of some ledger accounts' lines in their natural sign."""
        return sum(line.amount_minor or 0 for key in keys for line in self.lines.get(key, ()))

    def total(self, label: str, keys: tuple[int, ...], *, credit_positive: bool) -> tuple[Cell, ...]:
        """Return a total line; its figure opens the postings of the ledger accounts."""
        opens = self.opens(keys).facing(credit_positive=credit_positive)
        return self.table.labelled(label, amount=Cell(self.natural(keys), None, opens))


def _own_rows(ledger: Ledger, one: ChartAccount) -> list[Row]:
    """Return the beginning balance, where there is one, and the lines of a ledger account."""
    opening = ledger.openings.get(one.key, 0) * (-1 if one.credit_positive else 1)
    rows = []
    if opening and is_balance_sheet(one.type):
        rows.append(Row(_beginning(ledger, opening), group="beginning-balance"))
    balance = opening if rows else 0
    for line in ledger.lines.get(one.key, ()):
        balance += line.amount_minor or 0
        line.balance_minor = balance
        rows.append(Row(ledger.table.cells(line)))
    return rows


def _beginning(ledger: Ledger, opening: int) -> tuple[Cell, ...]:
    nobody = Cell("", NOBODY)
    return ledger.table.labelled(BEGINNING, balance=Cell(opening), name=nobody, split=nobody)


def account_section(ledger: Ledger, one: ChartAccount) -> Row | None:
    """Return the section of a ledger account with its sub-accounts nested, None when there is nothing in
    it.
    """
    below = [row for child in ledger.chart.children(one.key) if (row := account_section(ledger, child))]
    own = _own_rows(ledger, one)
    if not own and not below:
        return None
    heading = ledger.table.labelled(one.name, one.key)
    total = ledger.total(f"Total for {one.name}", (one.key,), credit_positive=one.credit_positive)
    if not below:
        return section(heading, own, total)
    if own:
        own.append(total_only(total, group=""))
    keys = ledger.chart.subtree(one.key)
    label = f"Total for {one.name} with sub-accounts"
    return section(heading, own + below, ledger.total(label, keys, credit_positive=one.credit_positive))


def general_ledger(ledger: Ledger) -> list[Row]:
    """Return a section per ledger account with lines or a beginning balance, in the order of types."""
    roots = sorted(ledger.chart.roots(*LedgerAccountType), key=order_of)
    return [row for one in roots if (row := account_section(ledger, one))]


def _part(ledger: Ledger, label: str, group: str, kind: LedgerAccountType, *, credit: bool) -> list[Row]:
    rows = [row for one in ledger.chart.roots(kind) if (row := account_section(ledger, one))]
    keys = ledger.chart.of_types(kind)
    total = ledger.total(f"Total for {label}", keys, credit_positive=credit)
    return [section(ledger.table.labelled(label), rows, total, group=group)] if rows else []


def _result(ledger: Ledger, label: str, group: str, *kinds: LedgerAccountType) -> Row:
    chart = ledger.chart
    plus = [key for key in chart.of_types(*kinds) if chart[key].credit_positive]
    minus = [key for key in chart.of_types(*kinds) if not chart[key].credit_positive]
    amount = ledger.natural(plus) - ledger.natural(minus)
    opens = ledger.opens((*plus, *minus)).facing(credit_positive=True)
    return total_only(ledger.table.labelled(label, amount=Cell(amount, None, opens)), group=group)


def profit_and_loss_detail(ledger: Ledger) -> list[Row]:
    """Return the parts of profit and loss with every line below its ledger account."""
    gross, other = (_T.INCOME, _T.COST_OF_GOODS_SOLD), (_T.OTHER_INCOME, _T.OTHER_EXPENSE)
    rows = [
        *_part(ledger, "Income", "income", _T.INCOME, credit=True),
        *_part(ledger, "Cost of Goods Sold", "cost-of-goods-sold", _T.COST_OF_GOODS_SOLD, credit=False),
        _result(ledger, "Gross Profit", "gross-profit", *gross),
        *_part(ledger, "Expenses", "expenses", _T.EXPENSE, credit=False),
        _result(ledger, "Net Operating Income", "net-operating-income", *gross, _T.EXPENSE),
    ]
    others = [
        *_part(ledger, "Other Income", "other-income", _T.OTHER_INCOME, credit=True),
        *_part(ledger, "Other Expenses", "other-expenses", _T.OTHER_EXPENSE, credit=False),
    ]
    if others:
        rows += [*others, _result(ledger, "Net Other Income", "net-other-income", *other)]
    rows.append(_result(ledger, "Net Income", "net-income", *gross, _T.EXPENSE, *other))
    return rows
