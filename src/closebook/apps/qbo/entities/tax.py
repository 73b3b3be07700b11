"""Tax at the wire: codes of lines, the group of a form, the details of the answer, amounts given from
outside.

Source: QuickBooks Online Accounting API, TxnTaxDetail, TaxCodeRef, GlobalTaxCalculation,
ApplyTaxAfterDiscount. Automated sales tax is reckoned as the manual regime: by the code and rates that the
company has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.tax_rates import rates_of_code, tax_rate
from closebook.apps.qbo.values import decimal_of, flag, reference_id, text_of
from closebook.core.ledger.entry import Posting
from closebook.core.ledger.tax import (
    RateTax,
    TaxedLine,
    TaxRate,
    less_discount,
    overridden,
    overridden_total,
    tax_excluded,
    tax_inclusive,
)

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body

SALES, PURCHASES = "SalesTaxRateList", "PurchaseTaxRateList"
_CALCULATIONS = frozenset({"TaxExcluded", "TaxInclusive", "NotApplicable"})


@dataclass(slots=True)
class Taxed:
    """What tax makes of a form: the amount to post of each line, of the discount, and the tax of each
    rate.
    """

    nets: list[int]
    discount_minor: int = 0
    taxes: list[RateTax] = field(default_factory=list)
    inclusive: bool = False

    @property
    def total_minor(self) -> int:
        """Return the sum of the taxes."""
        return sum(tax.tax_minor for tax in self.taxes)

    def postings(self, form: Form) -> list[Posting]:
        """Return one posting for each rate, in the direction of the document."""
        return [
            Posting(tax.rate.payable, tax.tax_minor, form.party_pk, location=form.location, memo="Tax")
            for tax in self.taxes
        ]


def is_us(form: Form) -> bool:
    """Tell whether the company follows the rules of the United States."""
    return bool(form.ctx.company.country == "US")


def line_code(form: Form, detail: Body) -> str:
    """Return the tax code of a line; in the US TAX or NON, which the detail gets when it has none. Raises
    6100, 6160.
    """
    value = detail.get("TaxCodeRef")
    code = reference_id(value, "TaxCodeRef") if value else ""
    if is_us(form):
        if code == "CustomSalesTax":
            raise faults.bad_tax_code(code)
        if code not in {"", "TAX", "NON"}:
            raise faults.invalid_line_tax_code(code)
        code = code or "NON"
    if code:
        detail["TaxCodeRef"] = {"value": code}
    else:
        detail.pop("TaxCodeRef", None)
    return code


def tax_form(
    form: Form, amounts_minor: Sequence[int], codes: Sequence[str], discount_minor: int, use: str
) -> Taxed:
    """Return what tax makes of lines with their codes, and write TxnTaxDetail into the body. Raises 6160,
    6170, 2500.
    """
    if not form.ctx.preference("TaxPrefs", "UsingSalesTax", False):
        return _untaxed(form, amounts_minor, discount_minor)
    if is_us(form):
        form.body.pop("GlobalTaxCalculation", None)
        if use == PURCHASES:
            return _untaxed(form, amounts_minor, discount_minor)
        return _us_tax(form, amounts_minor, codes, discount_minor)
    return _global_tax(form, amounts_minor, codes, discount_minor, use)


def _untaxed(form: Form, amounts_minor: Sequence[int], discount_minor: int) -> Taxed:
    form.body.pop("GlobalTaxCalculation", None)
    form.body["TxnTaxDetail"] = {"TotalTax": 0}
    return Taxed(list(amounts_minor), discount_minor)


def _us_tax(form: Form, amounts_minor: Sequence[int], codes: Sequence[str], discount_minor: int) -> Taxed:
    sent = _sent_detail(form)
    value = sent.get("TxnTaxCodeRef")
    code = reference_id(value, "TxnTaxCodeRef") if value else ""
    rates = rates_of_code(form.ctx, code, SALES) if code else _rates_of_lines(form, sent)
    if not rates:
        if decimal_of(sent.get("TotalTax") or 0, "TotalTax") and not _is_unchanged(form, sent):
            raise faults.bad_tax_code(code)
        return _untaxed(form, amounts_minor, discount_minor)
    lines = [
        TaxedLine(amount, rates if code == "TAX" else ())
        for amount, code in zip(amounts_minor, codes, strict=True)
    ]
    if flag(form.body, "ApplyTaxAfterDiscount"):
        lines = less_discount(lines, discount_minor)
    taxes = tax_excluded(lines) or [RateTax(rate, 0, 0) for rate in rates]
    taxes = _with_overrides(form, sent, taxes)
    _write_detail(form, taxes, code)
    return Taxed(list(amounts_minor), discount_minor, taxes)


def _global_tax(
    form: Form, amounts_minor: Sequence[int], codes: Sequence[str], discount_minor: int, use: str
) -> Taxed:
    default = "TaxExcluded" if any(codes) else "NotApplicable"
    calculation = text_of(form.body.setdefault("GlobalTaxCalculation", default), "GlobalTaxCalculation")
    if calculation not in _CALCULATIONS:
        raise faults.invalid_enumeration(calculation, "GlobalTaxCalculation")
    sent = _sent_detail(form)
    if calculation == "NotApplicable":
        if sent.get("TaxLine"):
            raise faults.bad_tax_detail()
        form.body["TxnTaxDetail"] = {"TotalTax": 0}
        return Taxed(list(amounts_minor), discount_minor)
    lines = [
        TaxedLine(amount, rates_of_code(form.ctx, code, use) if code else ())
        for amount, code in zip(amounts_minor, codes, strict=True)
    ]
    reduced = less_discount(lines, discount_minor)
    if calculation == "TaxExcluded":
        taxes = _with_overrides(form, sent, tax_excluded(reduced))
        taxed = Taxed(list(amounts_minor), discount_minor, taxes)
    else:
        nets, _ = tax_inclusive(lines)
        reduced_nets, found = tax_inclusive(reduced)
        taxes = _with_overrides(form, sent, found)
        taxed = Taxed(nets, sum(nets) - sum(reduced_nets), taxes, inclusive=True)
    _write_detail(form, taxes, "")
    return taxed


def _sent_detail(form: Form) -> Body:
    detail = form.body.get("TxnTaxDetail") or {}
    if not isinstance(detail, dict):
        raise faults.unsupported_property("TxnTaxDetail")
    return detail


def _sent_lines(sent: Body) -> list[Body]:
    lines = sent.get("TaxLine") or []
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise faults.unsupported_property("TaxLine")
    return lines


def _rate_id(line: Body) -> str:
    detail = line.get("TaxLineDetail") or {}
    if not isinstance(detail, dict):
        raise faults.unsupported_property("TaxLineDetail")
    return reference_id(detail["TaxRateRef"], "TaxRateRef") if detail.get("TaxRateRef") else ""


def _rates_of_lines(form: Form, sent: Body) -> tuple[TaxRate, ...]:
    ids = [wire_id for line in _sent_lines(sent) if (wire_id := _rate_id(line))]
    return tuple(tax_rate(form.ctx, wire_id) for wire_id in dict.fromkeys(ids))


def _is_unchanged(form: Form, sent: Body) -> bool:
    return form.former is not None and form.former_body.get("TxnTaxDetail") == sent


def _with_overrides(form: Form, sent: Body, taxes: list[RateTax]) -> list[RateTax]:
    """Return the taxes with amounts given from outside; details that an update leaves alone keep their old
    difference.
    """
    if not taxes:
        return taxes
    keys = {
        tax_rate(form.ctx, wire_id).key: line for line in _sent_lines(sent) if (wire_id := _rate_id(line))
    }
    own = {tax.rate.key: tax.tax_minor for tax in taxes}
    if _is_unchanged(form, sent):
        deltas = {key: form.minor(_delta(line), "OverrideDeltaAmount") for key, line in keys.items()}
        return overridden(taxes, {key: amount + deltas.get(key, 0) for key, amount in own.items()})
    amounts = {
        key: form.minor(line.get("Amount", 0), "TaxLine.Amount") for key, line in keys.items() if key in own
    }
    total = form.minor(sent.get("TotalTax") or 0, "TotalTax")
    if amounts:
        given = overridden(taxes, amounts)
        if not sent.get("TotalTax") or total == sum(tax.tax_minor for tax in given):
            return given
    return overridden_total(taxes, total) if total else taxes


def _delta(line: Body) -> Any:
    return line["TaxLineDetail"].get("OverrideDeltaAmount", 0)


def _write_detail(form: Form, taxes: Sequence[RateTax], code: str) -> None:
    detail: Body = {"TxnTaxCodeRef": {"value": code}} if code else {}
    detail["TotalTax"] = form.decimal(sum(tax.tax_minor for tax in taxes))
    if taxes:
        detail["TaxLine"] = [_tax_line(form, tax) for tax in taxes]
    form.body["TxnTaxDetail"] = detail


def _tax_line(form: Form, tax: RateTax) -> Body:
    rate = form.ctx.reference_by_pk(tax.rate.key)
    detail: Body = {
        "TaxRateRef": {"value": rate.wire_id if rate else ""},
        "PercentBased": True,
        "TaxPercent": Decimal(tax.rate.percent_micro).scaleb(-6).normalize() + 0,
        "NetAmountTaxable": form.decimal(tax.net_minor),
    }
    if tax.delta_minor:
        detail["OverrideDeltaAmount"] = form.decimal(tax.delta_minor)
    return {"Amount": form.decimal(tax.tax_minor), "DetailType": "TaxLineDetail", "TaxLineDetail": detail}
