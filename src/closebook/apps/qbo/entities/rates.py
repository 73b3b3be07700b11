"""The exchange rate of a day, from the company's ExchangeRate records."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from closebook.apps.qbo.values import decimal_of
from closebook.apps.qbo.wire import decode

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context


def rate_of_day(ctx: Context, currency: str, day: dt.date) -> Decimal:
    """Return home units for one unit of a currency: the newest rate that is not after the day, else 1."""
    key = ("rate", currency, day)
    if key not in ctx.memo:
        ctx.memo[key] = _read(ctx, currency, day)
    rate: Decimal = ctx.memo[key]
    return rate


def _read(ctx: Context, currency: str, day: dt.date) -> Decimal:
    ctx.cursor.execute(
        "SELECT body FROM books_record"
        " WHERE company_id = %s AND entity = 'ExchangeRate' AND deleted_at IS NULL",
        [ctx.company_id],
    )
    best: tuple[str, Decimal] | None = None
    for (text,) in ctx.cursor.fetchall():
        body = decode(text)
        as_of = str(body.get("AsOfDate", ""))
        if body.get("SourceCurrencyCode") != currency or as_of > day.isoformat():
            continue
        if best is None or as_of >= best[0]:
            best = (as_of, decimal_of(body.get("Rate", 1), "Rate"))
    return best[1] if best else Decimal(1)
