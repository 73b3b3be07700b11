"""Fee rates of invented shops, per payment account currency. They are data for plausible samples and
decide nothing else.

Rates follow what sellers were charged in 2026: 6.5 % of item and shipping price, processing by country, a
listing fee of 0.20 USD, 12 or 15 % for Offsite Ads with a cap of 100 USD.
"""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.errors import InputError

PER_MILLE = 1000
TRANSACTION_PER_MILLE = 65
OFFSITE_PER_MILLE = 150
SHARE_AND_SAVE_PER_MILLE = 40


@dataclass(frozen=True, slots=True)
class Rates:
    """What a shop of one currency pays; amounts in minor units.

    ``scale`` turns the catalogue's prices (cents of a dollar) into minor units as (numerator, denominator).
    ``vat_per_mille`` is charged on fees, ``fee_tax_per_mille`` is a state's tax on fees (some US shops).
    ``buyer_tax_share`` is the share per mille of orders on which the marketplace collects tax from the buyer.
    """

    currency: str
    sign: str
    scale: tuple[int, int]
    processing_per_mille: int
    processing_fixed: int
    listing: int
    listing_title: str
    regulatory_per_ten_thousand: int
    vat_per_mille: int
    fee_tax_per_mille: int
    buyer_tax_share: int
    gift_wraps: tuple[int, ...]
    offsite_cap: int
    rows_per_order: int  # tenths


_PLAIN, _IN_DOLLARS = "Listing fee", "Listing fee ($0.20 USD)"
_WRAPS = (300, 400, 600)
_ALL = (
    Rates("USD", "$", (1, 1), 30, 25, 20, _PLAIN, 0, 0, 80, 850, _WRAPS, 10_000, 83),
    Rates("CAD", "CA$", (13, 10), 30, 25, 27, _IN_DOLLARS, 115, 0, 50, 600, _WRAPS, 13_500, 92),
    Rates("AUD", "A$", (14, 10), 30, 25, 30, _IN_DOLLARS, 0, 0, 0, 500, _WRAPS, 15_000, 78),
    Rates("GBP", "£", (8, 10), 40, 20, 16, _IN_DOLLARS, 32, 200, 0, 200, _WRAPS, 8_000, 132),
    Rates("EUR", "€", (9, 10), 40, 30, 18, _IN_DOLLARS, 47, 190, 0, 150, _WRAPS, 9_000, 131),
    Rates("SEK", "kr ", (10, 1), 40, 300, 190, _IN_DOLLARS, 0, 0, 0, 150, (3000, 4000), 95_000, 75),
    Rates("JPY", "¥", (3, 2), 36, 40, 30, _IN_DOLLARS, 0, 0, 0, 0, (300, 400), 15_000, 72),
)
_BY_CURRENCY = {rates.currency: rates for rates in _ALL}


def rates_of(currency: str) -> Rates:
    """Return the rates of a currency; InputError when no sample is made in it."""
    found = _BY_CURRENCY.get(currency)
    if found is None:
        known = ", ".join(_BY_CURRENCY)
        raise InputError(
            "no-such-sample", f"There is no sample shop in {currency}.", remedy=f"Choose one of {known}."
        )
    return found
