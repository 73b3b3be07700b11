"""Fees of one order and day, or of one day: an expense, a deposit, or a journal entry when they come to
nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from closebook.core.commerce.records import FeeKind, Movement
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine
from closebook.core.planning.making import Making
from closebook.core.planning.profile import FEE_WORDS

_KINDS = tuple(FeeKind)
_NO_ITEMS: Mapping[FeeKind, str] = {}


class FeeBucket:
    """The fees of one order and day, summed by kind (signed as in the source)."""

    __slots__ = ("keys", "kinds")

    def __init__(self) -> None:
        """Start with nothing."""
        self.kinds: dict[FeeKind, int] = {}
        self.keys: list[str] = []


def make_fees(making: Making, ref: str, rows: list[Movement]) -> None:
    """Make the documents of one order's fees, one a day (or with "" of one day's fees without an order).

    A net charge is an expense out of the clearing ledger account, a net credit a deposit into it, each with
    one line per kind. Only what is bought can name an item: a credit names the ledger account. Charges and
    credits of different kinds that cancel out become a journal entry; of the same kind, nothing. A fee
    without a kind counts as another fee.
    """
    days: dict[dt.date, FeeBucket] = {}
    other = FeeKind.OTHER
    for row in rows:
        bucket = days.get(row.day)
        if bucket is None:
            bucket = days[row.day] = FeeBucket()
        kind = row.fee_kind or other
        bucket.kinds[kind] = bucket.kinds.get(kind, 0) + row.amount_minor
        bucket.keys.append(row.source_key)
    for day, found in days.items():
        _make_day(making, ref, day, found)


def _make_day(making: Making, ref: str, day: dt.date, bucket: FeeBucket) -> None:
    kinds = bucket.kinds
    net = -sum(kinds.values())
    if net > 0:
        document = _charge(making, ref, day, kinds)
    elif net < 0:
        document = _credit(making, ref, day, kinds)
    elif any(kinds.values()):
        document = _shift(making, ref, day, kinds)
    else:
        return
    document.source_keys = tuple(bucket.keys)
    making.trade.append(document)


def _lines(
    making: Making, kinds: dict[FeeKind, int], sign: int, items: Mapping[FeeKind, str] = _NO_ITEMS
) -> tuple[DocumentLine, ...]:
    accounts = making.chart.fees
    return tuple(
        [
            DocumentLine(sign * kinds[kind], FEE_WORDS[kind], accounts[kind], items.get(kind, ""))
            for kind in _KINDS
            if kinds.get(kind)
        ]
    )


def _text(making: Making, ref: str) -> str:
    platform = making.profile.platform
    return f"{platform} fees of order {ref}" if ref else f"{platform} fees of the day"


def _charge(making: Making, ref: str, day: dt.date, kinds: dict[FeeKind, int]) -> Document:
    key = f"{making.group(ref, day)}/fees" + (f"/{day.isoformat()}" if ref else "")
    return Document(
        DocumentKind.EXPENSE, key, day, making.currency, making.number("F", ref, day),
        making.memo(_text(making, ref), key), making.chart.clearing,
        _lines(making, kinds, -1, making.chart.fee_items), making.chart.vendor,
    )  # fmt: skip


def _credit(making: Making, ref: str, day: dt.date, kinds: dict[FeeKind, int]) -> Document:
    key = f"{making.group(ref, day)}/fee-credit" + (f"/{day.isoformat()}" if ref else "")
    return Document(
        DocumentKind.DEPOSIT, key, day, making.currency, making.number("C", ref, day),
        making.memo(_text(making, ref), key), making.chart.clearing, _lines(making, kinds, 1),
    )  # fmt: skip


def _shift(making: Making, ref: str, day: dt.date, kinds: dict[FeeKind, int]) -> Document:
    key = f"{making.group(ref, day)}/fee-shift" + (f"/{day.isoformat()}" if ref else "")
    return Document(
        DocumentKind.JOURNAL_ENTRY, key, day, making.currency, making.number("Z", ref, day),
        making.memo(_text(making, ref), key), "", _lines(making, kinds, -1),
    )  # fmt: skip
