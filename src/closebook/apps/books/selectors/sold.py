"""Quantities sold per item, read from the lines of sales documents (postings hold only stock movements)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from closebook.apps.books.database import books_connection
from closebook.core.money import minor_from_decimal

_SIGNS = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}
_SQL = """
    SELECT entity, body FROM books_record
    WHERE company_id = %s AND deleted_at IS NULL AND txn_date >= %s AND txn_date <= %s
        AND entity IN (%s, %s, %s, %s)
"""


class _Ref(msgspec.Struct):
    value: str = ""


class _Detail(msgspec.Struct):
    ItemRef: _Ref | None = None
    Qty: Decimal | None = None


class _Group(msgspec.Struct):
    Line: list[_Line] = msgspec.field(default_factory=list)


class _Line(msgspec.Struct):
    SalesItemLineDetail: _Detail | None = None
    GroupLineDetail: _Group | None = None


class _Body(msgspec.Struct):
    Line: list[_Line] = msgspec.field(default_factory=list)


_decode = msgspec.json.Decoder(_Body).decode


def _details(lines: list[_Line]) -> Iterator[_Detail]:
    for line in lines:
        if line.SalesItemLineDetail:
            yield line.SalesItemLineDetail
        if line.GroupLineDetail:
            yield from _details(line.GroupLineDetail.Line)


def quantities_sold(company_id: int, day_from: dt.date, day_to: dt.date) -> dict[str, int]:
    """Return the quantity sold less returned per item's wire id, in millionths of a unit; "" for lines
    without item.
    """
    counted: Counter[tuple[str, str, Decimal | None]] = Counter()
    with books_connection().chunked_cursor() as cursor:
        cursor.execute(_SQL, [company_id, day_from.isoformat(), day_to.isoformat(), *_SIGNS])
        for entity, body in cursor:
            for detail in _details(_decode(body).Line):
                counted[entity, detail.ItemRef.value if detail.ItemRef else "", detail.Qty] += 1
    found: dict[str, int] = {}
    for (entity, item, quantity), times in counted.items():
        found[item] = found.get(item, 0) + times * _SIGNS[entity] * _micro(quantity)
    return found


def _micro(quantity: Decimal | None) -> int:
    """Return a quantity in millionths of a unit."""
    return minor_from_decimal((quantity or Decimal(0)).scaleb(6), "JPY")
