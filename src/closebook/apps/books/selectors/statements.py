"""Statements of a company by name: one door for command line, pages and the protocol's reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from closebook.apps.books.selectors.statement_accounts import account_list
from closebook.apps.books.selectors.statement_ageing import (
    aged_payables,
    aged_payables_detail,
    aged_receivables,
    aged_receivables_detail,
    customer_balance,
    customer_balance_detail,
    vendor_balance,
    vendor_balance_detail,
)
from closebook.apps.books.selectors.statement_grids import balance_grid, flow_grid, movement_grid
from closebook.apps.books.selectors.statement_lists import (
    general_ledger_statement,
    journal_statement,
    profit_and_loss_detail_statement,
    transaction_list_statement,
)
from closebook.apps.books.selectors.statement_names import (
    class_sales,
    customer_income,
    customer_sales,
    item_sales,
    location_sales,
    stock_value,
    vendor_expenses,
)
from closebook.apps.books.selectors.statement_request import Request
from closebook.core.errors import InputError
from closebook.core.reports.balance_sheet import balance_sheet, roll_net_income
from closebook.core.reports.cash_flow import cash_flow
from closebook.core.reports.opens import Basis, Filters
from closebook.core.reports.profit_and_loss import profit_and_loss
from closebook.core.reports.table import Table
from closebook.core.reports.trial_balance import trial_balance


def _profit_and_loss(request: Request) -> Table:
    return profit_and_loss(movement_grid(request))


def _balance_sheet(request: Request) -> Table:
    grid, before = balance_grid(request)
    return balance_sheet(roll_net_income(grid, before, request.start_month))


def _trial_balance(request: Request) -> Table:
    grid, before = balance_grid(request)
    return trial_balance(grid, before, request.start_month)


def _cash_flow(request: Request) -> Table:
    return cash_flow(*flow_grid(request))


STATEMENTS: Mapping[str, Callable[[Request], Table]] = {
    "profit-and-loss": _profit_and_loss,
    "balance-sheet": _balance_sheet,
    "trial-balance": _trial_balance,
    "cash-flow": _cash_flow,
    "general-ledger": general_ledger_statement,
    "profit-and-loss-detail": profit_and_loss_detail_statement,
    "transaction-list": transaction_list_statement,
    "journal": journal_statement,
    "aged-receivables": aged_receivables,
    "aged-receivables-detail": aged_receivables_detail,
    "aged-payables": aged_payables,
    "aged-payables-detail": aged_payables_detail,
    "customer-balance": customer_balance,
    "customer-balance-detail": customer_balance_detail,
    "vendor-balance": vendor_balance,
    "vendor-balance-detail": vendor_balance_detail,
    "customer-income": customer_income,
    "customer-sales": customer_sales,
    "vendor-expenses": vendor_expenses,
    "class-sales": class_sales,
    "location-sales": location_sales,
    "item-sales": item_sales,
    "stock-value": stock_value,
    "account-list": account_list,
}

_NARROW = frozenset({"profit-and-loss"})
"""Statements that read only what happened within their days."""


def statement_of(name: str, request: Request) -> Table:
    """Return a statement as a table; InputError for a name that does not exist."""
    builder = STATEMENTS.get(name)
    if builder is None:
        names = ", ".join(STATEMENTS)
        raise InputError(
            "unknown-statement", f"There is no statement {name!r}.", remedy=f"Use one of {names}."
        )
    return builder(request)


def statement(
    company_id: int,
    name: str,
    *,
    day_from: dt.date,
    day_to: dt.date,
    basis: str = "accrual",
    by: str = "total",
    compare: str | None = None,
    filters: Filters | None = None,
    options: Mapping[str, str] | None = None,
) -> Table:
    """Return a company's statement over a range of days, both included; balances are those at its end.

    ``by`` chooses the columns, ``compare`` (previous-period or previous-year) adds an earlier column and
    the change. Raises InputError for words that do not exist.
    """
    request = request_of(company_id, day_from, day_to, basis, by, compare, filters, options)
    return statement_of(name, request)


def statements(
    company_id: int, names: Sequence[str], *, day_from: dt.date, day_to: dt.date, basis: str = "accrual"
) -> dict[str, Table]:
    """Return several statements over the same range of days, by name; what they share is read once.

    The widest reading goes first: a balance sheet's or trial balance's holds a profit and loss.
    """
    request = request_of(company_id, day_from, day_to, basis)
    made = {name: statement_of(name, request) for name in sorted(names, key=_NARROW.__contains__)}
    return {name: made[name] for name in names}


def request_of(
    company_id: int,
    day_from: dt.date,
    day_to: dt.date,
    basis: str = "accrual",
    by: str = "total",
    compare: str | None = None,
    filters: Filters | None = None,
    options: Mapping[str, str] | None = None,
) -> Request:
    """Return what a statement is asked for; InputError for words that do not exist."""
    try:
        method = Basis(basis)
    except ValueError as error:
        raise InputError("unknown-basis", f"{basis!r} is no basis.", remedy="Use accrual or cash.") from error
    return Request(company_id, day_from, day_to, method, by, compare, filters or Filters(), options or {})
