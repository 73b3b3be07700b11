"""What customers and vendors have open, and what is left of items."""

from __future__ import annotations

from collections.abc import Collection

from closebook.apps.books.database import books_connection
from closebook.apps.books.selectors.directory import in_keys

GIVES_CREDIT = ("CreditMemo", "Payment", "VendorCredit", "BillPayment")
"""The documents whose open amount lowers what is owed."""

_CREDITS = ", ".join(f"'{entity}'" for entity in GIVES_CREDIT)
# The condition on the balance is written as the partial index of open documents has it.
_OPEN = f"""
    SELECT party,
        CAST(sum(CASE WHEN entity IN ({_CREDITS}) THEN -balance_minor ELSE balance_minor END) AS bigint)
    FROM books_record
    WHERE company_id = %s AND entity IN ('Invoice', 'Bill', 'JournalEntry', {_CREDITS})
        AND NOT (balance_minor = 0 AND balance_minor IS NOT NULL) AND balance_minor IS NOT NULL
        AND deleted_at IS NULL AND {{condition}}
    GROUP BY party
"""


def open_balances(company_id: int, parties: Collection[int]) -> dict[int, int]:
    """Return what some customers owe or vendors are owed, in minor units of their currency."""
    if not parties:
        return {}
    condition, values = in_keys("party", list(parties))
    with books_connection().cursor() as cursor:
        cursor.execute(_OPEN.format(condition=condition), [company_id, *values])
        return dict(cursor.fetchall())


def quantities_held(items: Collection[int]) -> dict[int, int]:
    """Return the quantities on hand of the items that are counted, in millionths of a unit."""
    if not items:
        return {}
    condition, values = in_keys("record_id", list(items))
    with books_connection().cursor() as cursor:
        cursor.execute(f"SELECT record_id, quantity_micro FROM books_stocklevel WHERE {condition}", values)
        return dict(cursor.fetchall())
