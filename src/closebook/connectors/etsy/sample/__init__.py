"""An invented shop's year in Etsy's own file formats, with the figures that a reader must find again.

Everything follows from the seed. The shop has repeat buyers, coupons, gift wrap, refunds (some a month
later), advertising, shipping labels, weekly payouts of which one bounces, and a holiday in its third month
that ends with a negative balance, paid by card on the first day of the next.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from random import Random

from closebook.connectors.etsy.sample.account import Account
from closebook.connectors.etsy.sample.catalog import PRODUCTS
from closebook.connectors.etsy.sample.facts import MonthFacts, OrderSums, PayoutFact, SampleFacts
from closebook.connectors.etsy.sample.files import MonthFiles
from closebook.connectors.etsy.sample.forms import form_of
from closebook.connectors.etsy.sample.rates import Rates, rates_of
from closebook.connectors.etsy.sample.rows import (
    ads_row,
    refund_rows,
    renewal_rows,
    sale_rows,
    subscription_row,
)
from closebook.connectors.etsy.sample.selling import Sold, refund_of, scaled, sell
from closebook.core.periods import Month

__all__ = ["MonthFacts", "OrderSums", "PayoutFact", "SampleFacts", "write_sample"]

_HOLIDAY_MONTH, _HOLIDAY_DAY = 2, 24
_FIRST_MINUTE, _LAST_MINUTE = 20, 1400
_RENEWALS_A_MONTH = 3
_SUBSCRIPTION_DAY = 9
_ADS_CENTS_AN_ORDER = 60
_BUYERS_PER_HUNDRED_ORDERS = 80


def write_sample(
    folder: Path,
    *,
    rows: int,
    seed: int,
    first_month: Month | str,
    months: int = 12,
    currency: str = "USD",
    locale: str = "en-US",
) -> SampleFacts:
    """Write about ``rows`` statement rows with their orders, items, payments and deposits, one file each a
    month.

    Returns the figures of what was written. Memory is that of one month. Raises InputError no-such-sample
    for a currency or locale that no sample exists for.
    """
    first = Month.parse(first_month) if isinstance(first_month, str) else first_month
    folder.mkdir(parents=True, exist_ok=True)
    year = _ShopYear(SampleFacts(folder, currency, locale), rates_of(currency), seed, first, months, rows)
    form = form_of(locale)
    for index in range(months):
        month = first.shift(index)
        orders = year.sell_month(index, month)
        paid = len(year.facts.payouts)
        opening = year.account.balance
        facts = MonthFacts(str(month), opening, opening)
        written = list(year.account.month(facts, month.first_day, month.last_day))
        year.facts.months.append(facts)
        paths = MonthFiles(folder, month, year.rates, form).all(written, orders, year.facts.payouts[paid:])
        for stream, path in paths.items():
            year.facts.files.setdefault(stream, []).append(path)
    year.facts.buyers = len(year.buyers)
    return year.facts


def _holiday(first: Month, months: int) -> tuple[dt.date, dt.date]:
    """Return the days without orders and refunds, none (the end before the start) when the sample is too
    short.
    """
    month = first.shift(_HOLIDAY_MONTH)
    start = month.first_day.replace(day=_HOLIDAY_DAY)
    return start, month.last_day if months > _HOLIDAY_MONTH + 1 else start - dt.timedelta(days=1)


class _ShopYear:
    """The shop's course: what is sold in each month and what that writes into the account."""

    def __init__(
        self, facts: SampleFacts, rates: Rates, seed: int, first: Month, months: int, rows: int
    ) -> None:
        self.facts, self.rates = facts, rates
        self.buyers: set[int] = set()
        self._rng = Random(seed)  # noqa: S311 - an invented shop, no secret
        self._months, self._rows = months, rows
        self._away = _holiday(first, months)
        self._last_day = first.shift(months - 1).last_day
        self.account = Account(facts, first.first_day, self._last_day)
        orders_a_day = rows * 10 // rates.rows_per_order // (months * 30)
        self._ads = max(12, orders_a_day * _ADS_CENTS_AN_ORDER)
        self._pool = max(5, rows * 10 // rates.rows_per_order * _BUYERS_PER_HUNDRED_ORDERS // 100)

    def sell_month(self, index: int, month: Month) -> list[Sold]:
        """Return the orders of a month and put their rows into the account."""
        holiday = Month.of(self._away[0]) == month and self._away[0] <= self._away[1]
        if holiday:
            self.account.pay_out_on(self._away[0] + dt.timedelta(days=1))
        self._upkeep(month)
        wanted = self._rows * (index + 1) // self._months - self.account.taken
        count = max(1, wanted * 10 // self._rows_per_order())
        moments = sorted(self._moment(month, holiday=holiday) for _ in range(count))
        return [self._sell(moment) for moment in moments]

    def _rows_per_order(self) -> int:
        """Return tenths: the rate's own figure at first, then what the orders really wrote."""
        orders = self.facts.orders.orders
        return self.account.taken * 10 // orders if orders else self.rates.rows_per_order

    def _moment(self, month: Month, *, holiday: bool) -> tuple[dt.date, int]:
        last = _HOLIDAY_DAY - 1 if holiday else month.last_day.day
        day = month.first_day.replace(day=self._rng.randint(1, last))
        return day, self._rng.randint(_FIRST_MINUTE, _LAST_MINUTE)

    def _sell(self, moment: tuple[dt.date, int]) -> Sold:
        rng, rates = self._rng, self.rates
        sold = sell(rng, rates, self.facts.orders.orders, moment, self._pool)
        sold.refund = refund_of(rng, sold, self._last_day)
        if sold.refund and self._away[0] <= sold.refund.day <= self._away[1]:
            sold.refund.day = self._away[1] + dt.timedelta(days=3)
        self.facts.orders.add(sold, sold.processing(rates))
        self.buyers.add(sold.buyer)
        for row in sale_rows(sold, rates):
            row.minute = min(row.minute + rng.randrange(4), _LAST_MINUTE + 38)
            self.account.push(row)
        if sold.refund:
            self.facts.refunds += 1
            self.facts.late_refunds += Month.of(sold.refund.day) != Month.of(sold.day)
            same_day = sold.refund.day == sold.day
            minute = (
                min(sold.minute + 30, _LAST_MINUTE + 38)
                if same_day
                else rng.randint(_FIRST_MINUTE, _LAST_MINUTE)
            )
            for row in refund_rows(sold, rates, minute):
                self.account.push(row)
        return sold

    def _upkeep(self, month: Month) -> None:
        """Put what does not hang on orders into the account: advertising of each day, a subscription, some
        renewals.
        """
        self.account.push(subscription_row(self.rates, month.first_day.replace(day=_SUBSCRIPTION_DAY)))
        for number in range(1, month.last_day.day + 1):
            day = month.first_day.replace(day=number)
            for row in ads_row(
                self.rates, day, scaled(self._rng.randrange(self._ads, self._ads * 3), self.rates)
            ):
                self.account.push(row)
        for _ in range(_RENEWALS_A_MONTH):
            day = month.first_day.replace(day=self._rng.randint(1, month.last_day.day))
            product = self._rng.randrange(len(PRODUCTS))
            for row in renewal_rows(self.rates, day, product, self._rng.randint(_FIRST_MINUTE, _LAST_MINUTE)):
                self.account.push(row)
