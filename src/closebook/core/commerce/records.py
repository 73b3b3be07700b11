"""Source records as delivered, and the business records that connectors make of them.

Amounts are integer minor units of the payment account's currency. A movement's sign is its effect on
the balance that the platform holds for the shop: a sale is positive, a fee and a payout are negative.
Days are the shop's local days. The records are mutable slotted dataclasses because a month has
hundreds of thousands of them; nobody changes one after its connector returned it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class MovementKind(StrEnum):
    """What a movement of the platform's payment account is."""

    SALE = "sale"  # what the buyer paid, marketplace tax included
    REFUND = "refund"  # what the buyer got back, marketplace tax included
    MARKETPLACE_TAX = "marketplace-tax"  # tax the platform collects and remits; out on a sale, in on a refund
    BUYER_LEVY = "buyer-levy"  # a levy the buyer paid and the platform passes on
    FEE = "fee"  # what the platform charges (negative) or gives back (positive)
    PAYOUT = "payout"  # money sent to the bank
    RETURNED_PAYOUT = "returned-payout"  # a payout that bounced; money is back
    CARD_PAYMENT = "card-payment"  # the seller pays a negative balance with a card
    REFUND_FUNDING = "refund-funding"  # money drawn from the seller's card to fund a refund
    UNCLASSIFIED = "unclassified"  # a row of an unknown type; still enters the balance
    RESERVE = "reserve"  # money the platform holds back (negative) or lets go (positive)
    DISPUTE = "dispute"  # money taken while a buyer's bank disputes a payment, and given back
    LOAN = "loan"  # a part of the sales that pays a loan of the platform back
    SAVINGS = "savings"  # money moved to a savings ledger account with the platform
    PAYROLL = "payroll"  # money moved to the platform's payroll
    OTHER_INCOME = "other-income"  # income that is no sale, such as an app's share


class FeeKind(StrEnum):
    """What a fee is for; the posting profile maps each kind to a ledger account."""

    TRANSACTION = "transaction"
    SHIPPING_TRANSACTION = "shipping-transaction"
    PROCESSING = "processing"
    LISTING = "listing"
    REGULATORY = "regulatory"
    ADS = "ads"
    OFFSITE_ADS = "offsite-ads"
    SHIPPING_LABEL = "shipping-label"
    SUBSCRIPTION = "subscription"
    SHARE_AND_SAVE = "share-and-save"
    VAT_ON_FEES = "vat-on-fees"
    TAX_ON_FEES = "tax-on-fees"
    OTHER = "other"


@dataclass(slots=True)
class SourceRecord:
    """One row as delivered: ``source_key`` is unique and stable within a connection and stream.

    ``stream`` names the kind of file (``statement``, ``orders``, ``order-items``, ``payments``,
    ``deposits``); ``group`` is the business key under which the row is planned (for example
    ``order:3900112233`` or ``day:2026-03-04``); ``fields`` are the cells by canonical column name, text as
    delivered; ``digest`` changes when the meaning of the row changes; ``row`` counts from 1 with the header.
    """

    stream: str
    source_key: str
    group: str
    digest: str
    fields: dict[str, str]
    file: str
    row: int


@dataclass(slots=True)
class Movement:
    """One movement of the shop's payment account, classified.

    ``order_ref`` is "" when the movement belongs to no order. ``title`` is the source's own text.
    """

    source_key: str
    kind: MovementKind
    fee_kind: FeeKind | None
    day: dt.date
    amount_minor: int
    currency: str
    order_ref: str
    title: str
    info: str = ""


@dataclass(slots=True)
class OrderLine:
    """One line of an order: price times quantity, before discounts."""

    title: str
    quantity: int
    unit_price_minor: int
    sku: str = ""
    listing_ref: str = ""


@dataclass(slots=True)
class Buyer:
    """The person or business that ordered, as far as the source tells."""

    name: str
    username: str = ""
    email: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""


@dataclass(slots=True)
class Order:
    """What was sold: the statement gives the money, the order gives customer, items and hidden tax.

    ``total_minor`` is what the buyer paid: items - discount + shipping + gift wrap + seller tax +
    marketplace tax. All parts are positive. ``marketplace_tax_minor`` is remitted by the platform.
    ``source_keys`` are the rows that made the order.
    """

    order_ref: str
    day: dt.date
    currency: str
    buyer: Buyer
    lines: list[OrderLine]
    items_minor: int
    discount_minor: int
    shipping_minor: int
    gift_wrap_minor: int
    seller_tax_minor: int
    marketplace_tax_minor: int
    total_minor: int
    source_keys: list[str]


@dataclass(slots=True)
class PaymentDetail:
    """One row of a payments file: what the processor took and gave back, for checking the statement."""

    order_ref: str
    gross_minor: int
    fees_minor: int
    net_minor: int
    currency: str
    refund_minor: int
    refund_currency: str
    source_key: str


@dataclass(slots=True)
class DepositDetail:
    """One row of a deposits file: a payout as the bank got it, for checking the statement's payouts."""

    day: dt.date
    amount_minor: int
    currency: str
    bank_digits: str
    source_key: str


@dataclass(slots=True)
class Business:
    """What a connector made of source records: the input of planning."""

    movements: list[Movement]
    orders: dict[str, Order]
    payments: list[PaymentDetail]
    deposits: list[DepositDetail]
