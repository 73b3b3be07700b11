"""The chart of accounts as a statement, with balances."""

from __future__ import annotations

import re

from closebook.apps.books.selectors.directory import list_objects
from closebook.apps.books.selectors.history import read_history
from closebook.apps.books.selectors.statement_request import Request
from closebook.core.ledger.account_types import is_balance_sheet
from closebook.core.reports.history import NO_KEY, edges_of
from closebook.core.reports.opens import Opens
from closebook.core.reports.table import Cell, Column, ColumnKind, Row, Table
from closebook.core.reports.trial_balance import order_of

_WORD_START = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _spaced(sub_type: str) -> str:
    """Return a sub type in words."""
    return _WORD_START.sub(" ", sub_type)


def account_list(request: Request) -> Table:
    """Return the ledger accounts; balance-sheet accounts with their balance at the end, debit positive."""
    chart, day = request.chart, request.day_to
    history = read_history(request.company_id, edges_of([day]), opened=True, chart=chart, basis=request.basis)
    texts = list_objects(request.company_id, chart.accounts.keys())
    status = request.options.get("status", "active")
    rows = []
    for one in sorted(chart.accounts.values(), key=order_of):
        known = texts.get(one.key)
        if known is None or (status != "all" and known.active is (status == "inactive")):
            continue
        balance = history.closing(NO_KEY, one.key, day) if is_balance_sheet(one.type) else None
        opens = Opens((one.key,), None, day, request.basis, request.filters)
        rows.append(
            Row(
                (
                    Cell(one.full_name or one.name, one.key),
                    Cell(one.type.value),
                    Cell(_spaced(one.sub_type)),
                    Cell(known.description),
                    Cell(balance, None, opens if balance is not None else None),
                )
            )
        )
    columns = (
        Column("ledger-account", "Account", ColumnKind.TEXT),
        Column("type", "Type", ColumnKind.TEXT),
        Column("sub-type", "Detail type", ColumnKind.TEXT),
        Column("description", "Description", ColumnKind.TEXT),
        Column("balance", "Balance"),
    )
    table = Table("account-list", "Account List", columns, rows, request.company.home_currency)
    table.day_to, table.basis, table.has_data = day, request.basis, bool(rows)
    return table
