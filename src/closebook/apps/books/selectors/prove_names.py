"""What the kept sums by customer, vendor and item should be: every posting with a name added up again."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

from closebook.apps.books.database import books_connection

NameSums: TypeAlias = dict[tuple[str, int, dt.date | str, int], tuple[int, int]]
"""Amount and quantity by dimension, ledger account, first day of the month and key."""

_MONTH = {"sqlite": "substr(day, 1, 8) || '01'", "postgresql": "CAST(date_trunc('month', day) AS date)"}
_ADDED_UP = """
    SELECT '{column}', ledger_account, {month} AS month, {column}, CAST(sum(amount_minor) AS bigint),
        CAST(sum(quantity_micro) AS bigint)
    FROM posting WHERE company_id = %s AND {column} <> 0 GROUP BY ledger_account, month, {column}
"""
_STORED = """
    SELECT dimension, ledger_account, month_first_day, object_key, amount_minor, quantity_micro
    FROM name_balance WHERE company_id = %s
"""


def name_sums_added_up(company_id: int) -> NameSums:
    """Return the sums that the postings give."""
    month = _MONTH[books_connection().vendor]
    found: NameSums = {}
    for column in ("counterparty", "item"):
        found |= _sums(_ADDED_UP.format(column=column, month=month), company_id)
    return found


def name_sums_stored(company_id: int) -> NameSums:
    """Return the sums that are kept."""
    return _sums(_STORED, company_id)


def _sums(sql: str, company_id: int) -> NameSums:
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return {row[:4]: row[4:] for row in rows}
