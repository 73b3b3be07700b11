"""The chart of accounts as a tree with balances, for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from closebook.apps.books.database import books_connection
from closebook.apps.books.selectors.balances import Balance, balances_by_month, opening
from closebook.core.ledger.account_types import LedgerAccountType, is_balance_sheet
from closebook.core.periods import Month
from closebook.core.reports.chart import Chart, ChartAccount

MONTHS = 12
_ROWS = (
    "SELECT l.record_id, l.name, l.type, l.sub_type, l.parent, l.number, l.full_name, r.wire_id, l.active,"
    " l.currency FROM books_ledgeraccount l JOIN books_record r ON r.id = l.record_id"
    " WHERE l.company_id = %s AND r.deleted_at IS NULL"
)


class _More(NamedTuple):
    """What the chart's own accounts do not hold."""

    wire_id: str
    active: bool
    currency: str


@dataclass(frozen=True, slots=True)
class LedgerAccountRow:
    """One ledger account: its place in the tree, balance and the figures of the last months.

    Amounts are minor units of the home currency, positive on the account's natural side. On the balance
    sheet ``months`` are the balances at each month's end; of income and expenses, what each month brought,
    and the balance is their sum.
    """

    account: ChartAccount
    wire_id: str
    active: bool
    currency: str
    depth: int
    balance_minor: int
    months: tuple[int, ...]


def chart_rows(company_id: int, last: Month) -> list[LedgerAccountRow]:
    """Return all ledger accounts by type and name, each below its parent, up to the end of a month.

    The number of queries does not depend on the number of ledger accounts.
    """
    accounts, more = _read(company_id)
    first = last.shift(1 - MONTHS)
    months = [first.shift(index) for index in range(MONTHS)]
    before = opening(company_id, first.first_day)
    moved = balances_by_month(company_id, first.first_day, last.last_day)
    return [
        _row(one, depth, more[one.key], before.get(one.key, Balance()), moved.get(one.key, {}), months)
        for one, depth in _tree(Chart(accounts))
    ]


def _read(company_id: int) -> tuple[list[ChartAccount], dict[int, _More]]:
    with books_connection().cursor() as cursor:
        cursor.execute(_ROWS, [company_id])
        rows = cursor.fetchall()
    accounts = [
        ChartAccount(key, name, LedgerAccountType(kind), sub_type, parent, number, full_name)
        for key, name, kind, sub_type, parent, number, full_name, *_ in rows
    ]
    return accounts, {row[0]: _More(row[7], bool(row[8]), row[9]) for row in rows}


def _tree(chart: Chart) -> Iterator[tuple[ChartAccount, int]]:
    def below(one: ChartAccount, depth: int) -> Iterator[tuple[ChartAccount, int]]:
        yield one, depth
        for child in chart.children(one.key):
            yield from below(child, depth + 1)

    for kind in LedgerAccountType:
        for root in chart.roots(kind):
            yield from below(root, 0)


def _row(
    one: ChartAccount,
    depth: int,
    more: _More,
    before: Balance,
    moved: dict[Month, Balance],
    months: list[Month],
) -> LedgerAccountRow:
    sign = -1 if one.credit_positive else 1
    each = [sign * moved[month].net_minor if month in moved else 0 for month in months]
    if is_balance_sheet(one.type):
        figures = tuple(accumulate(each, initial=sign * before.net_minor))[1:]
        return LedgerAccountRow(one, *more, depth, figures[-1], figures)
    return LedgerAccountRow(one, *more, depth, sum(each), tuple(each))
