"""The rows of one order by what they are, and how marketplace tax belongs to its sale or refund."""

from __future__ import annotations

import datetime as dt

from closebook.core.commerce.records import Movement, MovementKind, Order

_SALE = MovementKind.SALE
_REFUND = MovementKind.REFUND

TRADE_KINDS = frozenset(
    {MovementKind.SALE, MovementKind.REFUND, MovementKind.MARKETPLACE_TAX, MovementKind.BUYER_LEVY}
)
"""The kinds of movements that sales receipts and refund receipts are made of."""


class Bucket:
    """A sum of movements with their source keys."""

    __slots__ = ("amount", "keys")

    def __init__(self, amount: int, key: str) -> None:
        """Start with one movement."""
        self.amount = amount
        self.keys = [key]


Buckets = dict[dt.date, Bucket]


class Trade:
    """The rows of one order by day, signed as in the source: sales, refunds, tax taken and returned."""

    __slots__ = ("refunded", "returned", "sold", "taken")

    def __init__(self, rows: list[Movement]) -> None:
        """Sort the rows; they are of ``TRADE_KINDS``."""
        self.sold: Buckets = {}
        self.taken: Buckets = {}
        self.refunded: Buckets = {}
        self.returned: Buckets = {}
        for row in rows:
            amount, day = row.amount_minor, row.day
            if row.kind is _SALE:
                buckets = self.sold
            elif row.kind is _REFUND:
                buckets = self.refunded
            else:
                buckets = self.taken if amount < 0 else self.returned
            bucket = buckets.get(day)
            if bucket is None:
                buckets[day] = Bucket(amount, row.source_key)
            else:
                bucket.amount += amount
                bucket.keys.append(row.source_key)

    @property
    def content_minor(self) -> int:
        """Return what the sales brought, without the marketplace tax of any day."""
        total = sum([bucket.amount for bucket in self.sold.values()])
        return total + sum([bucket.amount for bucket in self.taken.values()])

    @property
    def refund_minor(self) -> int:
        """Return what the refunds cost (positive), without the marketplace tax of any day."""
        total = sum([bucket.amount for bucket in self.refunded.values()])
        return -total - sum([bucket.amount for bucket in self.returned.values()])


def in_transit(taxes: Buckets, partners: Buckets) -> dict[dt.date, int]:
    """Return for each partner's day the tax of other days that belongs to it, signed as in the source.

    The partner of a tax row is the sale (refund) of its day, else the last one before, else the first after.
    """
    found: dict[dt.date, int] = {}
    if not partners or taxes.keys() <= partners.keys():
        return found
    for day, bucket in taxes.items():
        if day not in partners:
            home = max((other for other in partners if other < day), default=None) or min(partners)
            found[home] = found.get(home, 0) + bucket.amount
    return found


def order_net_minor(order: Order) -> int:
    """Return what an order brings: items - discount + shipping + gift wrap + the tax that the shop remits."""
    parts = order.items_minor - order.discount_minor + order.shipping_minor
    return parts + order.gift_wrap_minor + order.seller_tax_minor


def fits(order: Order | None, currency: str, trade: Trade) -> bool:
    """Tell whether an order says to the cent what its sale brought: then the order's parts are posted."""
    if order is None or order.currency != currency or len(trade.sold) != 1:
        return False
    return trade.content_minor == order_net_minor(order)


def full_refund_seller_tax(order: Order | None, currency: str, trade: Trade) -> int:
    """Return the seller's own tax within a refund: all of it when the whole sale is refunded in one day.

    The source does not say how much of a part refund is such a tax, so that is taken as 0.
    """
    if order is None or not order.seller_tax_minor or len(trade.refunded) != 1:
        return 0
    whole = fits(order, currency, trade) and trade.refund_minor == order_net_minor(order)
    return order.seller_tax_minor if whole else 0
