"""Sums by customer, vendor and item of each ledger account and month, kept in step with the postings.

Postings without a name are left out: they are what the balance of the ledger account has beside the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from closebook.apps.books.services.journal_rows import POSTING_COLUMNS, Row, insert_rows

_Key: TypeAlias = tuple[str, int, str, int]
"""Dimension, ledger account, first day of the month, key of the object."""

_column = POSTING_COLUMNS.index
_ACCOUNT, _DAY, _AMOUNT = _column("ledger_account"), _column("day"), _column("amount_minor")
_QUANTITY, _COUNTERPARTY, _ITEM = _column("quantity_micro"), _column("counterparty"), _column("item")
NAME_COLUMNS = (
    "dimension",
    "ledger_account",
    "month_first_day",
    "object_key",
    "amount_minor",
    "quantity_micro",
    "company_id",
)
_ADD = """
    ON CONFLICT (company_id, dimension, ledger_account, month_first_day, object_key) DO UPDATE SET
        amount_minor = name_balance.amount_minor + excluded.amount_minor,
        quantity_micro = name_balance.quantity_micro + excluded.quantity_micro
"""


class NameFold:
    """Sums of amounts and of quantities by name, ledger account and month."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.amounts: defaultdict[_Key, int] = defaultdict(int)
        self.quantities: defaultdict[_Key, int] = defaultdict(int)

    def __len__(self) -> int:
        """Return the number of sums."""
        return len(self.amounts)

    def add(self, rows: Iterable[Row]) -> None:
        """Add postings, as rows of their table."""
        for row in rows:
            if row[_COUNTERPARTY]:
                self._add("counterparty", row[_COUNTERPARTY], row)
            if row[_ITEM]:
                self._add("item", row[_ITEM], row)

    def _add(self, dimension: str, key: int, row: Row) -> None:
        where = (dimension, row[_ACCOUNT], row[_DAY][:8] + "01", key)
        self.amounts[where] += row[_AMOUNT]
        if row[_QUANTITY]:
            self.quantities[where] += row[_QUANTITY]

    def rows(self) -> Iterator[tuple[str | int, ...]]:
        """Yield key, amount and quantity in the order of keys, the same for every writer."""
        for key in sorted(self.amounts):
            yield (*key, self.amounts[key], self.quantities.get(key, 0))


def name_sums_add(company_id: int, fold: NameFold) -> None:
    """Add the sums to the table."""
    insert_rows("name_balance", NAME_COLUMNS, [(*row, company_id) for row in fold.rows()], _ADD)
