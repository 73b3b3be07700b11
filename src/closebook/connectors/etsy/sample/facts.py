"""What a sample must come to, added up while it is made and without reading it back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from closebook.connectors.etsy.sample.rows import Row
from closebook.connectors.etsy.sample.selling import Sold
from closebook.core.commerce.records import FeeKind, MovementKind


@dataclass(slots=True)
class MonthFacts:
    """One month: sums of the balance's changes by kind (fees also by fee kind), and the balance before and
    after it.
    """

    month: str
    opening_minor: int
    closing_minor: int = 0
    rows: int = 0
    kinds: dict[MovementKind, int] = field(default_factory=dict)
    fees: dict[FeeKind, int] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Count a row."""
        self.rows += 1
        self.closing_minor += row.effect
        self.kinds[row.kind] = self.kinds.get(row.kind, 0) + row.effect
        if row.fee_kind is not None:
            self.fees[row.fee_kind] = self.fees.get(row.fee_kind, 0) + row.effect


@dataclass(frozen=True, slots=True)
class PayoutFact:
    """One payout: ``carried_minor`` is what remained in the account right after it (0 by construction)."""

    day: dt.date
    amount_minor: int
    returned: bool = False


@dataclass(slots=True)
class OrderSums:
    """Sums over all orders, in minor units."""

    orders: int = 0
    lines: int = 0
    items: int = 0
    discount: int = 0
    shipping: int = 0
    gift_wrap: int = 0
    marketplace_tax: int = 0
    total: int = 0
    processing: int = 0

    def add(self, sold: Sold, processing: int) -> None:
        """Count an order."""
        self.orders += 1
        self.lines += len(sold.lines)
        self.items += sold.items
        self.discount += sold.discount
        self.shipping += sold.shipping
        self.gift_wrap += sold.gift_wrap
        self.marketplace_tax += sold.tax
        self.total += sold.total
        self.processing += processing


@dataclass(slots=True)
class SampleFacts:
    """What was written: ``files`` by stream, and every figure that a reader must find again.

    ``unsettled_minor`` is the balance at the end; ``buyers`` counts different buyers; ``late_refunds``
    fall in a later month than their sale.
    """

    folder: Path
    currency: str
    locale: str
    files: dict[str, list[Path]] = field(default_factory=dict)
    months: list[MonthFacts] = field(default_factory=list)
    payouts: list[PayoutFact] = field(default_factory=list)
    orders: OrderSums = field(default_factory=OrderSums)
    buyers: int = 0
    refunds: int = 0
    late_refunds: int = 0

    @property
    def rows(self) -> int:
        """Return the number of statement rows."""
        return sum(month.rows for month in self.months)

    @property
    def unsettled_minor(self) -> int:
        """Return the balance at the end."""
        return self.months[-1].closing_minor if self.months else 0

    def total(self, kind: MovementKind) -> int:
        """Return the sum of a kind over all months."""
        return sum(month.kinds.get(kind, 0) for month in self.months)

    def fee_total(self, kind: FeeKind) -> int:
        """Return the sum of a fee kind over all months."""
        return sum(month.fees.get(kind, 0) for month in self.months)
