"""Postings and balanced journal entries.

A posting is one side: positive minor units are a debit, negative a credit, in the company's home
currency; ``foreign_minor`` holds the amount in ``currency`` where that differs from home. Ids are the record
store's internal ids (integers).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.core.errors import InvariantError


@dataclass(slots=True)
class Posting:
    """One side of a journal entry."""

    ledger_account: int
    amount_minor: int
    counterparty: int | None = None
    item: int | None = None
    klass: int | None = None
    location: int | None = None
    currency: str = ""
    foreign_minor: int | None = None
    quantity_micro: int | None = None  # stock movement, millionths of a unit
    memo: str = ""
    line: str = ""  # the document line's id, where there is one


@dataclass(slots=True)
class JournalEntry:
    """The postings of one record on one day. An entry without postings is valid (a voided document)."""

    day: dt.date
    postings: list[Posting]

    def check(self) -> None:
        """Raise InvariantError unless debits equal credits."""
        difference = sum([posting.amount_minor for posting in self.postings])
        if difference:
            raise InvariantError(
                "entry-not-balanced", f"Debits and credits of {self.day} differ by {difference}."
            )
