"""Writes the five files of one month of an invented shop."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from closebook.connectors.etsy.columns import DEPOSITS, ITEMS, ORDERS, PAYMENTS, STATEMENT, STREAMS
from closebook.connectors.etsy.sample.catalog import PRODUCTS, person
from closebook.connectors.etsy.sample.facts import PayoutFact
from closebook.connectors.etsy.sample.forms import Form, long_day, money, plain, quoted
from closebook.connectors.etsy.sample.rates import Rates
from closebook.connectors.etsy.sample.rows import Row
from closebook.connectors.etsy.sample.selling import Sold, listing_number
from closebook.core.periods import Month

_BRITISH = {
    "Date Shipped": "Date Posted",
    "Ship City": "Delivery City",
    "Ship State": "Delivery State",
    "Ship Zipcode": "Delivery Zipcode",
    "Ship Country": "Delivery Country",
    "Shipping Discount": "Delivery Discount",
    "Shipping": "Delivery",
    "Sales Tax": "Sales tax",
    "Order Total": "Order total",
}
_BANK_DIGITS = "0421"


class MonthFiles:
    """Names and writes the files of one month into a folder."""

    def __init__(self, folder: Path, month: Month, rates: Rates, form: Form) -> None:
        """Keep where and how to write."""
        self._folder, self._month, self._rates, self._form = folder, month, rates, form
        self._currency = rates.currency

    def statement(self, rows: list[Row]) -> Path:
        """Write the statement, newest row first, with a byte order mark."""
        path = self._folder / f"etsy_statement_{self._month.year}_{self._month.number}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            handle.write(quoted(list(self._form.header)))
            handle.writelines(self._row(row) for row in reversed(rows))
        return path

    def orders(self, orders: list[Sold]) -> Path:
        """Write the sold orders, newest first."""
        names = self._headings(ORDERS)
        return self._write("EtsySoldOrders", names, (self._order(sold) for sold in reversed(orders)))

    def items(self, orders: list[Sold]) -> Path:
        """Write the lines of the sold orders."""
        lines = chain.from_iterable(self._items(sold) for sold in reversed(orders))
        return self._write("EtsySoldOrderItems", self._headings(ITEMS), lines)

    def payments(self, orders: list[Sold]) -> Path:
        """Write the payments of the sold orders."""
        return self._write(
            "EtsyDirectCheckoutPayments", self._headings(PAYMENTS), (self._payment(sold) for sold in orders)
        )

    def deposits(self, payouts: list[PayoutFact]) -> Path:
        """Write the payouts."""
        rows = (
            [
                long_day(payout.day, self._form),
                plain(payout.amount_minor, self._currency),
                self._currency,
                "Executed",
                _BANK_DIGITS,
            ]
            for payout in reversed(payouts)
        )
        return self._write("EtsyDeposits", self._headings(DEPOSITS), rows)

    def all(self, rows: list[Row], orders: list[Sold], payouts: list[PayoutFact]) -> dict[str, Path]:
        """Write all five files and return their paths by stream."""
        return {
            STATEMENT: self.statement(rows),
            ORDERS: self.orders(orders),
            ITEMS: self.items(orders),
            PAYMENTS: self.payments(orders),
            DEPOSITS: self.deposits(payouts),
        }

    def _write(self, name: str, header: list[str], rows: Iterable[list[str]]) -> Path:
        path = self._folder / f"{name}{self._month.year}-{self._month.number}.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            handle.write(quoted(header))
            handle.writelines(quoted(cells) for cells in rows)
        return path

    def _headings(self, stream: str) -> list[str]:
        headings = [column.heading for column in STREAMS[stream].columns]
        return (
            [_BRITISH.get(heading, heading) for heading in headings]
            if self._form.british and stream == ORDERS
            else headings
        )

    def _row(self, row: Row) -> str:
        sign, currency = self._rates.sign, self._currency
        title = self._form.payout.format(money=money(row.payout, currency, sign)) if row.payout else row.title
        cells = [
            long_day(row.day, self._form),
            row.type,
            title,
            row.info,
            currency,
            money(row.amount, currency, sign),
            money(row.fees, currency, sign),
            money(row.amount + row.fees, currency, sign),
            "--",
        ]
        return quoted(cells[: self._form.width])

    def _order(self, sold: Sold) -> list[str]:
        buyer = person(sold.buyer)
        fees = sold.processing(self._rates)
        amounts = {
            "order_value": sold.items,
            "discount_amount": sold.discount,
            "shipping_discount": sold.shipping_discount,
            "shipping": sold.shipping,
            "sales_tax": 0,
            "order_total": sold.total,
            "card_processing_fees": fees,
            "order_net": sold.goods + sold.gift_wrap - fees,
        }
        values = {
            "sale_date": f"{sold.day:%m/%d/%y}",
            "order_id": str(sold.number),
            "full_name": f"{buyer.first} {buyer.last}",
            "first_name": buyer.first,
            "last_name": buyer.last,
            "number_of_items": str(sum(line.quantity for line in sold.lines)),
            "payment_method": "Credit Card",
            "street_1": buyer.street,
            "ship_city": buyer.city,
            "ship_state": buyer.region,
            "ship_zipcode": buyer.postal_code,
            "ship_country": buyer.country,
            "currency": self._currency,
            "coupon_code": f"SAVE{sold.coupon_percent}" if sold.coupon_percent else "",
            "coupon_details": self._coupon(sold),
            "buyer": buyer.username,
            "order_type": "online",
            "payment_type": "online_cc",
            "sku": ",".join(sku for sku in (PRODUCTS[line.product][2] for line in sold.lines) if sku),
        }
        values |= {name: plain(minor, self._currency) for name, minor in amounts.items()}
        return [values.get(column.name, "") for column in STREAMS[ORDERS].columns]

    @staticmethod
    def _coupon(sold: Sold) -> str:
        if sold.coupon_percent:
            return "% off"
        return "% off shipping" if sold.shipping_discount else ""

    def _items(self, sold: Sold) -> Iterable[list[str]]:
        buyer = person(sold.buyer)
        for line in sold.lines:
            value = line.price_minor * line.quantity
            amounts = {
                "price": line.price_minor,
                "discount_amount": value - line.paid_minor,
                "order_shipping": sold.shipping,
                "order_sales_tax": 0,
                "item_total": value,
            }
            values = {
                "sale_date": f"{sold.day:%m/%d/%y}",
                "item_name": line.title,
                "quantity": str(line.quantity),
                "buyer": f"{buyer.first} {buyer.last} ({buyer.username})",
                "currency": self._currency,
                "transaction_id": str(line.transaction),
                "listing_id": str(listing_number(line.product)),
                "date_paid": f"{sold.day:%m/%d/%Y}",
                "ship_name": f"{buyer.first} {buyer.last}",
                "ship_address1": buyer.street,
                "ship_city": buyer.city,
                "ship_state": buyer.region,
                "ship_zipcode": buyer.postal_code,
                "ship_country": buyer.country,
                "order_id": str(sold.number),
                "order_type": "online",
                "listings_type": "listing",
                "payment_type": "online_cc",
                "sku": PRODUCTS[line.product][2],
            }
            values |= {name: plain(minor, self._currency) for name, minor in amounts.items()}
            yield [values.get(column.name, "") for column in STREAMS[ITEMS].columns]

    def _payment(self, sold: Sold) -> list[str]:
        fees, refund = sold.processing(self._rates), sold.refund
        amounts = {
            "gross_amount": sold.total,
            "fees": fees,
            "net_amount": sold.total - fees,
            "posted_gross": sold.total,
            "posted_fees": fees,
            "posted_net": sold.total - fees,
            "listing_amount": sold.total,
            "refund_amount": refund.goods_minor + refund.tax_minor if refund else 0,
        }
        buyer = person(sold.buyer)
        values = {
            "payment_id": str(sold.number + 7),
            "buyer_username": buyer.username,
            "buyer_name": f"{buyer.first} {buyer.last}",
            "order_id": str(sold.number),
            "currency": self._currency,
            "listing_currency": self._currency,
            "exchange_rate": "1",
            "gift_card_applied": "No",
            "status": "SETTLED",
            "order_date": f"{sold.day:%m/%d/%Y}",
            "order_type": "online",
            "payment_type": "online_cc",
        }
        values |= {name: plain(minor, self._currency) for name, minor in amounts.items()}
        return [values.get(column.name, "") for column in STREAMS[PAYMENTS].columns]
