"""Rows of Square's files as the business of a till.

A row of the transactions file is one payment or one refund with all its parts, so it alone is enough; the
items file adds lines where they add up to the row, the transfers file adds payouts. Every identity of a row
is checked; what does not hold goes with the sale as a difference, which holds it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from closebook.connectors.square.cells import day_of, minor_of, moment_of
from closebook.core.commerce.records import Buyer, FeeKind, Movement, MovementKind, OrderLine, SourceRecord
from closebook.core.commerce.sales import (
    Difference,
    LineKind,
    Return,
    Sale,
    SaleLine,
    TaxPart,
    Tender,
    TenderKind,
)

DEFAULT_CURRENCY = "USD"
_TENDERS = (
    ("card", TenderKind.PLATFORM, "card"),
    ("cash_app", TenderKind.PLATFORM, "Cash App"),
    ("installment", TenderKind.PLATFORM, "installments"),
    ("cash", TenderKind.CASH, "cash"),
    ("square_gift_card", TenderKind.GIFT_CARD, "gift card"),
    ("other_tender", TenderKind.OTHER, ""),
)
_GIFT_CARD = "gift card"


@dataclass(slots=True)
class Row:
    """One row of the transactions file in minor units, signed as it stands."""

    record: SourceRecord
    day: dt.date
    currency: str
    total: int
    parts: dict[str, int]
    tenders: list[Tender]
    differences: list[Difference]
    back: int = 0

    @property
    def is_refund(self) -> bool:
        """Tell whether the row gives money back."""
        word = self.record.fields.get("event_type", "").strip().casefold()
        return word == "refund" or (word != "payment" and self.total < 0)

    @property
    def platform(self) -> int:
        """Return what of it reached Square's balance, before the fee."""
        return sum(each.amount_minor for each in self.tenders if each.kind is TenderKind.PLATFORM)


@dataclass(slots=True)
class Found:
    """What rows of the files come to."""

    sales: dict[str, Sale] = field(default_factory=dict)
    returns: list[Return] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)


def row_of(record: SourceRecord, zone: Callable[[str], ZoneInfo | None]) -> Row:
    """Return a row with its identities checked; ``zone`` gives the zone of a location's name, if it is
    known.
    """
    cells = record.fields
    currency = cells.get("currency") or DEFAULT_CURRENCY
    money = {name: minor_of(cells.get(name, ""), currency) for name in _PARTS}
    row = Row(record, _day(cells, zone), currency, 0, money, _tenders(cells, currency), [])
    _check(row, cells)
    return row


_PARTS = (
    "gross_sales", "discounts", "service_charges", "net_sales", "gift_card_sales", "tax", "tip",
    "partial_refunds", "total_collected", "fees", "net_total",
)  # fmt: skip


def _day(cells: dict[str, str], zone: Callable[[str], ZoneInfo | None]) -> dt.date:
    """Return the location's day where its zone is known, else the day that the file shows."""
    day = dt.date.fromisoformat(cells["day"])
    there = zone(cells.get("location", ""))
    moment = moment_of(day, cells.get("time", ""), cells.get("time_zone", "")) if there else None
    return moment.astimezone(there).date() if moment else day


def _tenders(cells: dict[str, str], currency: str) -> list[Tender]:
    found = []
    for column, kind, name in _TENDERS:
        amount = minor_of(cells.get(column, ""), currency)
        if amount:
            shown = name or cells.get("other_tender_type", "").strip() or "other tender"
            found.append(Tender(kind, amount, shown))
    return found


def _check(row: Row, cells: dict[str, str]) -> None:
    """Choose the total and note every identity that does not hold."""
    money = row.parts
    content = money["net_sales"] + money["gift_card_sales"] + money["tax"] + money["tip"]
    second = cells.get("total_collected#2", "")
    totals = [money["total_collected"], *([minor_of(second, row.currency)] if second.strip() else [])]
    with_back = content + money["partial_refunds"]
    row.total = next((total for total in totals if total in (content, with_back)), totals[0])
    if money["partial_refunds"] and row.total == with_back:
        row.back = -money["partial_refunds"]
        content = with_back
    net = money["gross_sales"] + money["discounts"] + money["service_charges"]
    paid = sum(each.amount_minor for each in row.tenders)
    for rule, expected, found in (
        ("Gross Sales + Discounts + Service Charges = Net Sales", money["net_sales"], net),
        ("Net Sales + Gift Card Sales + Tax + Tip = Total Collected", row.total, content),
        ("Total Collected + Fees = Net Total", money["net_total"], row.total + money["fees"]),
        ("the tenders = Total Collected", row.total, paid),
    ):
        if expected != found:
            row.differences.append(Difference(rule, expected, found))


def found_in(
    transactions: Iterable[SourceRecord],
    items: Iterable[SourceRecord],
    zone: Callable[[str], ZoneInfo | None],
) -> Found:
    """Return sales by reference, returns and the movements of Square's balance."""
    found, paid, listed = Found(), defaultdict(list), defaultdict(list)
    for record in items:
        listed[record.fields["payment_id"]].append(record)
    for record in transactions:
        row = row_of(record, zone)
        found.rows[record.source_key] = row
        if row.is_refund:
            found.returns.append(_return(row, listed[record.source_key]))
        else:
            paid[record.group.partition(":")[2]].append(row)
        found.movements += _movements(row)
    for ref, rows in paid.items():
        found.sales[ref] = _sale(ref, sorted(rows, key=lambda one: one.record.source_key), listed)
    return found


def _movements(row: Row) -> list[Movement]:
    key, ref = row.record.source_key, row.record.group.partition(":")[2]
    found = []
    if row.platform:
        kind = MovementKind.REFUND if row.is_refund else MovementKind.SALE
        found.append(Movement(key, kind, None, row.day, row.platform, row.currency, ref, kind.value))
    if row.parts["fees"]:
        found.append(
            Movement(
                key, MovementKind.FEE, FeeKind.PROCESSING, row.day, row.parts["fees"], row.currency, ref,
                "Processing fee",
            )
        )  # fmt: skip
    return found


def _sale(ref: str, rows: list[Row], listed: dict[str, list[SourceRecord]]) -> Sale:
    first = rows[-1]
    cells = first.record.fields
    total = {name: sum(row.parts[name] for row in rows) for name in _PARTS}
    items = [record for row in rows for record in listed.get(row.record.source_key, [])]
    lines = _lines(items, total, first.currency)
    tax = [TaxPart("tax", "Sales tax", 0, total["tax"])] if total["tax"] else []
    return Sale(
        order_ref=ref,
        day=max(row.day for row in rows),
        currency=first.currency,
        buyer=Buyer(" ".join(cells.get("customer_name", "").split()), cells.get("customer_id", "").strip()),
        lines=[
            OrderLine(line.title, 1, line.amount_minor, line.sku)
            for line in lines
            if line.kind is LineKind.ITEM
        ],
        items_minor=total["gross_sales"],
        discount_minor=-total["discounts"],
        shipping_minor=0,
        gift_wrap_minor=0,
        seller_tax_minor=total["tax"],
        marketplace_tax_minor=0,
        total_minor=sum(row.total for row in rows),
        source_keys=[*(row.record.source_key for row in rows), *(record.source_key for record in items)],
        tip_minor=total["tip"],
        service_minor=total["service_charges"],
        gift_cards_minor=total["gift_card_sales"],
        back_minor=sum(row.back for row in rows),
        sale_lines=lines,
        taxes=tax,
        tenders=[tender for row in rows for tender in row.tenders],
        location=cells.get("location", "").strip(),
        channel=cells.get("channel", "").strip(),
        differences=[difference for row in rows for difference in row.differences],
    )


def _lines(items: list[SourceRecord], total: dict[str, int], currency: str) -> list[SaleLine]:
    """Return the lines of the items file when they add up to the rows, else one line for each kind."""
    lines = [_line(record.fields, currency) for record in sorted(items, key=lambda one: one.source_key)]
    goods = sum(line.amount_minor for line in lines if line.kind is LineKind.ITEM)
    cards = sum(line.amount_minor for line in lines if line.kind is LineKind.GIFT_CARD)
    fits = goods == total["gross_sales"] and cards in (0, total["gift_card_sales"])
    if not lines or not fits:
        lines = [SaleLine(LineKind.ITEM, "Sales", 1, total["gross_sales"], is_sum=True)]
        cards = 0
    if total["gift_card_sales"] and not cards:
        lines.append(SaleLine(LineKind.GIFT_CARD, "Gift card", 1, total["gift_card_sales"], is_sum=True))
    if total["service_charges"]:
        lines.append(SaleLine(LineKind.SERVICE, "Service charge", 1, total["service_charges"], is_sum=True))
    return lines


def _line(cells: dict[str, str], currency: str) -> SaleLine:
    amount, tax = minor_of(cells["gross_sales"], currency), minor_of(cells["tax"], currency)
    card = cells.get("itemization_type", "").strip().casefold() == _GIFT_CARD
    names = (cells["item"].strip(), cells.get("price_point_name", "").strip())
    title = ", ".join(name for name in names if name and name != "Regular") or "Item"
    return SaleLine(
        LineKind.GIFT_CARD if card else LineKind.ITEM,
        title,
        _quantity(cells["qty"], amount),
        amount,
        -minor_of(cells.get("discounts", ""), currency),
        gross_minor=amount,
        taxes={"tax": tax} if tax else {},
        sku=cells.get("sku", "").strip(),
        item_ref=cells.get("token", "").strip(),
    )


def _quantity(text: str, amount: int) -> int:
    """Return a quantity such as ``2.0``, 1 for parts such as half a pound or where it does not divide the
    amount.

    >>> _quantity("2.0", 800), _quantity("0.75", 800), _quantity("3", 800)
    (2, 1, 1)
    """
    whole, _point, part = text.strip().partition(".")
    number = int(whole) if whole.isdecimal() and not part.strip("0") else 1
    return number if number > 0 and amount % number == 0 else 1


def _return(row: Row, items: list[SourceRecord]) -> Return:
    money, cells = row.parts, row.record.fields
    return Return(
        ref=row.record.source_key,
        order_ref=row.record.group.partition(":")[2],
        day=row.day,
        currency=row.currency,
        goods_minor=-(money["gross_sales"] + money["discounts"]),
        taxes=[TaxPart("tax", "Sales tax", 0, -money["tax"])] if money["tax"] else [],
        tip_minor=-money["tip"],
        service_minor=-money["service_charges"],
        gift_cards_minor=-money["gift_card_sales"],
        rounding_minor=0,
        total_minor=-row.total,
        tenders=[Tender(each.kind, -each.amount_minor, each.name) for each in row.tenders],
        source_keys=[row.record.source_key, *(record.source_key for record in items)],
        reason=cells.get("refund_reason", "").strip(),
        differences=row.differences,
    )


def deposit_day(cells: dict[str, str]) -> dt.date | None:
    """Return the day on which a row's transfer reached the bank, None when the row names none."""
    text = cells.get("deposit_date", "").strip()
    return day_of(text) if text else None
