"""Quantities sold per item, read from the lines of sales documents (postings hold only stock movements)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from closebook.apps.books.database import books_connection
from closebook.core.money import minor_from_decimal

_SIGNS = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}
_CHUNK = 1000
_SQL = """
    SELECT entity, {body} FROM books_record
    WHERE company_id = %s AND deleted_at IS NULL AND txn_date >= %s AND txn_date <= %s
        AND entity IN (%s, %s, %s, %s)
"""


class _Ref(msgspec.Struct):
    value: str = ""


class _Detail(msgspec.Struct):
    ItemRef: _Ref | None = None
    Qty: Decimal | None = None


class _Line(msgspec.Struct, gc=False):
    SalesItemLineDetail: msgspec.Raw = msgspec.Raw()
    GroupLineDetail: msgspec.Raw = msgspec.Raw()


class _Lines(msgspec.Struct, gc=False):
    Line: list[_Line] = msgspec.field(default_factory=list)


_lines = msgspec.json.Decoder(_Lines | None).decode
_detail = msgspec.json.Decoder(_Detail | None).decode


def quantities_sold(company_id: int, day_from: dt.date, day_to: dt.date) -> dict[str, int]:
    """Return the quantity sold less returned per item's wire id, in millionths of a unit; "" for lines
    without item.

    Details are counted by their text, since most lines are like others: each text is read once.
    """
    counts: dict[str, Counter[bytes]] = {entity: Counter() for entity in _SIGNS}
    with books_connection().chunked_cursor() as cursor:
        cursor.execute(_sql(), [company_id, day_from.isoformat(), day_to.isoformat(), *_SIGNS])
        while rows := cursor.fetchmany(_CHUNK):
            for wanted, counted in counts.items():
                counted.update(_details([body for entity, body in rows if entity == wanted]))
    found: dict[str, int] = {}
    for entity, counted in counts.items():
        for text, times in counted.items():
            if (detail := _detail(text)) is not None:
                item = detail.ItemRef.value if detail.ItemRef else ""
                found[item] = found.get(item, 0) + times * _SIGNS[entity] * _micro(detail.Qty)
    return found


def _details(bodies: Iterable[bytes | str | msgspec.Raw]) -> list[bytes]:
    """Return the details of all lines, and of the lines in groups, as texts."""
    found, groups = [], []
    for body in bodies:
        for line in (_lines(body) or _Lines()).Line:
            if line.SalesItemLineDetail:
                found.append(bytes(line.SalesItemLineDetail))
            if line.GroupLineDetail:
                groups.append(line.GroupLineDetail)
    return found + _details(groups) if groups else found


def _sql() -> str:
    """Return the question; SQLite gives bytes, which need not be made texts first."""
    body = "CAST(body AS BLOB)" if books_connection().vendor == "sqlite" else "body"
    return _SQL.format(body=body)


def _micro(quantity: Decimal | None) -> int:
    """Return a quantity in millionths of a unit."""
    return minor_from_decimal((quantity or Decimal(0)).scaleb(6), "JPY")
