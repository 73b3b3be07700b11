"""What a bank says, in our words: lines, balances and statements, whatever file they came from.

Amounts are integer minor units of the statement's currency; positive comes into the bank account, negative
goes out of it. Days are the bank's own, never converted between time zones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class LineKind(StrEnum):
    """What a bank calls a line, as far as its file tells."""

    TRANSFER = "transfer"
    DIRECT_DEBIT = "direct-debit"
    CARD = "card"
    CASH = "cash"
    CHECK = "check"
    FEE = "fee"
    INTEREST = "interest"
    RETURNED = "returned"
    OTHER = "other"


class BalanceProof(StrEnum):
    """Whether opening balance and lines make the closing balance."""

    HOLDS = "holds"
    DIFFERS = "differs"
    UNKNOWN = "unknown"  # the file names fewer than two balances


@dataclass(frozen=True, slots=True)
class BankPart:
    """One payment of several that a bank booked as one line; its amount is None where the bank tells none."""

    amount_minor: int | None
    counterparty: str
    text: str
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BankLine:
    """One line of a bank statement.

    ``source_id`` is the bank's own id ("" without one), never unique by itself. ``references`` are the ids
    that payer and payee gave. ``row`` is the line or element of the file, counted from 1. ``original_minor``
    is what was paid in ``original_currency`` before the bank converted it.
    """

    day: dt.date
    amount_minor: int
    currency: str
    counterparty: str = ""
    text: str = ""
    references: tuple[str, ...] = ()
    kind: LineKind = LineKind.OTHER
    source_id: str = ""
    row: int = 0
    value_day: dt.date | None = None
    original_minor: int | None = None
    original_currency: str = ""
    parts: tuple[BankPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """What a bank account holds at the end of a day, as its file says."""

    day: dt.date | None
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BankStatement:
    """The lines of one bank account in one file, in the file's order, with what the bank says around them.

    ``number`` is the account's number or IBAN as the file writes it, "" in a file that names none.
    """

    number: str
    bank: str
    currency: str
    lines: tuple[BankLine, ...]
    opening: Balance | None = None
    closing: Balance | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    warnings: tuple[str, ...] = ()

    @property
    def total_minor(self) -> int:
        """Return the sum of all lines."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def difference_minor(self) -> int:
        """Return opening + lines - closing; 0 where the file does not name both balances."""
        if self.opening is None or self.closing is None:
            return 0
        return self.opening.amount_minor + self.total_minor - self.closing.amount_minor

    @property
    def proof(self) -> BalanceProof:
        """Return whether opening and lines make the closing balance."""
        if self.opening is None or self.closing is None:
            return BalanceProof.UNKNOWN
        return BalanceProof.DIFFERS if self.difference_minor else BalanceProof.HOLDS


def days_of(lines: Sequence[BankLine]) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of some lines, None for none."""
    days = [line.day for line in lines]
    return (min(days), max(days)) if days else (None, None)
