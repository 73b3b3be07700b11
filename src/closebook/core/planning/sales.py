"""Sales receipts, refund receipts and marketplace tax of one order (or of a day's rows without an order).

Marketplace tax is neither income nor a liability of the shop: a tax row of the same order and day is taken
off the sale or the refund. One of another day gets a journal entry of its own against the ledger account for
tax in transit, and the receipt to which it belongs gets a line for it, so that this ledger account comes back
to zero.
"""

from __future__ import annotations

import datetime as dt

from closebook.core.commerce.records import Movement, Order
from closebook.core.planning.desired import Hold
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine
from closebook.core.planning.making import Making
from closebook.core.planning.trade import (
    Bucket,
    Buckets,
    Trade,
    full_refund_seller_tax,
    in_transit,
    order_net_minor,
)

STATEMENT_ONLY = "statement-only"
"""The decision to post the statement's money in one line although the order says something else."""


def make_trade(making: Making, ref: str, rows: list[Movement]) -> None:
    """Make the documents of one order's rows; ``ref`` is "" for the rows of a day that belong to no order."""
    trade = Trade(rows)
    maker = _OrderMaker(making, ref, making.group(ref, rows[0].day), trade)
    if trade.sold:
        maker.make_sales()
    if trade.refunded:
        maker.make_refunds()
    maker.make_taxes()


class _OrderMaker:
    """Makes the documents of one order."""

    __slots__ = ("comparable", "group", "making", "order", "ref", "title", "trade")

    def __init__(self, making: Making, ref: str, group: str, trade: Trade) -> None:
        self.making = making
        self.ref = ref
        self.group = group
        self.trade = trade
        self.title = f"order {ref}" if ref else "rows without an order"
        order = self.order = making.order_of(ref)
        self.comparable = order is not None and order.currency == making.currency
        if order is not None and not self.comparable:
            making.other_currency.add(ref)

    def make_sales(self) -> None:
        """Make a sales receipt for each day of sales (one, but for oddities), or say why it is held."""
        making, trade, order = self.making, self.trade, self.order
        transit = in_transit(trade.taken, trade.sold)
        first = min(trade.sold)
        differs = self.comparable and order is not None and trade.content_minor != order_net_minor(order)
        whole = order if self.comparable and not differs and len(trade.sold) == 1 else None
        for day, bucket in trade.sold.items():
            key = f"{self.group}/sale" if day == first else f"{self.group}/sale/{day.isoformat()}"
            total, keys = self._joined(bucket, trade.taken.get(day))
            if total < 0:
                making.holds.append(self._negative(key, day, total, keys))
            elif differs and order is not None and making.decisions.get(key) != STATEMENT_ONLY:
                making.holds.append(self._differing(key, day, order, keys))
            elif total or day in transit:
                number = making.number("S", self.ref, None if self.ref and day == first else day)
                lines = self._sale_lines(whole, total, transit.get(day, 0))
                self._receipt(DocumentKind.SALES_RECEIPT, key, day, number, lines=lines, keys=keys)

    def make_refunds(self) -> None:
        """Make a refund receipt for each day of refunds, or a deposit where a refund was taken back."""
        making, trade, order = self.making, self.trade, self.order
        transit = in_transit(trade.returned, trade.refunded)
        seller_tax = full_refund_seller_tax(order, making.currency, trade)
        if order is not None and order.seller_tax_minor and not seller_tax:
            making.notes.append(
                f"Order {self.ref} has tax that the shop remits, and was refunded in part: the refund's "
                "share of the tax is not in the source and was posted with the refund."
            )
        for day, bucket in trade.refunded.items():
            total, keys = self._joined(bucket, trade.returned.get(day))
            later = transit.get(day, 0)
            if total or later:
                self._refund(day, -total, self._refund_lines(-total, later, seller_tax), keys)

    def make_taxes(self) -> None:
        """Make a journal entry for each day of marketplace tax that is no sale's or refund's day."""
        found: Buckets = {}
        trade = self.trade
        for taxes, partners in ((trade.taken, trade.sold), (trade.returned, trade.refunded)):
            for day, bucket in taxes.items():
                if day in partners:
                    continue
                if day in found:
                    found[day].amount += bucket.amount
                    found[day].keys += bucket.keys
                else:
                    found[day] = bucket
        for day, bucket in found.items():
            if bucket.amount:
                self._tax_entry(day, bucket)

    def _joined(self, bucket: Bucket, taxes: Bucket | None) -> tuple[int, tuple[str, ...]]:
        known = self.order.source_keys if self.order is not None else ()
        if taxes is None:
            return bucket.amount, (*bucket.keys, *known)
        return bucket.amount + taxes.amount, (*bucket.keys, *taxes.keys, *known)

    def _receipt(
        self,
        kind: DocumentKind,
        key: str,
        day: dt.date,
        number: str,
        *,
        lines: list[DocumentLine],
        keys: tuple[str, ...],
    ) -> None:
        making, chart = self.making, self.making.chart
        word = "sale:" if kind is DocumentKind.SALES_RECEIPT else "refund of"
        memo = making.memo(f"{making.profile.platform} {word} {self.title}", key)
        party = "" if kind is DocumentKind.DEPOSIT else chart.customer(self.order)
        making.trade.append(
            Document(
                kind, key, day, making.currency, number, memo, chart.clearing, tuple(lines), party, "", keys
            )
        )  # fmt: skip

    def _line(self, item: str, amount_minor: int, description: str, quantity: int = 1) -> DocumentLine:
        account, key = self.making.chart.lines[item]
        return DocumentLine(amount_minor, description, account, key, quantity)

    def _sale_lines(self, order: Order | None, total: int, later: int) -> list[DocumentLine]:
        if order is not None:
            lines = self._order_lines(order)
        else:
            lines = [self._line("sale", total + later, self.title.capitalize())]
        if later:
            lines.append(self._line("tax-in-transit", -later, "Marketplace tax taken on another day"))
        return lines

    def _order_lines(self, order: Order) -> list[DocumentLine]:
        account, item = self.making.chart.lines["sale"]
        lines = [
            DocumentLine(line.unit_price_minor * line.quantity, line.title, account, item, line.quantity)
            for line in order.lines
            if line.unit_price_minor and line.quantity > 0
        ]
        if sum([line.amount_minor for line in lines]) != order.items_minor:
            lines = [self._line("sale", order.items_minor, f"Items of order {order.order_ref}")]
        if order.discount_minor:
            lines.append(self._line("discount", -order.discount_minor, "Discount"))
        if order.shipping_minor:
            lines.append(self._line("shipping", order.shipping_minor, "Shipping"))
        if order.gift_wrap_minor:
            lines.append(self._line("gift-wrap", order.gift_wrap_minor, "Gift wrap"))
        if order.seller_tax_minor:
            lines.append(self._line("seller-tax", order.seller_tax_minor, "Sales tax that the shop remits"))
        return lines

    def _negative(self, key: str, day: dt.date, total: int, keys: tuple[str, ...]) -> Hold:
        money = self.making.money(total)
        message = f"The sale of {day} ({self.title}) adds up to {money}; a sale cannot be negative."
        return Hold(key, "negative-sale", message, day, total, keys)

    def _differing(self, key: str, day: dt.date, order: Order, keys: tuple[str, ...]) -> Hold:
        money, content, expected = self.making.money, self.trade.content_minor, order_net_minor(order)
        parts = [f"items {money(order.items_minor)}"]
        for sign, word, amount in (
            ("-", "discount", order.discount_minor),
            ("+", "shipping", order.shipping_minor),
            ("+", "gift wrap", order.gift_wrap_minor),
            ("+", "tax that the shop remits", order.seller_tax_minor),
        ):
            if amount:
                parts.append(f"{sign} {word} {money(amount)}")
        message = (
            f"Order {order.order_ref}: the statement's money is {money(content)} without marketplace tax, "
            f"the order's own is {money(expected)} ({' '.join(parts)}), "
            f"a difference of {money(content - expected)}."
        )
        return Hold(key, "order-differs", message, day, content - expected, keys)

    def _refund_lines(self, total: int, later: int, seller_tax: int) -> list[DocumentLine]:
        own = total - later - seller_tax
        lines = [self._line("refund", own, f"Refund of {self.title}")] if own else []
        if seller_tax:
            lines.append(self._line("seller-tax", seller_tax, "Sales tax that the shop remits"))
        if later:
            lines.append(self._line("tax-in-transit", later, "Marketplace tax given back on another day"))
        return lines

    def _refund(self, day: dt.date, total: int, lines: list[DocumentLine], keys: tuple[str, ...]) -> None:
        if total >= 0:
            key, number = f"{self.group}/refund/{day.isoformat()}", self.making.number("R", self.ref, day)
            self._receipt(DocumentKind.REFUND_RECEIPT, key, day, number, lines=lines, keys=keys)
            return
        key, number = (
            f"{self.group}/refund-taken-back/{day.isoformat()}",
            self.making.number("V", self.ref, day),
        )
        back = [DocumentLine(-line.amount_minor, line.description, line.ledger_account) for line in lines]
        self._receipt(DocumentKind.DEPOSIT, key, day, number, lines=back, keys=keys)

    def _tax_entry(self, day: dt.date, bucket: Bucket) -> None:
        making, key = self.making, f"{self.group}/tax/{day.isoformat()}"
        text = f"Marketplace tax of {self.title}"
        lines = (
            DocumentLine(-bucket.amount, text, making.chart.tax_in_transit),
            DocumentLine(bucket.amount, text, making.chart.clearing),
        )
        making.trade.append(
            Document(
                DocumentKind.JOURNAL_ENTRY, key, day, making.currency, making.number("X", self.ref, day),
                making.memo(text, key), "", lines, source_keys=tuple(bucket.keys),
            )
        )  # fmt: skip
