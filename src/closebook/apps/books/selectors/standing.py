"""How a company stands: sales, fees, refunds and net income of periods, and what there is and is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from closebook.apps.books.database import books_connection
from closebook.apps.books.selectors.balances import Balance, balances, balances_by_month
from closebook.apps.books.selectors.chart import chart_of
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.periods import DateRange, Month
from closebook.core.reports.chart import Chart

_T = LedgerAccountType


@dataclass(frozen=True, slots=True)
class Uses:
    """The ledger accounts, by key, that shops' profiles use for fees, refunds and clearing."""

    fees: frozenset[int] = frozenset()
    refunds: frozenset[int] = frozenset()
    clearing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Flow:
    """What happened in a period, in minor units; refunds and fees are positive when they cost."""

    sales_minor: int = 0
    refunds_minor: int = 0
    fees_minor: int = 0
    net_minor: int = 0


@dataclass(frozen=True, slots=True)
class Holdings:
    """What there is at the end of a day, in minor units; cash leaves out what platforms still hold."""

    on_its_way_minor: int = 0
    cash_minor: int = 0
    receivable_minor: int = 0


class Standing:
    """The figures of a company's books, read with its chart once."""

    def __init__(self, company_id: int, uses: Uses, chart: Chart | None = None) -> None:
        """Keep what the figures are made of."""
        self._company_id = company_id
        self._chart = chart or chart_of(company_id)
        self._uses = uses
        self._income = frozenset(self._chart.of_types(_T.INCOME)) - uses.refunds
        self._results = frozenset(self._chart.profit_and_loss())

    def flow(self, days: DateRange) -> Flow:
        """Return what happened in a range of days, both included."""
        found = balances(self._company_id, days.start, days.end)
        return self._flow({key: one.net_minor for key, one in found.items()})

    def _flow(self, nets: Mapping[int, int]) -> Flow:
        return Flow(
            sales_minor=-_sum(nets, self._income),
            refunds_minor=_sum(nets, self._uses.refunds),
            fees_minor=_sum(nets, self._uses.fees),
            net_minor=-_sum(nets, self._results),
        )

    def holdings(self, day: dt.date) -> Holdings:
        """Return what there is at the end of a day."""
        found: dict[int, Balance] = balances(self._company_id, None, day)
        nets = {key: one.net_minor for key, one in found.items()}
        banks = frozenset(self._chart.of_types(_T.BANK)) - self._uses.clearing
        return Holdings(
            on_its_way_minor=_sum(nets, self._uses.clearing),
            cash_minor=_sum(nets, banks),
            receivable_minor=_sum(nets, self._chart.of_types(_T.RECEIVABLE)),
        )

    def months(self, days: DateRange) -> dict[Month, Flow]:
        """Return what happened in each month that a range touches."""
        nets: dict[Month, dict[int, int]] = {month: {} for month in days.months()}
        for key, months in balances_by_month(self._company_id, days.start, days.end).items():
            for month, balance in months.items():
                nets[month][key] = balance.net_minor
        return {month: self._flow(found) for month, found in nets.items()}


def _sum(nets: Mapping[int, int], keys: Collection[int]) -> int:
    return sum(nets.get(key, 0) for key in keys)


def ledger_account_keys(company_id: int, wire_ids: Collection[str]) -> dict[str, int]:
    """Return the keys of the ledger accounts that the protocol knows by these ids."""
    if not wire_ids:
        return {}
    marks = ", ".join(["%s"] * len(wire_ids))
    sql = (
        "SELECT wire_id, id FROM books_record"
        f" WHERE company_id = %s AND entity = 'Account' AND wire_id IN ({marks})"
    )
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id, *sorted(wire_ids)])
        return dict(cursor.fetchall())
