"""Etsy Payments deposits: one row per payout to the bank, for checking the statement's payouts.

Source: Etsy, Download data, ``EtsyDeposits2026-9.csv``. There is no id: day, amount and the bank account's
last digits are the key, with a number among equal rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from closebook.connectors.base import RowError
from closebook.connectors.etsy.amounts import minor_of
from closebook.connectors.etsy.cells import Cells, read_cells
from closebook.connectors.etsy.columns import DEPOSITS
from closebook.connectors.etsy.table import Table, last_cells, truncated
from closebook.core.commerce.records import DepositDetail, SourceRecord

_BANK_DIGITS = 4


def read_deposits(table: Table) -> Iterator[SourceRecord | RowError]:
    """Return a record for each deposit, a RowError for each row that cannot be understood.

    Raises InputError truncated-file before the first record.
    """
    cells, _ = last_cells(table)
    if (
        not table.file.ends_with_newline
        and cells
        and len("".join(ch for ch in cells[-1] if ch.isdigit())) < _BANK_DIGITS
    ):
        raise truncated(table)
    seen: dict[str, int] = {}

    def record(cell: Cells) -> SourceRecord:
        day = cell.fields["day"] = cell.day("date")
        currency = cell.currency()
        amount = cell.minor("amount", currency)
        digits = bank_digits(cell.text("bank_digits"))
        base = f"{day}:{amount}:{currency}:{digits}"
        seen[base] = number = seen.get(base, 0) + 1
        return cell.record(DEPOSITS, f"{base}:{number}", f"day:{day}", (day, amount, currency, digits))

    return read_cells(table, "date", record)


def bank_digits(text: str) -> str:
    """Return the last digits of a bank account, four at least: a spreadsheet drops zeros in front.

    >>> bank_digits("***0421"), bank_digits("421")
    ('0421', '0421')
    """
    digits = "".join(ch for ch in text if ch.isdigit())
    return digits.zfill(_BANK_DIGITS) if digits else ""


def deposit_of(record: SourceRecord) -> DepositDetail:
    """Return the deposit of a record."""
    fields = record.fields
    currency = fields["currency"].strip().upper()
    return DepositDetail(
        day=dt.date.fromisoformat(fields["day"]),
        amount_minor=minor_of(fields["amount"], currency),
        currency=currency,
        bank_digits=bank_digits(fields["bank_digits"]),
        source_key=record.source_key,
    )
