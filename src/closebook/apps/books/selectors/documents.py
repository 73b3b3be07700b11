"""Documents with what lists print of them: their kind in words, number, days, memo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from closebook.apps.books.database import OF_COMPANY, books_connection, day_of
from closebook.apps.books.selectors.directory import in_keys

_TITLES = {
    "SalesReceipt": "Sales Receipt",
    "CreditMemo": "Credit Memo",
    "RefundReceipt": "Refund",
    "VendorCredit": "Vendor Credit",
    "JournalEntry": "Journal Entry",
    "PurchaseOrder": "Purchase Order",
    "TimeActivity": "Time Activity/Charge",
    "InventoryAdjustment": "Inventory Qty Adjust",
    "CreditCardPayment": "Credit Card Payment",
}
_STARTING_STOCK = "START"
_PAID_BY = {"Check": "Bill Payment (Check)", "CreditCard": "Bill Payment (Credit Card)"}
_BOUGHT_BY = {"Check": "Check", "CreditCard": "Credit Card Expense"}
_COLUMNS = (
    "id, entity, wire_id, doc_number, txn_date, due_date, party, total_minor, created_at, updated_at, body"
)


class _Body(msgspec.Struct):
    """What is read of a stored document; the words are the protocol's."""

    PrivateNote: str | None = None
    PaymentType: str | None = None
    PayType: str | None = None
    Credit: bool | None = None
    Adjustment: bool | None = None


_decode = msgspec.json.Decoder(_Body).decode


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """One document. ``party`` is 0 where there is none; days of creation and change are in UTC."""

    record: int
    entity: str
    wire_id: str
    number: str
    day: dt.date
    due: dt.date | None
    party: int
    total_minor: int
    created: dt.date
    changed: dt.date
    title: str
    memo: str
    adjusting: bool


def title_of(entity: str, number: str, body: _Body) -> str:
    """Return the kind of a document as reports write it."""
    if entity == "Purchase":
        return "Credit Card Credit" if body.Credit else _BOUGHT_BY.get(body.PaymentType or "", "Expense")
    if entity == "BillPayment":
        return _PAID_BY.get(body.PayType or "", _PAID_BY["Check"])
    if entity == "InventoryAdjustment" and number == _STARTING_STOCK:
        return "Inventory Starting Value"
    return _TITLES.get(entity, entity)


def _utc_day(value: Any) -> dt.date:
    return dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value.date()


def _facts(row: tuple[Any, ...]) -> DocumentFacts:
    key, entity, wire_id, number, day, due, party, total, created, changed, text = row
    body = _decode(text)
    return DocumentFacts(
        record=key,
        entity=entity,
        wire_id=wire_id,
        number=number,
        day=day_of(day) if day else _utc_day(created),
        due=day_of(due) if due else None,
        party=party or 0,
        total_minor=total or 0,
        created=_utc_day(created),
        changed=_utc_day(changed),
        title=title_of(entity, number, body),
        memo=body.PrivateNote or "",
        adjusting=bool(body.Adjustment),
    )


_KINDS = """
    WITH RECURSIVE kinds (entity) AS (
        SELECT min(entity) FROM books_record WHERE company_id = %s
        UNION ALL
        SELECT (SELECT min(entity) FROM books_record WHERE company_id = %s AND entity > kinds.entity)
        FROM kinds WHERE kinds.entity IS NOT NULL
    )
    SELECT entity FROM kinds WHERE entity IS NOT NULL
"""
"""Steps from kind to kind in the index, where DISTINCT would read all of it."""
_FIRST = (
    "SELECT id FROM (SELECT id FROM books_record WHERE company_id = %s AND entity = %s AND txn_date >= %s"
    " AND txn_date <= %s AND deleted_at IS NULL ORDER BY txn_date, id LIMIT %s) AS first"
)


def _read(condition: str, values: list[Any]) -> list[DocumentFacts]:
    with books_connection().cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM books_record WHERE {condition}", values)
        return [_facts(row) for row in cursor.fetchall()]


def documents_of(company_id: int, keys: Collection[int]) -> dict[int, DocumentFacts]:
    """Return the documents of some record keys, in one query."""
    if not keys:
        return {}
    condition, values = in_keys("id", keys)
    where = " AND ".join((OF_COMPANY, condition))  # noqa: FLY002 - written otherwise it looks like a sentence
    return {one.record: one for one in _read(where, [company_id, *values])}


def documents_between(company_id: int, day_from: dt.date, day_to: dt.date, limit: int) -> list[DocumentFacts]:
    """Return the live documents dated in a range, posting or not, by day, at most ``limit`` of them.

    The first ones of each kind are found by the index over kind and day: no others are read or sorted.
    """
    with books_connection().cursor() as cursor:
        cursor.execute(_KINDS, [company_id, company_id])
        kinds = [kind for (kind,) in cursor.fetchall()]
    if not kinds:
        return []
    condition = f"id IN ({' UNION ALL '.join([_FIRST] * len(kinds))}) ORDER BY txn_date, id LIMIT %s"
    days = (day_from.isoformat(), day_to.isoformat())
    values = [value for kind in kinds for value in (company_id, kind, *days, limit)]
    return _read(condition, [*values, limit])
