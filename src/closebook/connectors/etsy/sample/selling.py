"""Orders of an invented shop: what was bought, for how much, and what becomes of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from closebook.connectors.etsy.sample.catalog import PRODUCTS
from closebook.connectors.etsy.sample.rates import PER_MILLE, TRANSACTION_PER_MILLE, Rates
from closebook.core.money import allocate, divide_half_up, minor_digits

_FIRST_ORDER, _FIRST_TRANSACTION, _FIRST_LISTING = 3_900_000_000, 4_400_000_000, 1_200_000_000
_TAX_PER_MILLE = (42, 60, 63, 75, 88, 95)


@dataclass(slots=True)
class Line:
    """One line of an order; ``price_minor`` is for one piece, before discount; ``paid_minor`` is for all,
    after it.
    """

    product: int
    quantity: int
    price_minor: int
    transaction: int
    paid_minor: int = 0

    @property
    def title(self) -> str:
        """Return the product's title."""
        return PRODUCTS[self.product][0]


@dataclass(slots=True)
class Refund:
    """A refund of an order: ``goods_minor`` without tax, ``tax_minor`` the marketplace tax given back."""

    day: dt.date
    goods_minor: int
    tax_minor: int
    whole: bool
    line: int = 0


@dataclass(slots=True)
class Sold:
    """One order with all its amounts, in minor units and positive."""

    number: int
    day: dt.date
    minute: int
    buyer: int
    lines: list[Line]
    coupon_percent: int = 0
    discount: int = 0
    shipping: int = 0
    shipping_discount: int = 0
    gift_wrap: int = 0
    tax: int = 0
    offsite: bool = False
    share_and_save: bool = False
    fee_tax: bool = False
    label: int = 0
    refund: Refund | None = field(default=None)

    @property
    def items(self) -> int:
        """Return price times quantity of all lines."""
        return sum(line.price_minor * line.quantity for line in self.lines)

    @property
    def goods(self) -> int:
        """Return what the buyer paid without tax and gift wrap."""
        return self.items - self.discount + self.shipping

    @property
    def total(self) -> int:
        """Return what the buyer paid."""
        return self.goods + self.gift_wrap + self.tax

    def processing(self, rates: Rates) -> int:
        """Return the processing fee, which is charged on the tax too."""
        return share(self.total, rates.processing_per_mille) + rates.processing_fixed


def share(amount_minor: int, per_mille: int) -> int:
    """Return so many thousandths of an amount, rounded half up."""
    return divide_half_up(amount_minor * per_mille, PER_MILLE)


def transaction_fee(amount_minor: int) -> int:
    """Return the transaction fee of an amount."""
    return share(amount_minor, TRANSACTION_PER_MILLE)


def sell(rng: Random, rates: Rates, count: int, when: tuple[dt.date, int], pool: int) -> Sold:
    """Return the order of a running count at a moment; ``pool`` is how many buyers the shop may have."""
    buyer = int(pool * rng.random() ** 2)
    lines = [
        _line(rng, rates, count * 8 + index) for index in range(rng.choices((1, 2, 3, 4), (66, 22, 9, 3))[0])
    ]
    sold = Sold(_FIRST_ORDER + count * 37, when[0], when[1], buyer, lines)
    _discount(rng, rates, sold)
    if rng.random() < 0.03:
        sold.gift_wrap = rng.choice(rates.gift_wraps)
    if rng.randrange(PER_MILLE) < rates.buyer_tax_share:
        sold.tax = share(sold.goods + sold.gift_wrap, rng.choice(_TAX_PER_MILLE))
    sold.offsite = rng.random() < 0.12
    sold.share_and_save = not sold.offsite and rng.random() < 0.08
    sold.fee_tax = rates.fee_tax_per_mille > 0 and rng.random() < 0.25
    sold.label = scaled(rng.randrange(380, 1150), rates) if rng.random() < 0.85 else 0
    return sold


def refund_of(rng: Random, sold: Sold, last_day: dt.date) -> Refund | None:
    """Return the order's refund, if it gets one before the sample ends: whole, or a part of one line."""
    luck = rng.random()
    if luck > 0.045:
        return None
    day = sold.day + dt.timedelta(days=rng.choice((0, 1, 3, 6, 12, 20, 34)))
    if day > last_day:
        return None
    if luck < 0.025:
        return Refund(day, sold.goods + sold.gift_wrap, sold.tax, whole=True)
    line = rng.randrange(len(sold.lines))
    goods = max(1, share(sold.lines[line].paid_minor, rng.randrange(100, 700)))
    tax = divide_half_up(sold.tax * goods, sold.goods + sold.gift_wrap)
    return Refund(day, goods, tax, whole=False, line=line)


def scaled(cents: int, rates: Rates) -> int:
    """Return a catalogue price in the shop's minor units."""
    numerator, denominator = rates.scale
    return divide_half_up(cents * numerator, denominator)


def listing_number(product: int) -> int:
    """Return the number of a product's listing."""
    return _FIRST_LISTING + product * 1013


def _line(rng: Random, rates: Rates, count: int) -> Line:
    product = rng.randrange(len(PRODUCTS))
    price = scaled(PRODUCTS[product][1], rates)
    if not minor_digits(rates.currency):
        price = max(10, price // 10 * 10)
    return Line(product, rng.choices((1, 2, 3), (90, 8, 2))[0], price, _FIRST_TRANSACTION + count * 3)


def _discount(rng: Random, rates: Rates, sold: Sold) -> None:
    items = sold.items
    sold.shipping = 0 if rng.random() < 0.15 else scaled(rng.choice((395, 495, 650, 899, 1295)), rates)
    luck = rng.random()
    if luck < 0.12:
        sold.coupon_percent = rng.choice((10, 15, 20))
        sold.discount = divide_half_up(items * sold.coupon_percent, 100)
    elif luck < 0.15 and sold.shipping:
        sold.shipping_discount, sold.shipping = sold.shipping, 0
    weights = [line.price_minor * line.quantity for line in sold.lines]
    for line, paid in zip(sold.lines, allocate(items - sold.discount, weights), strict=True):
        line.paid_minor = paid
