"""Members that stand on every transaction: class, location, currency and rate, custom fields."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import is_empty
from closebook.apps.qbo.entities.rates import rate_of_day
from closebook.apps.qbo.values import decimal_of, reference_id, text_of
from closebook.apps.qbo.wire import currency_reference
from closebook.core.ledger.currency import PICO, Exchange

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form


def fill_header(form: Form) -> None:
    """Resolve class and location, and check the custom fields."""
    body = form.body
    if "ClassRef" in body:
        klass = form.fill("Class", "ClassRef")
        form.klass = klass.pk if klass else None
    if "DepartmentRef" in body:
        location = form.fill("Department", "DepartmentRef")
        form.location = location.pk if location else None
    if "CustomField" in body:
        _check_custom_fields(body["CustomField"])


def _check_custom_fields(fields: Any) -> None:
    if not isinstance(fields, list):
        raise faults.unsupported_property("CustomField")
    for field in fields:
        if not isinstance(field, dict):
            raise faults.unsupported_property("CustomField")
        text = text_of(field.get("StringValue", ""), "StringValue")
        if len(text) > 31:
            raise faults.wrong_length("StringValue", 0, 31, len(text))


def fill_currency(form: Form, own: str = "") -> None:
    """Settle the document's currency and rate; ``own`` is the currency of its party or ledger account, ""
    when it has none.

    Source: QuickBooks Online Accounting API, CurrencyRef and ExchangeRate: the rate is fixed when the
    transaction is saved.
    """
    ctx, body = form.ctx, form.body
    sent = reference_id(body["CurrencyRef"], "CurrencyRef") if body.get("CurrencyRef") else ""
    if not ctx.multicurrency:
        if sent and sent != ctx.home_currency:
            raise faults.invalid_currency(sent)
        body["CurrencyRef"] = currency_reference(ctx.home_currency)
        body.pop("ExchangeRate", None)
        return
    if sent and own and sent != own:
        raise faults.business(
            "The currency of the transaction is not the currency of its customer, vendor or account"
        )
    form.currency = sent or own or ctx.home_currency
    body["CurrencyRef"] = currency_reference(form.currency)
    if form.currency == ctx.home_currency:
        body["ExchangeRate"] = 1
        return
    rate = _rate(form)
    body["ExchangeRate"] = rate
    form.exchange = Exchange(form.currency, ctx.home_currency, int(rate.scaleb(12).to_integral_value()))


def _rate(form: Form) -> Decimal:
    sent = form.body.get("ExchangeRate")
    if sent:
        rate = decimal_of(sent, "ExchangeRate")
    elif (
        form.former is not None and form.same_reference("CurrencyRef") and "ExchangeRate" in form.former_body
    ):
        rate = decimal_of(form.former_body["ExchangeRate"], "ExchangeRate")
    else:
        rate = rate_of_day(form.ctx, form.currency, form.day)
    if not Decimal(1) / PICO <= rate <= 10**9:
        raise faults.invalid_number(rate, "ExchangeRate")
    return rate


def exchange_of(form: Form) -> Exchange:
    """Return the document's exchange, one to one for home currency."""
    return form.exchange or Exchange(form.ctx.home_currency, form.ctx.home_currency)


def own_currency(body: dict[str, Any]) -> str:
    """Return the currency code of a party's or ledger account's body, "" when it names none."""
    reference = body.get("CurrencyRef")
    return str(reference.get("value", "")) if isinstance(reference, dict) else ""


def single_amount(form: Form, too_small: str) -> int:
    """Return the minor units of a transaction that is one amount; it has no lines and no total of its own.

    Raises 2020 without an amount and 6000 with ``too_small`` for one that is not positive.
    """
    sent = form.body.get("Amount")
    if is_empty(sent):
        raise faults.required("Amount")
    amount = form.minor(sent, "Amount")
    if amount <= 0:
        raise faults.business(too_small, "Amount")
    form.body["Amount"] = form.decimal(amount)
    for name in ("Line", "TotalAmt", "TxnTaxDetail"):
        form.body.pop(name, None)
    return amount
