"""Balances of ledger accounts as the protocol's Account shows them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from closebook.apps.books.selectors.balances import balances
from closebook.core.ledger.account_types import LedgerAccountType, is_balance_sheet
from closebook.core.money import decimal_from_minor

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context

_END = dt.date(2999, 12, 31)


class _Row(NamedTuple):
    """What is needed of a ledger account."""

    pk: int
    wire_id: str
    parent: int | None
    kind: LedgerAccountType
    currency: str


def account_balances(ctx: Context) -> dict[str, tuple[Decimal, Decimal]]:
    """Return for each Account id its balance, alone and with its sub-accounts; read once in a request.

    Debits are positive; income and expense accounts are zero. A ledger account in a foreign currency is in
    that currency.
    """
    known: dict[str, tuple[Decimal, Decimal]] | None = ctx.memo.get("account-balances")
    if known is None:
        known = ctx.memo["account-balances"] = _read(ctx)
    return known


def _read(ctx: Context) -> dict[str, tuple[Decimal, Decimal]]:
    ctx.cursor.execute(
        "SELECT l.record_id, r.wire_id, l.parent, l.type, l.currency FROM books_ledgeraccount l"
        " JOIN books_record r ON r.id = l.record_id WHERE l.company_id = %s",
        [ctx.company_id],
    )
    rows = [
        _Row(pk, wire_id, parent, LedgerAccountType(kind), currency)
        for pk, wire_id, parent, kind, currency in ctx.cursor
    ]
    home = {pk: one.net_minor for pk, one in balances(ctx.company_id, None, _END).items()}
    own = {row.pk: _own(ctx, row, home) for row in rows}
    whole = dict(own)
    parents = {row.pk: row.parent for row in rows}
    for row in rows:
        upper = row.parent
        while upper is not None and upper in whole:
            whole[upper] += own[row.pk]
            upper = parents[upper]
    return {
        row.wire_id: (
            decimal_from_minor(own[row.pk], row.currency),
            decimal_from_minor(whole[row.pk], row.currency),
        )
        for row in rows
    }


def _own(ctx: Context, row: _Row, home: dict[int, int]) -> int:
    if not is_balance_sheet(row.kind):
        return 0
    if row.currency == ctx.home_currency or row.pk not in home:
        return home.get(row.pk, 0)
    ctx.cursor.execute(
        "SELECT COALESCE(SUM(COALESCE(foreign_minor, 0)), 0) FROM posting WHERE company_id = %s AND "
        "ledger_account = %s",
        [ctx.company_id, row.pk],
    )
    return int(ctx.cursor.fetchone()[0])
