"""Quantities on hand as the protocol's Item shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context


def stock_levels(ctx: Context) -> dict[str, Decimal]:
    """Return the quantity on hand of each tracked item by its id; read once in a request."""
    known: dict[str, Decimal] | None = ctx.memo.get("stock-levels")
    if known is None:
        ctx.cursor.execute(
            "SELECT r.wire_id, s.quantity_micro FROM books_stocklevel s JOIN books_record r ON r.id = "
            "s.record_id"
            " WHERE r.company_id = %s",
            [ctx.company_id],
        )
        known = {
            wire_id: Decimal(micro).scaleb(-6).normalize() + 0 for wire_id, micro in ctx.cursor.fetchall()
        }
        ctx.memo["stock-levels"] = known
    return known
