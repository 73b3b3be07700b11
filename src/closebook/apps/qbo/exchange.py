"""``GET /exchangerate``: the rate of a currency on a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from closebook.apps.qbo.entities.currency import currency_code, exchange_rate_on, need_multicurrency
from closebook.apps.qbo.values import day_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context


def exchange_rate(ctx: Context, params: Mapping[str, str]) -> Body:
    """Return the rate for ``sourcecurrencycode`` and ``asofdate`` (today when missing). Raises 2020, 2060,
    2220, 5030, 610.
    """
    need_multicurrency(ctx)
    source = currency_code(params.get("sourcecurrencycode", ""), "SourceCurrencyCode")
    asked = params.get("asofdate", "")
    return exchange_rate_on(ctx, source, day_of(asked, "AsOfDate") if asked else ctx.today)
