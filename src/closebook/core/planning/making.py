"""What the makers of documents share: the chart, memos, numbers, and the lists that they fill."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from closebook.core.commerce.records import Order
from closebook.core.money import format_minor
from closebook.core.planning.chart import Chart
from closebook.core.planning.desired import Hold
from closebook.core.planning.documents import Document
from closebook.core.planning.naming import day_group, digest, number_of, order_group, short_day
from closebook.core.planning.profile import Profile
from closebook.core.planning.standing import NOTHING_STANDS, Standing


class Making:
    """One making of documents: its inputs, and what came of it.

    ``trade`` are the documents of sales, refunds, taxes and fees, which may be folded into summaries;
    ``direct`` are the others. ``decisions`` maps keys to the word by which a person resolved a hold;
    ``standing`` is what the books hold of invoices.
    """

    def __init__(
        self,
        profile: Profile,
        orders: Mapping[str, Order],
        decisions: Mapping[str, str],
        standing: Standing = NOTHING_STANDS,
    ) -> None:
        """Take the inputs; nothing is made yet."""
        self.profile = profile
        self.chart = Chart(profile)
        self.currency = profile.currency
        self.orders = orders
        self.decisions = decisions
        self.standing = standing
        self.trade: list[Document] = []
        self.direct: list[Document] = []
        self.holds: list[Hold] = []
        self.notes: list[str] = []
        self.other_currency: set[str] = set()
        self._short = lru_cache(maxsize=1024)(short_day)
        self._mark = f"[closebook {profile.connection}:"
        self._shop = digest(profile.connection, 4)

    def memo(self, text: str, key: str) -> str:
        """Return a memo that ends in the marker of a key."""
        return f"{text} {self._mark}{key}]"

    def group(self, order_ref: str, day: dt.date) -> str:
        """Return the group of a movement."""
        return order_group(order_ref) if order_ref else day_group(day)

    def number(self, letter: str, order_ref: str, day: dt.date | None) -> str:
        """Return the number of an order's document (with the day when it may have several) or of a day's
        document.
        """
        code = self.profile.number_prefix + letter
        short = self._short(day) if day else ""
        return number_of(code, order_ref, short) if order_ref else number_of(code, short, self._shop)

    def number_of_row(self, letter: str, day: dt.date, tag: str) -> str:
        """Return the number of a document that stands for one row, known by its tag."""
        return number_of(self.profile.number_prefix + letter, short_day(day), tag)

    def order_of(self, order_ref: str) -> Order | None:
        """Return the order if it is known."""
        return self.orders.get(order_ref) if order_ref else None

    def money(self, amount_minor: int) -> str:
        """Return an amount for a sentence."""
        return format_minor(amount_minor, self.currency)
