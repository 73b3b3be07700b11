"""Stock at average cost: quantities in millionths of a unit, values in home minor units.

The value of what is on hand always equals what the inventory ledger account holds for the item. What is sold
below zero leaves at the last known average, or at 0 when nothing was on hand; the next receipt brings the
difference to cost of goods sold, so that no unit keeps a wrong cost. Movements count in the order in which
they are entered, not by day.
"""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.errors import InvariantError
from closebook.core.money import divide_half_up


@dataclass(frozen=True, slots=True)
class Stock:
    """Quantity on hand and its value."""

    quantity_micro: int = 0
    value_minor: int = 0

    def worth(self, quantity_micro: int) -> int:
        """Return the value of a quantity at the average cost; 0 where none is known.

        >>> Stock(3_000_000, 1000).worth(1_000_000)
        333
        """
        on_hand, value = self.quantity_micro, self.value_minor
        if not on_hand or (value < 0) != (on_hand < 0):
            return 0
        return divide_half_up(abs(value) * quantity_micro, abs(on_hand))

    @property
    def has_average(self) -> bool:
        """Tell whether an average cost is known."""
        return (
            self.quantity_micro != 0
            and self.value_minor != 0
            and (self.value_minor < 0) == (self.quantity_micro < 0)
        )

    def moved(self, quantity_micro: int, value_minor: int) -> Stock:
        """Return the stock after a movement of so much quantity and value."""
        return Stock(self.quantity_micro + quantity_micro, self.value_minor + value_minor)


def issue(stock: Stock, quantity_micro: int) -> tuple[Stock, int]:
    """Return (stock afterwards, cost) of goods that leave; the last unit takes all the value that is left.

    >>> issue(Stock(3_000_000, 1000), 3_000_000)
    (Stock(quantity_micro=0, value_minor=0), 1000)
    """
    if quantity_micro <= 0:
        raise InvariantError("quantity-not-positive", f"Cannot issue {quantity_micro} millionths.")
    cost = stock.worth(quantity_micro)
    if stock.quantity_micro in {0, quantity_micro}:
        cost = stock.value_minor
    return stock.moved(-quantity_micro, -cost), cost


def receive(stock: Stock, quantity_micro: int, value_minor: int) -> tuple[Stock, int]:
    """Return (stock afterwards, variance) of goods that come in for so much.

    The variance is the part of the value that belongs to cost of goods sold, because goods were sold before
    they came in at another cost: the inventory ledger account grows by value less variance.

    >>> receive(Stock(-3_000_000, -30), 10_000_000, 120)
    (Stock(quantity_micro=7000000, value_minor=84), 6)
    """
    if quantity_micro <= 0:
        raise InvariantError("quantity-not-positive", f"Cannot receive {quantity_micro} millionths.")
    after = stock.moved(quantity_micro, value_minor)
    if stock.quantity_micro >= 0:
        return after, 0
    if after.quantity_micro > 0:
        right = divide_half_up(value_minor * after.quantity_micro, quantity_micro)
    elif after.quantity_micro == 0:
        right = 0
    else:
        right = -stock.worth(-after.quantity_micro)
    return Stock(after.quantity_micro, right), after.value_minor - right
