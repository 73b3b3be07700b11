"""Balances by day, by month and by year, kept in step with the postings in the same transaction.

Debits and credits are added up in memory and written once a batch: a trigger per posting would cost more
than the posting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TypeAlias

from closebook.apps.books.services.journal_rows import POSTING_COLUMNS, Row, insert_rows

_Key: TypeAlias = tuple[str, int, int, int]
"""ISO day, ledger account, class or 0, location or 0."""

_column = POSTING_COLUMNS.index
_key_of = itemgetter(_column("day"), _column("ledger_account"), _column("klass"), _column("location"))
_amount_of = itemgetter(_column("amount_minor"))

TABLES = {"day_balance": "day", "month_balance": "month_first_day", "year_balance": "year_first_day"}
"""Each table of balances with its column of days."""

SUM_COLUMNS = ("ledger_account", "klass", "location", "debit_minor", "credit_minor", "company_id")
_ADD = """
    ON CONFLICT (company_id, {day}, ledger_account, klass, location) DO UPDATE SET
        debit_minor = {table}.debit_minor + excluded.debit_minor,
        credit_minor = {table}.credit_minor + excluded.credit_minor
"""


class Fold:
    """Sums of debits and of credits, both positive, by day, ledger account, class or 0 and location or 0."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.debits: defaultdict[_Key, int] = defaultdict(int)
        self.credits: defaultdict[_Key, int] = defaultdict(int)

    def __len__(self) -> int:
        """Return the number of sums."""
        return len(self.debits) + len(self.credits)

    def add(self, rows: Sequence[Row]) -> None:
        """Add postings, as rows of their table."""
        debits, opposite = self.debits, self.credits
        for key, amount_minor in zip(map(_key_of, rows), map(_amount_of, rows), strict=True):
            if amount_minor > 0:
                debits[key] += amount_minor
            else:
                opposite[key] -= amount_minor

    def by_first_day(self, kept: int, rest: str) -> Fold:
        """Return the same sums by month or year: days keep so many characters and end with ``rest``."""
        longer = Fold()
        for ours, theirs in ((self.debits, longer.debits), (self.credits, longer.credits)):
            for (day, ledger_account, klass, location), amount_minor in ours.items():
                theirs[day[:kept] + rest, ledger_account, klass, location] += amount_minor
        return longer

    def rows(self) -> Iterator[tuple[str | int, ...]]:
        """Yield key, debit and credit in the order of keys, the same for every writer."""
        for key in sorted(self.debits.keys() | self.credits.keys()):
            yield (*key, self.debits.get(key, 0), self.credits.get(key, 0))


def rollup_add(company_id: int, fold: Fold) -> None:
    """Add the sums to the tables of balances.

    All writers go by the same order of keys, so that two of them cannot lock each other out.
    """
    months = fold.by_first_day(8, "01")
    years = months.by_first_day(5, "01-01")
    for (table, day), sums in zip(TABLES.items(), (fold, months, years), strict=True):
        rows = [(*row, company_id) for row in sums.rows()]
        insert_rows(table, (day, *SUM_COLUMNS), rows, _ADD.format(table=table, day=day))
