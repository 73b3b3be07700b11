"""Orders of Square's API as sales of a till, with lines, taxes per rate, tips, service charges and gift
cards.

A rate is additive (on top of the price) or inclusive (part of it); both may stand in one order. The line of
a sale is kept without its inclusive tax, so that tax is counted once. Source: Square Orders API.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from closebook.connectors.square.money import amount_of, percent_micro
from closebook.connectors.square.service import Json, objects
from closebook.core.commerce.records import Buyer, OrderLine
from closebook.core.commerce.sales import LineKind, Sale, SaleLine, TaxPart, Tender

_GIFT_CARD = "GIFT_CARD"


@dataclass(slots=True)
class Paid:
    """The payments of one sale that were completed, and the day of its invoice where it has one."""

    ref: str
    day: dt.date
    currency: str
    tenders: list[Tender] = field(default_factory=list)
    tip_minor: int = 0
    keys: list[str] = field(default_factory=list)
    customer: str = ""
    location: str = ""
    invoiced: dt.date | None = None

    @property
    def total_minor(self) -> int:
        """Return what was collected."""
        return sum(tender.amount_minor for tender in self.tenders)


def sale_of(paid: Paid, order: Json | None, buyer: Buyer, skus: dict[str, str]) -> Sale:
    """Return the sale of payments and their order; without an order it is one line."""
    body = order or {}
    taxes = _taxes(body)
    lines = _lines(body, taxes, skus) if order else []
    if not lines:
        lines = [SaleLine(LineKind.ITEM, "Sales", 1, paid.total_minor - paid.tip_minor, is_sum=True)]
    goods = [line for line in lines if line.kind is LineKind.ITEM]
    items = sum(line.amount_minor for line in goods)
    is_open = body.get("state") == "OPEN"
    source = body.get("source")
    owed = amount_of(body.get("total_money")) if is_open else 0
    return Sale(
        order_ref=paid.ref,
        day=paid.day,
        currency=paid.currency,
        buyer=buyer,
        lines=[OrderLine(line.title, 1, line.amount_minor, line.sku) for line in goods],
        items_minor=items,
        discount_minor=sum(line.discount_minor for line in lines),
        shipping_minor=0,
        gift_wrap_minor=0,
        seller_tax_minor=sum(tax.amount_minor for tax in taxes.values()),
        marketplace_tax_minor=0,
        total_minor=paid.total_minor,
        source_keys=[*paid.keys, *([paid.ref] if order else [])],
        tip_minor=paid.tip_minor,
        service_minor=sum(line.amount_minor for line in lines if line.kind is LineKind.SERVICE),
        gift_cards_minor=sum(line.amount_minor for line in lines if line.kind is LineKind.GIFT_CARD),
        rounding_minor=amount_of((body.get("rounding_adjustment") or {}).get("amount_money")),
        owed_minor=owed,
        sale_lines=lines,
        taxes=list(taxes.values()),
        tenders=paid.tenders,
        location=paid.location,
        channel=str(source.get("name", "")) if isinstance(source, dict) else "",
        invoice_day=_invoice_day(paid, owed),
    )


def _invoice_day(paid: Paid, owed_minor: int) -> dt.date | None:
    """Return the day on which a sale was made out that was not paid whole on that day, None for others."""
    days = [tender.day for tender in paid.tenders if tender.day]
    first = paid.invoiced or min(days, default=paid.day)
    open_ = paid.total_minor < owed_minor
    return first if open_ or any(day != first for day in days) else None


def tax_parts(bodies: object) -> dict[str, TaxPart]:
    """Return the taxes of an order or return by their uid."""
    found = {}
    for tax in objects(bodies):
        ref = str(tax.get("uid", ""))
        found[ref] = TaxPart(
            ref,
            str(tax.get("name") or "Sales tax"),
            percent_micro(str(tax.get("percentage") or "")),
            amount_of(tax.get("applied_money")),
            inclusive=tax.get("type") == "INCLUSIVE",
        )
    return found


def _taxes(order: Json) -> dict[str, TaxPart]:
    return {ref: tax for ref, tax in tax_parts(order.get("taxes")).items() if _applies(order, ref, tax)}


def _applies(order: Json, ref: str, tax: TaxPart) -> bool:
    """Tell whether a rate took anything or stands on a line: a rate of nothing else says nothing."""
    if tax.amount_minor:
        return True
    lines = [*objects(order.get("line_items")), *objects(order.get("service_charges"))]
    return any(one.get("tax_uid") == ref for line in lines for one in objects(line.get("applied_taxes")))


def _lines(order: Json, taxes: dict[str, TaxPart], skus: dict[str, str]) -> list[SaleLine]:
    found = []
    for body in objects(order.get("line_items")):
        card = body.get("item_type") == _GIFT_CARD
        gross = amount_of(body.get("gross_sales_money"))
        applied = _applied(body)
        title, ref = _title(body), str(body.get("catalog_object_id") or "")
        amount = gross - _inclusive(applied, taxes)
        found.append(
            SaleLine(
                LineKind.GIFT_CARD if card else LineKind.ITEM,
                title,
                _quantity(str(body.get("quantity", "1")), amount),
                amount,
                amount_of(body.get("total_discount_money")),
                gross_minor=gross,
                taxes=applied,
                sku=skus.get(ref, ""),
                item_ref=ref,
            )
        )
    for body in objects(order.get("service_charges")):
        gross, applied = _service_amount(body), _applied(body)
        amount = gross - _inclusive(applied, taxes)
        words = str(body.get("name") or "Service charge")
        found.append(SaleLine(LineKind.SERVICE, words, 1, amount, gross_minor=gross, taxes=applied))
    return found


def _service_amount(body: Json) -> int:
    return amount_of(body.get("applied_money")) or amount_of(body.get("amount_money"))


def _applied(body: Json) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in objects(body.get("applied_taxes")):
        ref = str(one.get("tax_uid", ""))
        found[ref] = found.get(ref, 0) + amount_of(one.get("applied_money"))
    return found


def _inclusive(applied: dict[str, int], taxes: dict[str, TaxPart]) -> int:
    return sum(amount for ref, amount in applied.items() if ref in taxes and taxes[ref].inclusive)


def _title(body: Json) -> str:
    names = (str(body.get("name") or ""), str(body.get("variation_name") or ""))
    return ", ".join(name for name in names if name and name != "Regular") or "Custom amount"


def _quantity(text: str, amount: int) -> int:
    """Return a whole quantity that divides the amount, else 1: half a pound is one line."""
    whole, _point, part = text.partition(".")
    number = int(whole) if whole.isdecimal() and not part.strip("0") else 1
    return number if number > 0 and amount % number == 0 else 1
