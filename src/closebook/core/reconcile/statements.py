"""Reconciling a bank statement: opening balance + cleared lines = closing balance, to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line of the statement, and whether something in the books answers it."""

    day: dt.date
    amount_minor: int
    cleared: bool


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How a statement stands. ``books_minor`` is the ledger account's balance at its last day."""

    opening_minor: int
    closing_minor: int
    cleared_minor: int
    open_minor: int
    cleared_count: int
    open_count: int
    books_minor: int

    @property
    def statement_difference_minor(self) -> int:
        """Return closing - opening - all lines: what the imported lines miss of the statement."""
        return self.closing_minor - self.opening_minor - self.cleared_minor - self.open_minor

    @property
    def difference_minor(self) -> int:
        """Return closing - opening - cleared lines: 0 when every line is answered."""
        return self.closing_minor - self.opening_minor - self.cleared_minor

    @property
    def books_difference_minor(self) -> int:
        """Return closing balance - books: what is in the books and not on the statement, or the reverse."""
        return self.closing_minor - self.books_minor

    @property
    def done(self) -> bool:
        """Tell whether the statement may be closed."""
        return not self.difference_minor and not self.open_count


def reconciliation(
    lines: Iterable[StatementLine], opening_minor: int, closing_minor: int, books_minor: int
) -> Reconciliation:
    """Return how a statement stands with its lines."""
    cleared = [0, 0]
    still = [0, 0]
    for line in lines:
        pile = cleared if line.cleared else still
        pile[0] += line.amount_minor
        pile[1] += 1
    return Reconciliation(
        opening_minor, closing_minor, cleared[0], still[0], cleared[1], still[1], books_minor
    )
