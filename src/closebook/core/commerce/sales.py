"""Sales of a till: what was sold, how it was taxed and with what it was paid; returns, payouts and
disputes.

A till takes cash, cards, gift cards and other tenders in one sale; only what it takes by card or wallet
reaches the balance that the platform holds (the movements). Amounts are integer minor units of the sale's
currency and positive in the direction of their record: a return of 20.00 has a total of 2000.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from closebook.core.commerce.records import Business, Order


class TenderKind(StrEnum):
    """Where the money of a tender goes."""

    PLATFORM = "platform"  # card, wallet, bank: reaches the platform's balance, and a payout
    CASH = "cash"  # stays in the drawer
    GIFT_CARD = "gift-card"  # was paid when the card was sold
    OTHER = "other"  # check, voucher, another processor: taken outside the platform


class LineKind(StrEnum):
    """What a line of a sale is."""

    ITEM = "item"
    SERVICE = "service-charge"
    GIFT_CARD = "gift-card"
    TIP = "tip"


@dataclass(slots=True)
class Tender:
    """One payment of a sale, or one way in which a return was paid out. ``name`` is the source's own word,
    ``day`` its own day where the source tells one.
    """

    kind: TenderKind
    amount_minor: int
    name: str = ""
    source_key: str = ""
    day: dt.date | None = None


@dataclass(slots=True)
class TaxPart:
    """The tax of one rate on one sale. ``percent_micro`` is in millionths of a percent, 0 when not known.

    ``inclusive`` tells that the prices held it.
    """

    ref: str
    name: str
    percent_micro: int
    amount_minor: int
    inclusive: bool = False


@dataclass(slots=True)
class SaleLine:
    """One line, before discount and without any tax.

    ``gross_minor`` is what the source shows as price times quantity: it holds the tax of inclusive rates.
    ``taxes`` maps a ``TaxPart.ref`` to the source's tax on this line. ``item_ref`` is the catalogue's id,
    or "".
    """

    kind: LineKind
    title: str
    quantity: int
    amount_minor: int
    discount_minor: int = 0
    gross_minor: int = 0
    taxes: dict[str, int] = field(default_factory=dict)
    sku: str = ""
    item_ref: str = ""
    is_sum: bool = False


@dataclass(slots=True)
class Difference:
    """An identity of the source that does not hold: its name, what it should be and what it is."""

    rule: str
    expected_minor: int
    found_minor: int


@dataclass(slots=True)
class Sale(Order):
    """A sale of a till: an order with its tenders, its taxes per rate, tips, service charges and gift
    cards.

    ``total_minor`` is what the till collected, ``owed_minor`` what the sale comes to: an invoice may be
    paid in parts or later; then ``invoice_day`` is the day on which it was made out.
    ``rounding_minor`` is what cash rounding added. ``back_minor`` is what the same row
    already gave back.
    """

    tip_minor: int = 0
    service_minor: int = 0
    gift_cards_minor: int = 0
    rounding_minor: int = 0
    back_minor: int = 0
    owed_minor: int = 0
    sale_lines: list[SaleLine] = field(default_factory=list)
    taxes: list[TaxPart] = field(default_factory=list)
    tenders: list[Tender] = field(default_factory=list)
    location: str = ""
    channel: str = ""
    differences: list[Difference] = field(default_factory=list)
    invoice_day: dt.date | None = None

    @property
    def parts_minor(self) -> int:
        """Return the sum of the parts: what the till should have collected."""
        goods = self.items_minor - self.discount_minor + self.shipping_minor + self.gift_wrap_minor
        more = self.tip_minor + self.service_minor + self.gift_cards_minor + self.rounding_minor
        return goods + more + self.seller_tax_minor - self.back_minor

    def paid_by(self, kind: TenderKind) -> int:
        """Return how much was paid with a kind of tender."""
        return sum(tender.amount_minor for tender in self.tenders if tender.kind is kind)


@dataclass(slots=True)
class Return:
    """Money given back on a day of its own. ``order_ref`` is the sale's, "" when the source names none.

    ``parts_known`` is False when the source gives one amount without telling goods and tax apart.
    """

    ref: str
    order_ref: str
    day: dt.date
    currency: str
    goods_minor: int
    taxes: list[TaxPart]
    tip_minor: int
    service_minor: int
    gift_cards_minor: int
    rounding_minor: int
    total_minor: int
    tenders: list[Tender]
    source_keys: list[str]
    reason: str = ""
    parts_known: bool = True
    differences: list[Difference] = field(default_factory=list)

    @property
    def tax_minor(self) -> int:
        """Return the tax of all rates that was given back."""
        return sum(tax.amount_minor for tax in self.taxes)

    @property
    def parts_minor(self) -> int:
        """Return the sum of the parts."""
        more = self.tip_minor + self.service_minor + self.gift_cards_minor + self.rounding_minor
        return self.goods_minor + self.tax_minor + more


@dataclass(slots=True)
class PayoutEntry:
    """One line of what a payout settles: gross - fee = net, signed as its effect on the payout.

    ``fee_minor`` is positive when it was taken. ``known`` is False when the thing that it names is not
    among the rows, ``agrees`` when the thing has another amount.
    """

    ref: str
    type: str
    day: dt.date
    gross_minor: int
    fee_minor: int
    net_minor: int
    source_key: str
    names: str = ""
    known: bool = True
    agrees: bool = True


@dataclass(slots=True)
class PayoutDetail:
    """A payout with its entries; ``amount_minor`` is positive when money went to the bank.

    ``listed`` is False when the source lists no entries for it (an instant or single transfer). ``doubt``
    says why the entries may be incomplete, or "".
    """

    ref: str
    day: dt.date
    amount_minor: int
    currency: str
    entries: list[PayoutEntry]
    source_key: str
    listed: bool = True
    doubt: str = ""


@dataclass(slots=True)
class DisputeLoss:
    """A disputed payment that was lost: what was held does not come back."""

    ref: str
    day: dt.date
    amount_minor: int
    currency: str
    source_key: str


@dataclass(slots=True)
class TillBusiness(Business):
    """The business of a till: its orders are sales. ``notes`` are sentences for the person who reviews.

    ``quotations`` are what was offered and has not to be paid, by the reference of the sale that may follow.
    """

    returns: list[Return] = field(default_factory=list)
    payouts: list[PayoutDetail] = field(default_factory=list)
    losses: list[DisputeLoss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    quotations: dict[str, Sale] = field(default_factory=dict)

    def sales(self) -> list[Sale]:
        """Return the sales by day and reference."""
        found = [order for order in self.orders.values() if isinstance(order, Sale)]
        return sorted(found, key=lambda sale: (sale.day, sale.order_ref))
