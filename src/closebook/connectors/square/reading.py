"""Rows of Square's files as source records: keyed by payment, by line of a sale, by row of a transfer.

Two fields are added to those of the file: ``day`` is the ISO day as the file shows it, ``currency`` the
code that the symbol names, "" for a symbol that several currencies share: then the connection's currency is
meant.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator

from closebook.connectors.base import RowError
from closebook.connectors.delimited import Table, checked_id, fold, rows, truncated
from closebook.connectors.square.cells import currency_sign, day_of, is_day_first, minor_of, plain_amount
from closebook.connectors.square.columns import ITEMS, MONEY, TRANSACTIONS, TRANSFERS
from closebook.core.commerce.records import SourceRecord
from closebook.core.errors import InputError

Rows = Iterator[SourceRecord | RowError]
_ITEM_FACTS = (
    "transaction_id", "payment_id", "event_type", "item", "qty", "price_point_name", "sku",
    "modifiers_applied", "notes", "itemization_type",
)  # fmt: skip
_MORE_FACTS = (
    "deposit_id", "deposit_date", "customer_id", "customer_name", "other_tender_type", "location",
    "transaction_status", "event_type", "refund_reason",
)  # fmt: skip


def read_rows(table: Table) -> Rows:
    """Return the rows of a table as a stream; a row that cannot be understood is a RowError.

    Raises InputError truncated-file at the call when the last row was cut within a cell.
    """
    reader = _Reader(table)
    if not table.file.ends_with_newline:
        last: SourceRecord | RowError | None = None
        for row, cells in rows(table):
            last = reader.record(row, cells)
        if isinstance(last, RowError):
            raise truncated(table)
        reader = _Reader(table)
    return (reader.record(row, cells) for row, cells in rows(table))


class _Reader:
    """Makes records of one file's rows, one at a time."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._stream = table.layout.stream
        self._day_column = "deposit_date" if self._stream == TRANSFERS else "date"
        self._day_first = _days_lead(table, self._day_column)
        self._money = [name for name in table.layout.names if name.removesuffix("#2") in MONEY[self._stream]]
        self._seen: Counter[int] = Counter()
        self._key: Callable[[dict[str, str], str], tuple[str, str]] = {
            TRANSACTIONS: self._transaction,
            ITEMS: self._item,
            TRANSFERS: self._transfer,
        }[self._stream]

    def record(self, row: int, cells: dict[str, str]) -> SourceRecord | RowError:
        """Return the record of a row's cells, or the error that the row has."""
        table = self._table
        if "short" in cells:
            text = f"The row has {cells['short']} cells; {table.layout.needed} are needed."
            return RowError(
                "too-few-cells", text, remedy="Use the file as downloaded.", place=table.place(row)
            )
        column = self._day_column
        try:
            day = day_of(cells[column], day_first=self._day_first).isoformat()
            for column in self._money:
                minor_of(cells.get(column, ""), currency_sign(cells.get(column, "")) or "USD")
            for column in ("transaction_id", "payment_id", "deposit_id"):
                cells[column] = checked_id(cells.get(column, ""), table, row, column)
        except InputError as error:
            place = error.place if error.place.file else table.place(row, column)
            return RowError(error.code, error.message, remedy=error.remedy, place=place)
        cells["day"] = day
        cells["currency"] = next(filter(None, (currency_sign(cells[name]) for name in self._money)), "")
        facts = "\x1f".join(plain_amount(cells.get(name, "")) for name in MONEY[self._stream])
        key, group = self._key(cells, facts)
        more = [_folded(cells.get(name, "")) for name in _MORE_FACTS]
        digest = _print("\x1f".join([day, cells.get("time", ""), facts, key, *more]))
        return SourceRecord(self._stream, key, group, digest, cells, table.name, row)

    def _transaction(self, cells: dict[str, str], _facts: str) -> tuple[str, str]:
        order = cells["transaction_id"] or cells["payment_id"]
        key = cells["payment_id"] or f"{order}:{_folded(cells.get('event_type', ''))}"
        return key[:80], f"order:{order}"[:80]

    def _item(self, cells: dict[str, str], facts: str) -> tuple[str, str]:
        own = "\x1f".join(_folded(cells.get(name, "")) for name in _ITEM_FACTS)
        return self._numbered(_print(own + facts)), f"order:{cells['transaction_id']}"[:80]

    def _transfer(self, cells: dict[str, str], facts: str) -> tuple[str, str]:
        names = (cells["deposit_id"], cells["payment_id"], _folded(cells["type"]), facts)
        return self._numbered(_print("\x1f".join(names))), f"day:{cells['day']}"

    def _numbered(self, print_: str) -> str:
        """Return a fingerprint with its number among equal rows of the file."""
        self._seen[hash(print_)] += 1
        return f"{print_}-{self._seen[hash(print_)]}"


def _days_lead(table: Table, column: str) -> bool:
    """Tell whether the file writes the day before the month: a first number goes above twelve."""
    first = next((cells.get(column, "") for _, cells in rows(table)), "")
    if "/" not in first:
        return False
    return any(is_day_first(cells.get(column, "")) for _, cells in rows(table))


def _folded(text: str) -> str:
    return fold(text) if len(text) < 200 else text.casefold()


def _print(text: str) -> str:
    return hashlib.blake2b(text.encode("ascii", "ignore"), digest_size=16).hexdigest()
