"""An Etsy shop's year by seed: orders, fees, refunds and weekly payouts, and the files that it exports.

Every movement of the payment account is a row with the day on which it happened and the day from which an
export shows it: some fees appear days late, as they do at Etsy. ``facts`` are the sums that the books must
come to, ``payouts`` what the bank gets.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

GOODS = (("Oak spoon", 2500), ("Linen bag", 1850), ("Print, A4", 1200), ("Candle", 990), ("Lamp", 11_400))
BUYERS = ("Imke Vos", "Tomas Reyes", "Ada Quill", "Lin Wei", "Noor Haddad", "Zoë Martín")
HEADINGS = ("Date", "Type", "Title", "Info", "Currency", "Amount", "Fees & Taxes", "Net", "Tax Details")
ORDER_HEADINGS = (
    "Sale Date", "Order ID", "Buyer User ID", "Full Name", "First Name", "Last Name", "Number of Items",
    "Payment Method", "Date Shipped", "Street 1", "Street 2", "Ship City", "Ship State", "Ship Zipcode",
    "Ship Country", "Currency", "Order Value", "Coupon Code", "Coupon Details", "Discount Amount",
    "Shipping Discount", "Shipping", "Sales Tax", "Order Total", "Status", "Card Processing Fees",
    "Order Net", "Adjusted Order Total", "Adjusted Card Processing Fees", "Adjusted Net Order Amount",
    "Buyer", "Order Type", "Payment Type", "InPerson Discount", "InPerson Location", "SKU",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One movement of the payment account in cents; ``shown`` is the first day whose export has it."""

    day: dt.date
    shown: dt.date
    type: str
    title: str
    info: str
    amount: int = 0
    fees: int = 0
    paid_out: int = 0

    @property
    def effect(self) -> int:
        return self.amount + self.fees - self.paid_out

    def cells(self) -> list[str]:
        net = self.amount + self.fees
        when = f"{self.day:%B} {self.day.day}, {self.day.year}"
        money = [written(self.amount), written(self.fees), written(net)]
        return [when, self.type, self.title, self.info, "USD", *money, ""]


@dataclass(frozen=True)
class Order:
    """A sale as the orders file tells it."""

    day: dt.date
    number: int
    buyer: str
    items: int
    discount: int
    shipping: int
    tax: int
    processing: int

    @property
    def total(self) -> int:
        return self.items - self.discount + self.shipping + self.tax


def written(cents: int) -> str:
    """Return money as Etsy's statement writes it."""
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}" if cents else "--"


def plain(cents: int) -> str:
    """Return money as Etsy's orders file writes it."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def share(cents: int, per_mille: int) -> int:
    """Return a share rounded half up."""
    return (cents * per_mille * 2 + 1000) // 2000


@dataclass
class EtsyShop:
    """The shop's whole time: ``days`` of selling, then ``quiet`` days in which only refunds and payouts
    come.
    """

    seed: int
    first: dt.date
    days: int
    per_day: int
    quiet: int = 21
    rows: list[Row] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    payouts: list[tuple[dt.date, int]] = field(default_factory=list)
    returned: list[tuple[dt.date, int]] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.balance = 0
        self._refunds: dict[dt.date, list[Order]] = {}
        for offset in range(self.days + self.quiet):
            day = self.first + dt.timedelta(days=offset)
            if day.weekday() == 0:
                self._pay_out(day, reserve=offset < self.days and self.chance.random() < 0.2)
            if offset < self.days:
                self._sell(day)
            for order in self._refunds.pop(day, ()):
                self._give_back(order, day)

    @property
    def last(self) -> dt.date:
        """The last day on which the shop sells."""
        return self.first + dt.timedelta(days=self.days - 1)

    def unsettled_on(self, day: dt.date) -> int:
        """Return what Etsy holds for the shop at the end of a day."""
        return sum(row.effect for row in self.rows if row.day <= day)

    # What happens

    def _put(self, day: dt.date, kind: str, title: str, info: str = "", **money: int) -> None:
        late = kind == "Fee" and self.chance.random() < 0.05
        shown = day + dt.timedelta(days=self.chance.randrange(1, 7)) if late else day
        row = Row(day, shown, kind, title, info, **money)
        self.rows.append(row)
        self.balance += row.effect
        self.facts[kind] += row.effect

    def _sell(self, day: dt.date) -> None:
        for _ in range(self.chance.randrange(self.per_day // 2, self.per_day + self.per_day // 2 + 1)):
            self._sale(day)
        self._put(day, "Marketing", "Etsy Ads", f"Bill for click-throughs to your shop on {day}", fees=-75)
        for _ in range(2 if self.chance.random() < 0.2 else 0):  # genuine twins: the same listing, twice
            self._put(day, "Fee", "Listing fee", "Listing #1200000001", fees=-20)

    def _sale(self, day: dt.date) -> None:
        number = 3_900_000_000 + len(self.orders)
        name, price = self.chance.choice(GOODS)
        items = price * self.chance.randrange(1, 4)
        discount = share(items, 100) if self.chance.random() < 0.2 else 0
        shipping = self.chance.choice((0, 395, 500))
        tax = share(items - discount + shipping, 85) if self.chance.random() < 0.7 else 0
        gross = items - discount + shipping + tax
        order = Order(
            day, number, self.chance.choice(BUYERS), items, discount, shipping, tax, share(gross, 30) + 25
        )
        self.orders.append(order)
        ref = f"Order #{number}"
        self._put(day, "Sale", f"Payment for {ref}", amount=gross)
        if tax:
            self._put(day, "Tax", "Sales tax paid by buyer", ref, fees=-tax)
        self._put(day, "Fee", f"Transaction fee: {name}", ref, fees=-share(items - discount, 65))
        if shipping:
            self._put(day, "Fee", "Transaction fee: Shipping", ref, fees=-share(shipping, 65))
        self._put(day, "Fee", "Processing fee", ref, fees=-order.processing)
        if self.chance.random() < 0.3:
            self._put(day, "Shipping", "USPS shipping label", f"Label #{number % 10**9}", fees=-412)
        if self.chance.random() < 0.04:
            back = day + dt.timedelta(days=self.chance.randrange(0, 12))
            self._refunds.setdefault(back, []).append(order)

    def _give_back(self, order: Order, day: dt.date) -> None:
        ref, whole = f"Order #{order.number}", self.chance.random() < 0.6
        part = order.total if whole else order.total // 3
        tax = order.tax if whole else order.tax // 3
        word = "Refund to buyer for" if whole else "Partial refund to buyer for"
        self._put(day, "Refund", f"{word} {ref}", amount=-part)
        if tax:
            self._put(day, "Tax", "Refund to buyer for sales tax", ref, fees=tax)
        if whole:
            self._put(day, "Fee", "Credit for processing fee", ref, fees=order.processing)
        self.facts["refunds"] += 1

    def _pay_out(self, day: dt.date, *, reserve: bool) -> None:
        amount = self.balance - (self.balance // 10 if reserve else 0)
        if amount < 0:  # refunds took more than there was: the seller's card pays
            self._put(day, "Payment", "Card Payment", "Visa ending in 4444", fees=-amount)
            self.facts["card payments"] += 1
        if amount <= 0:
            return
        self._put(day, "Deposit", f"{written(amount)} sent to your bank account", paid_out=amount)
        self.payouts.append((day, amount))
        if self.chance.random() < 0.05:
            back = day + dt.timedelta(days=2)
            self._put(back, "Deposit", "Returned deposit", amount=amount)
            self.returned.append((back, amount))

    # What is exported

    def export(self, folder: Path, year: int, month: int, on: dt.date) -> list[Path]:
        """Write statement and orders of a month as they are on a day, and return the files."""
        rows = [r for r in self.rows if (r.day.year, r.day.month) == (year, month) and r.shown <= on]
        rows = [row for row in rows if row.day <= on]
        orders = [o for o in self.orders if (o.day.year, o.day.month) == (year, month) and o.day <= on]
        folder.mkdir(parents=True, exist_ok=True)
        statement = folder / f"etsy_statement_{year}_{month}.csv"
        self._write(statement, HEADINGS, [row.cells() for row in sorted(rows, key=_newest, reverse=True)])
        if not orders:
            return [statement]
        sold = folder / f"EtsySoldOrders{year}-{month}.csv"
        self._write(sold, ORDER_HEADINGS, [_order_cells(order) for order in reversed(orders)])
        return [statement, sold]

    @staticmethod
    def _write(path: Path, headings: tuple[str, ...], lines: list[list[str]]) -> None:
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            csv.writer(handle, lineterminator="\n").writerows([headings, *lines])


def _newest(row: Row) -> dt.date:
    return row.day


def _order_cells(order: Order) -> list[str]:
    given, family = order.buyer.split()
    day = f"{order.day:%m/%d/%y}"
    net = order.total - order.tax - order.processing
    values = {
        "Sale Date": day, "Order ID": str(order.number), "Full Name": order.buyer, "First Name": given,
        "Last Name": family, "Number of Items": "1", "Payment Method": "Credit Card", "Date Shipped": day,
        "Currency": "USD", "Order Value": plain(order.items), "Discount Amount": plain(order.discount),
        "Shipping Discount": "0.00", "Shipping": plain(order.shipping), "Sales Tax": "0.00",
        "Order Total": plain(order.total), "Card Processing Fees": plain(order.processing),
        "Order Net": plain(net), "Buyer": given.lower(), "Order Type": "online", "Payment Type": "online_cc",
        "Ship Country": "United States",
    }  # fmt: skip
    return [values.get(name, "") for name in ORDER_HEADINGS]
