"""What customers owe and vendors are owed, from the open balances of their documents."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from closebook.core.money import decimal_from_minor

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context

_OWED = {"Customer": ("Invoice", "JournalEntry"), "Vendor": ("Bill", "JournalEntry")}
_CREDITS = {"Customer": ("CreditMemo", "Payment"), "Vendor": ("VendorCredit", "BillPayment")}


def party_balances(ctx: Context, entity: str) -> dict[str, int]:
    """Return the balance of each Customer or Vendor that has one, by id, in minor units of its currency.

    Open invoices, bills and journal entries (whose balance is signed) count up, open credits and unused
    payments down. Read once in a request.
    """
    key = ("party-balances", entity)
    known: dict[str, int] | None = ctx.memo.get(key)
    if known is None:
        known = ctx.memo[key] = _read(ctx, entity)
    return known


def _read(ctx: Context, entity: str) -> dict[str, int]:
    kinds = (*_OWED[entity], *_CREDITS[entity])
    marks = ", ".join(["%s"] * len(kinds))
    owed = ", ".join(["%s"] * len(_OWED[entity]))
    # A party above 0 is any: it makes the index of open balances the cheapest way, so that paid documents
    # are not read.
    ctx.cursor.execute(
        f"SELECT p.wire_id, SUM(CASE WHEN r.entity IN ({owed}) THEN r.balance_minor ELSE -r.balance_minor "
        f"END)"
        " FROM books_record r JOIN books_record p ON p.id = r.party"
        f" WHERE r.company_id = %s AND r.entity IN ({marks}) AND r.party > 0"
        " AND NOT (r.balance_minor = 0 AND r.balance_minor IS NOT NULL)"
        " AND r.balance_minor IS NOT NULL AND r.deleted_at IS NULL AND p.entity = %s GROUP BY p.wire_id",
        [*_OWED[entity], ctx.company_id, *kinds, entity],
    )
    return {wire_id: int(amount) for wire_id, amount in ctx.cursor.fetchall() if amount}


def tree_balances(ctx: Context) -> dict[str, int]:
    """Return the balance of each Customer with all below it, by id, in minor units."""
    known: dict[str, int] | None = ctx.memo.get("tree-balances")
    if known is not None:
        return known
    totals: dict[str, int] = defaultdict(int)
    for wire_id, amount in party_balances(ctx, "Customer").items():
        current: str | None = wire_id
        while current is not None:
            totals[current] += amount
            found = ctx.reference("Customer", current)
            upper = found.body.get("ParentRef") if found else None
            current = upper["value"] if upper else None
    ctx.memo["tree-balances"] = totals
    return totals


def shown_balance(amount_minor: int, currency: str) -> Decimal:
    """Return a balance as the wire shows it."""
    return decimal_from_minor(amount_minor, currency)
