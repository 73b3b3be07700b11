"""Refunds of Square's API: each return order with the refunds that paid it out, on the day of the refund.

A refund names its return order, not the sale; the sale is found by the payment. Goods, tax, tip and service
charge come from the return order: nothing is reckoned again. Source: Square Refunds API; Orders API,
returns.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from closebook.connectors.square.money import amount_of, money_of
from closebook.connectors.square.orders import tax_parts
from closebook.connectors.square.service import Json, objects
from closebook.core.commerce.sales import Return, TaxPart

if TYPE_CHECKING:
    from closebook.connectors.square.account import Account

Refunds = list[tuple[str, Json]]


def returns_of(account: Account) -> list[Return]:
    """Return money given back; refunds of one return order that were made on one day are one return."""
    groups: dict[tuple[str, dt.date], Refunds] = {}
    for key, body in sorted(account.refunds.items()):
        if body.get("status") == "COMPLETED":
            day = account.day(str(body.get("created_at", "")), str(body.get("location_id", "")))
            groups.setdefault((str(body.get("order_id") or key), day), []).append((key, body))
    return [_return(account, order, day, refunds) for (order, day), refunds in groups.items()]


def _return(account: Account, order: str, day: dt.date, refunds: Refunds) -> Return:
    payment = str(refunds[0][1].get("payment_id", ""))
    total, currency = sum(amount_of(body.get("amount_money")) for _, body in refunds), "USD"
    currency = money_of(refunds[0][1].get("amount_money"))[1]
    body = account.orders.get(order, {})
    parts = body.get("return_amounts")
    if not isinstance(parts, dict) and objects(body.get("returns")):
        parts = objects(body.get("returns"))[0].get("return_amounts")
    known = isinstance(parts, dict) and amount_of(parts.get("total_money")) == total
    amounts = parts if known and isinstance(parts, dict) else {}
    taxes = _taxes(body, amount_of(amounts.get("tax_money")))
    tip, service = amount_of(amounts.get("tip_money")), amount_of(amounts.get("service_charge_money"))
    cards = _gift_cards(body) if known else 0
    tax = sum(each.amount_minor for each in taxes)
    return Return(
        ref=refunds[0][0],
        order_ref=account.sale_ref(payment) or _source(body),
        day=day,
        currency=currency,
        goods_minor=total - tax - tip - service - cards,
        taxes=taxes,
        tip_minor=tip,
        service_minor=service,
        gift_cards_minor=cards,
        rounding_minor=0,
        total_minor=total,
        tenders=[
            account.tender(
                key, account.payments.get(str(one.get("payment_id", "")), _as_payment(one)), amount
            )
            for key, one in refunds
            if (amount := amount_of(one.get("amount_money")))
        ],
        source_keys=[*(key for key, _ in refunds), *([order] if body else [])],
        reason=str(refunds[0][1].get("reason") or ""),
        parts_known=known,
    )


def _as_payment(refund: Json) -> Json:
    """Return what a refund without a known payment was paid out with."""
    return {"source_type": str(refund.get("destination_type") or "CARD")}


def _source(order: Json) -> str:
    return next(
        (str(one["source_order_id"]) for one in objects(order.get("returns")) if one.get("source_order_id")),
        "",
    )


def _taxes(order: Json, total: int) -> list[TaxPart]:
    """Return the tax given back per rate where the return lists it, else in one part."""
    found: dict[str, TaxPart] = {}
    for one in objects(order.get("returns")):
        found |= tax_parts(one.get("return_taxes"))
    if found and sum(tax.amount_minor for tax in found.values()) == total:
        return [tax for tax in found.values() if tax.amount_minor]
    return [TaxPart("tax", "Sales tax", 0, total)] if total else []


def _gift_cards(order: Json) -> int:
    lines = [line for one in objects(order.get("returns")) for line in objects(one.get("return_line_items"))]
    return sum(amount_of(line.get("total_money")) for line in lines if line.get("item_type") == "GIFT_CARD")
