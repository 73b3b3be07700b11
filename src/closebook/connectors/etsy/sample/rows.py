"""Statement rows of an invented shop: what one order, refund or day writes into the payment account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from closebook.connectors.etsy.sample.rates import OFFSITE_PER_MILLE, SHARE_AND_SAVE_PER_MILLE, Rates
from closebook.connectors.etsy.sample.selling import Sold, listing_number, scaled, share, transaction_fee
from closebook.core.commerce.records import FeeKind, MovementKind
from closebook.core.money import divide_half_up

_TITLE_LENGTH = 60
_LAST_MINUTE = 1438
_SUBSCRIPTION_CENTS = 1000


@dataclass(slots=True)
class Row:
    """One row: signed amounts in minor units; ``amount`` and ``fees`` are its two money columns,
    ``payout`` stands in its title.
    """

    day: dt.date
    minute: int
    type: str
    title: str
    info: str
    kind: MovementKind
    fee_kind: FeeKind | None = None
    amount: int = 0
    fees: int = 0
    payout: int = 0

    @property
    def effect(self) -> int:
        """Return what the row adds to the balance."""
        return self.amount + self.fees - self.payout


class Writer:
    """Makes rows of one moment; ``minute`` moves on by one with each row that is asked to come later."""

    def __init__(self, rates: Rates, day: dt.date, minute: int, order: int = 0) -> None:
        """Keep the rates and the moment; ``order`` is the order's number or 0."""
        self._rates, self._day, self._minute = rates, day, minute
        self._order = f"Order #{order}" if order else ""

    def fee(
        self, title: str, fee_kind: FeeKind, minor: int, *, type_word: str = "Fee", info: str = ""
    ) -> Row:
        """Return a row of a fee (negative) or its credit (positive)."""
        info = info or self._order
        return Row(self._day, self._minute, type_word, title, info, MovementKind.FEE, fee_kind, fees=minor)

    def vat(self, title: str, of_minor: int, info: str = "") -> Iterator[Row]:
        """Yield the VAT row of a fee, when the shop is charged VAT and it comes to something."""
        size = share(abs(of_minor), self._rates.vat_per_mille)
        if size:
            minor = -size if of_minor < 0 else size
            later = min(self._minute + 3, _LAST_MINUTE)
            title = f"VAT: {title}"
            yield Row(self._day, later, "VAT", title, info, MovementKind.FEE, FeeKind.VAT_ON_FEES, fees=minor)

    def tax(self, title: str, minor: int) -> Row:
        """Return a row of the buyer's tax."""
        return Row(
            self._day, self._minute, "Tax", title, self._order, MovementKind.MARKETPLACE_TAX, fees=minor
        )

    def gross(self, type_word: str, title: str, kind: MovementKind, minor: int) -> Row:
        """Return a sale or a refund."""
        return Row(self._day, self._minute, type_word, title, "", kind, amount=minor)


def sale_rows(sold: Sold, rates: Rates) -> Iterator[Row]:
    """Yield all rows that an order writes, refund apart."""
    write = Writer(rates, sold.day, sold.minute, sold.number)
    yield write.gross("Sale", f"Payment for Order #{sold.number}", MovementKind.SALE, sold.total)
    if sold.tax:
        yield write.tax("Sales tax paid by buyer", -sold.tax)
    yield from _transaction_rows(sold, write)
    fee = -sold.processing(rates)
    yield write.fee("Processing fee", FeeKind.PROCESSING, fee)
    yield from write.vat("Processing Fee", fee)
    regulatory = -_regulatory(sold, rates)
    if regulatory:
        yield write.fee("Regulatory Operating fee", FeeKind.REGULATORY, regulatory)
        yield from write.vat("Regulatory Operating fee", regulatory)
    yield from _listing_rows(sold, rates)
    yield from _extra_rows(sold, rates, write)


def refund_rows(sold: Sold, rates: Rates, minute: int) -> Iterator[Row]:
    """Yield the rows of an order's refund: the money, its tax, and the fees that are given back."""
    refund = sold.refund
    if refund is None:
        return
    write = Writer(rates, refund.day, minute, sold.number)
    words = "Refund" if refund.whole else "Partial refund"
    money = -(refund.goods_minor + refund.tax_minor)
    yield write.gross("Refund", f"{words} to buyer for Order #{sold.number}", MovementKind.REFUND, money)
    if refund.tax_minor:
        yield write.tax("Refund to buyer for sales tax", refund.tax_minor)
    if not refund.whole:
        line = sold.lines[refund.line]
        credit = transaction_fee(refund.goods_minor)
        if credit:
            yield write.fee(f"Credit for transaction fee on {_cut(line.title)}", FeeKind.TRANSACTION, credit)
            yield from write.vat("transaction credit", credit, f"transaction credit: {line.transaction}")
        return
    yield from _credits(sold, rates, write)


def ads_row(rates: Rates, day: dt.date, minor: int) -> Iterator[Row]:
    """Yield the row of the day after the clicks."""
    clicked = day - dt.timedelta(days=1)
    info = f"Bill for click-throughs to your shop on {clicked:%b} {clicked.day}, {clicked.year}"
    yield Writer(rates, day, 35).fee("Etsy Ads", FeeKind.ADS, -minor, type_word="Marketing", info=info)


def subscription_row(rates: Rates, day: dt.date) -> Row:
    """Return the row of the monthly subscription."""
    minor = -scaled(_SUBSCRIPTION_CENTS, rates)
    title = "Etsy Plus subscription fee"
    return Writer(rates, day, 90).fee(title, FeeKind.SUBSCRIPTION, minor, type_word="Marketing")


def renewal_rows(rates: Rates, day: dt.date, product: int, minute: int) -> Iterator[Row]:
    """Yield the rows of a listing that is renewed because its four months are over."""
    write = Writer(rates, day, minute)
    yield write.fee(
        rates.listing_title, FeeKind.LISTING, -rates.listing, info=f"Listing #{listing_number(product)}"
    )
    yield from write.vat("listing", -rates.listing)


def _transaction_rows(sold: Sold, write: Writer) -> Iterator[Row]:
    for line in sold.lines:
        fee = -transaction_fee(line.paid_minor)
        if fee:
            yield write.fee(f"Transaction fee: {_cut(line.title)}", FeeKind.TRANSACTION, fee)
            yield from write.vat("transaction", fee, f"transaction: {line.transaction}")
    if sold.shipping:
        fee = -transaction_fee(sold.shipping)
        yield write.fee("Transaction fee: Shipping", FeeKind.SHIPPING_TRANSACTION, fee)
        yield from write.vat("shipping_transaction", fee)


def _listing_rows(sold: Sold, rates: Rates) -> Iterator[Row]:
    write = Writer(rates, sold.day, min(sold.minute + 1, _LAST_MINUTE))
    for line in sold.lines:
        info = f"Listing #{listing_number(line.product)}"
        for piece in range(line.quantity):
            yield write.fee(rates.listing_title, FeeKind.LISTING, -rates.listing, info=info)
            words = "multi-quantity" if piece else "auto-renew sold"
            yield from write.vat(
                words, -rates.listing, f"auto-renew sold : {line.transaction}" if not piece else ""
            )


def _extra_rows(sold: Sold, rates: Rates, write: Writer) -> Iterator[Row]:
    if sold.offsite:
        fee = -_offsite(sold, rates)
        yield write.fee(
            "Fee for sale made through Offsite Ads", FeeKind.OFFSITE_ADS, fee, type_word="Marketing"
        )
        yield from write.vat("Offsite Ads fee", fee)
    if sold.share_and_save:
        saved = share(sold.items - sold.discount, SHARE_AND_SAVE_PER_MILLE)
        yield write.fee("Share & Save refund", FeeKind.SHARE_AND_SAVE, saved)
    if sold.fee_tax:
        tax = share(transaction_fee(sold.items - sold.discount), rates.fee_tax_per_mille)
        if tax:
            yield write.fee("Tax: Transaction", FeeKind.TAX_ON_FEES, -tax, type_word="Tax")
    if sold.label:
        day = sold.day + dt.timedelta(days=1 + sold.number % 3)
        late = Writer(rates, day, 600 + sold.minute // 3)
        info = f"Label #{sold.number * 3 % 90_000_000_000}"
        title = "USPS shipping label" if rates.currency == "USD" else "Shipping label"
        yield late.fee(title, FeeKind.SHIPPING_LABEL, -sold.label, type_word="Shipping", info=info)


def _credits(sold: Sold, rates: Rates, write: Writer) -> Iterator[Row]:
    for line in sold.lines:
        credit = transaction_fee(line.paid_minor)
        if credit:
            yield write.fee(f"Credit for transaction fee on {_cut(line.title)}", FeeKind.TRANSACTION, credit)
            yield from write.vat("transaction credit", credit, f"transaction credit: {line.transaction}")
    if sold.shipping:
        credit = transaction_fee(sold.shipping)
        yield write.fee("Credit for transaction fee on shipping", FeeKind.SHIPPING_TRANSACTION, credit)
        yield from write.vat("shipping transaction credit", credit, f"order: {sold.number}")
    processing = sold.processing(rates)
    yield write.fee("Credit for processing fee", FeeKind.PROCESSING, processing)
    yield from write.vat("Processing Fee", processing)
    regulatory = _regulatory(sold, rates)
    if regulatory:
        yield write.fee("Credit for Regulatory Operating fee", FeeKind.REGULATORY, regulatory)
        yield from write.vat("Credit for Regulatory Operating fee", regulatory)
    if sold.offsite:
        credit = _offsite(sold, rates)
        yield write.fee("Credit for Offsite Ads fee", FeeKind.OFFSITE_ADS, credit, type_word="Marketing")
        yield from write.vat("Offsite Ads fee credit", credit)


def _regulatory(sold: Sold, rates: Rates) -> int:
    return divide_half_up(sold.goods * rates.regulatory_per_ten_thousand, 10_000)


def _offsite(sold: Sold, rates: Rates) -> int:
    return min(share(sold.goods, OFFSITE_PER_MILLE), rates.offsite_cap)


def _cut(title: str) -> str:
    return title if len(title) <= _TITLE_LENGTH else title[:_TITLE_LENGTH].rstrip() + "..."
