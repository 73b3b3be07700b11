"""A seeded ledger: entries of two postings, 120 ledger accounts, the years 2023 to 2025, in order of days."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

from closebook.core.ledger.entry import JournalEntry, Posting

LEDGER_ACCOUNTS = 120
FIRST_DAY = dt.date(2023, 1, 1)
DAYS = 1096
STATEMENT_DAY = dt.date(2025, 11, 17)
KINDS = ("assets", "liabilities", "equity", "income", "expenses")


def kind_of(ledger_account: int) -> str:
    """Return the kind of a ledger account, which are numbered from 1; each kind has 24 of them."""
    return KINDS[(ledger_account - 1) % len(KINDS)]


def ledger_entries(postings: int, seed: int) -> Iterator[JournalEntry]:
    """Yield ``postings // 2`` balanced entries; the same seed gives the same."""
    source = random.Random(seed)
    number = postings // 2
    for index in range(number):
        day = FIRST_DAY + dt.timedelta(days=index * DAYS // number)
        debit, credit = source.sample(range(1, LEDGER_ACCOUNTS + 1), 2)
        amount_minor = source.randint(1, 500_000)
        yield JournalEntry(day, [Posting(debit, amount_minor), Posting(credit, -amount_minor)])
