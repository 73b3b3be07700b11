"""Sales per product or service: quantity, amount, share, average price, cost and margin.

Source: QuickBooks Online reports, ItemSales, for the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from closebook.core.money import divide_half_up
from closebook.core.reports.grid import HUNDRED_PERCENT
from closebook.core.reports.opens import Opens
from closebook.core.reports.table import Cell, Column, ColumnKind

MICRO = 1_000_000
_OVER = "Total"
ITEM_COLUMNS = (
    Column("quantity", "Quantity", ColumnKind.QUANTITY, over=_OVER),
    Column("amount", "Amount", ColumnKind.MONEY, over=_OVER),
    Column("share", "% of Sales", ColumnKind.PERCENT, over=_OVER),
    Column("average-price", "Avg Price", ColumnKind.MONEY, over=_OVER),
    Column("cost", "COGS", ColumnKind.MONEY, over=_OVER),
    Column("margin", "Gross Margin", ColumnKind.MONEY, over=_OVER),
    Column("margin-share", "Gross Margin %", ColumnKind.PERCENT, over=_OVER),
)


def share_of(part: int, whole: int) -> int | None:
    """Return part of whole in hundredths of a percent, None of nothing.

    >>> share_of(1, 3), share_of(-1, 4)
    (3333, -2500)
    """
    return divide_half_up(part * HUNDRED_PERCENT * (1 if whole > 0 else -1), abs(whole)) if whole else None


def unit_price(amount_minor: int, quantity_micro: int) -> int | None:
    """Return the amount per unit in minor units, None without a quantity."""
    if not quantity_micro:
        return None
    sign = 1 if quantity_micro > 0 else -1
    return divide_half_up(sign * amount_minor * MICRO, abs(quantity_micro))


class OpensOf(Protocol):
    """Gives the key to the postings of some items: of their sales, or of their cost."""

    def __call__(self, keys: Sequence[int], *, cost: bool) -> Opens:
        """Return the key."""


@dataclass(frozen=True, slots=True)
class ItemCells:
    """Makes the cells of a row from quantity, amount and cost; ``whole_minor`` is the amount of all rows."""

    whole_minor: int
    opens: OpensOf

    def __call__(self, keys: Sequence[int], figures: Sequence[int | None]) -> list[Cell]:
        """Return the cells of the sums of some items."""
        quantity, amount, cost = (value or 0 for value in figures)
        margin = amount - cost
        sold, spent = self.opens(keys, cost=False), self.opens(keys, cost=True)
        return [
            Cell(quantity or None),
            Cell(amount or None, None, sold),
            Cell(share_of(amount, self.whole_minor)),
            Cell(unit_price(amount, quantity)),
            Cell(cost or None, None, spent),
            Cell(margin or None, None, replace(sold, also=(spent,))),
            Cell(share_of(margin, amount)),
        ]
