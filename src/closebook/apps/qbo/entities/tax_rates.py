"""Tax codes and rates as the ledger needs them: percent and the ledger account on which the tax is owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo import faults
from closebook.apps.qbo.values import decimal_of
from closebook.core.ledger.tax import TaxRate

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context

_PSEUDO = frozenset({"TAX", "NON", "CustomSalesTax"})


def rates_of_code(ctx: Context, code: str, use: str) -> tuple[TaxRate, ...]:
    """Return the rates of a tax code; ``use`` is the member that lists them. Raises 6160 for a pseudo code,
    2500.
    """
    if code in _PSEUDO:
        raise faults.bad_tax_code(code)
    key = ("tax-code", code, use)
    if key not in ctx.memo:
        body = ctx.require_any("TaxCode", code, "TaxCodeRef").body
        details = (body.get(use) or {}).get("TaxRateDetail") or []
        ordered = sorted(details, key=lambda detail: int(detail.get("TaxOrder", 0)))
        ctx.memo[key] = tuple(tax_rate(ctx, detail["TaxRateRef"]["value"]) for detail in ordered)
    rates: tuple[TaxRate, ...] = ctx.memo[key]
    return rates


def tax_rate(ctx: Context, wire_id: str) -> TaxRate:
    """Return a rate by its id. Raises 2500."""
    key = ("tax-rate", wire_id)
    if key not in ctx.memo:
        found = ctx.require_any("TaxRate", wire_id, "TaxRateRef")
        percent = decimal_of(found.body.get("RateValue", 0), "RateValue")
        agency = found.body.get("AgencyRef", {}).get("value", "")
        ctx.memo[key] = TaxRate(found.pk, int(percent.scaleb(6)), payable_of(ctx, agency))
    rate: TaxRate = ctx.memo[key]
    return rate


def payable_of(ctx: Context, agency: str) -> int:
    """Return the primary key of the ledger account on which tax is owed to an agency."""
    return ctx.ledger_account(f"tax-payable:{agency}").pk
