"""All streams together: movements from statements, orders from order and item files, payments and deposits
beside them.

A statement alone is enough; each other file adds what it knows. Orders are made of sold orders; their
lines come from the items file when these add up to the order's value, else the order has one line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable

from closebook.connectors.base import RowError
from closebook.connectors.etsy.amounts import minor_of
from closebook.connectors.etsy.columns import DEPOSITS, ITEMS, ORDERS, PAYMENTS, STATEMENT
from closebook.connectors.etsy.deposits import deposit_of
from closebook.connectors.etsy.items import line_of
from closebook.connectors.etsy.movements import MovementMaker
from closebook.connectors.etsy.orders import has_net, order_minors, split_of
from closebook.connectors.etsy.payments import payment_of
from closebook.core.commerce.records import (
    Business,
    Buyer,
    Movement,
    MovementKind,
    Order,
    OrderLine,
    SourceRecord,
)

_USER_NAME = re.compile(r"(?P<name>.*)\((?P<user>[^()]+)\)\s*")
_FAR_DAYS = 3
_BUYER_COLUMNS = (
    "full_name",
    "buyer",
    "street_1",
    "street_2",
    "buyer_user_id",
    "ship_city",
    "ship_state",
    "ship_zipcode",
    "ship_country",
)


def normalise(records: Iterable[SourceRecord | RowError]) -> Business:
    """Return the business records of source records of any streams in any order.

    Movements run from the oldest to the newest. A source key that comes again (overlapping files) counts
    once: the first row of a statement, the last of the other streams. RowError values are passed over.
    """
    maker, statement_keys = MovementMaker(), set[str]()
    others: dict[str, dict[str, SourceRecord]] = {ORDERS: {}, ITEMS: {}, PAYMENTS: {}, DEPOSITS: {}}
    for record in records:
        if isinstance(record, RowError):
            continue
        if record.stream != STATEMENT:
            others[record.stream][record.source_key] = record
        elif record.source_key not in statement_keys:
            statement_keys.add(record.source_key)
            maker.add(record)
    movements = maker.movements()
    return Business(
        movements=movements,
        orders=orders_of(others[ORDERS].values(), others[ITEMS].values(), _sale_days(movements)),
        payments=[payment_of(record) for record in others[PAYMENTS].values()],
        deposits=[deposit_of(record) for record in others[DEPOSITS].values()],
    )


def orders_of(
    orders: Iterable[SourceRecord], items: Iterable[SourceRecord], sale_days: dict[str, dt.date]
) -> dict[str, Order]:
    """Return orders by reference; ``sale_days`` are the statement's days of sale, which settle turned
    dates.
    """
    by_order: defaultdict[str, list[SourceRecord]] = defaultdict(list)
    for item in items:
        by_order[item.group].append(item)
    made = (_order(record, by_order.get(record.group, []), sale_days) for record in orders)
    return {order.order_ref: order for order in made}


def _order(record: SourceRecord, items: list[SourceRecord], sale_days: dict[str, dt.date]) -> Order:
    fields, reference = record.fields, record.source_key
    currency = fields["currency"].strip().upper()
    money = order_minors(fields, currency)
    split = split_of(money, has_net=has_net(fields, money), currency=currency)
    items = sorted(items, key=lambda item: item.source_key)
    day = dt.date.fromisoformat(fields["day"])
    return Order(
        order_ref=reference,
        day=_settled_day(day, sale_days.get(reference)),
        currency=currency,
        buyer=_buyer(fields),
        lines=_lines(items, currency, split.items_minor) or [_one_line(fields, reference, split.items_minor)],
        items_minor=split.items_minor,
        discount_minor=split.discount_minor,
        shipping_minor=split.shipping_minor,
        gift_wrap_minor=split.gift_wrap_minor,
        seller_tax_minor=split.seller_tax_minor,
        marketplace_tax_minor=split.marketplace_tax_minor,
        total_minor=split.total_minor,
        source_keys=[reference, *(item.source_key for item in items)],
    )


def _lines(items: list[SourceRecord], currency: str, items_minor: int) -> list[OrderLine]:
    """Return the lines of an order's items, or none when they do not add up to the order's value."""
    lines = [line_of(item.fields, minor_of(item.fields["price"], currency)) for item in items]
    return lines if sum(line.quantity * line.unit_price_minor for line in lines) == items_minor else []


def _one_line(fields: dict[str, str], reference: str, items_minor: int) -> OrderLine:
    return OrderLine(f"Order {reference}", 1, items_minor, sku=fields.get("sku", "").strip())


def _buyer(fields: dict[str, str]) -> Buyer:
    text = {name: " ".join(fields[name].split()) for name in _BUYER_COLUMNS if name in fields}
    name, username = text.get("full_name", ""), text.get("buyer", "")
    both = _USER_NAME.fullmatch(username)
    if both:
        name, username = name or both["name"].strip(), both["user"].strip()
    street = ", ".join(part for part in (text.get("street_1"), text.get("street_2")) if part)
    return Buyer(
        name=name or username,
        username=username or text.get("buyer_user_id", ""),
        street=street,
        city=text.get("ship_city", ""),
        region=text.get("ship_state", ""),
        postal_code=text.get("ship_zipcode", ""),
        country=text.get("ship_country", ""),
    )


def _sale_days(movements: list[Movement]) -> dict[str, dt.date]:
    return {
        move.order_ref: move.day for move in movements if move.kind is MovementKind.SALE and move.order_ref
    }


def _settled_day(day: dt.date, sale_day: dt.date | None) -> dt.date:
    """Return the statement's day when the order's lies far from it: then a spreadsheet turned day and
    month.
    """
    if sale_day is None or abs((day - sale_day).days) <= _FAR_DAYS:
        return day
    return sale_day if (day.month, day.day) == (sale_day.day, sale_day.month) else day
