"""All streams of Square together: the files' rows and the API's records, each payment once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from closebook.connectors.base import RowError
from closebook.connectors.square.columns import ITEMS, TRANSACTIONS, TRANSFERS
from closebook.connectors.square.tills import found_in
from closebook.connectors.square.transfers import payouts_of
from closebook.core.commerce.records import SourceRecord
from closebook.core.commerce.sales import TillBusiness

ByKey = dict[str, SourceRecord]


def normalise(records: Iterable[SourceRecord | RowError]) -> TillBusiness:
    """Return the business records of source records of any streams in any order; the last of a key counts."""
    streams: dict[str, ByKey] = {}
    for record in records:
        if not isinstance(record, RowError):
            streams.setdefault(record.stream, {})[record.source_key] = record
    return _of_files(streams, lambda _location: None)


def _of_files(streams: dict[str, ByKey], zone: Callable[[str], ZoneInfo | None]) -> TillBusiness:
    rows, items = (list(streams.get(name, {}).values()) for name in (TRANSACTIONS, ITEMS))
    found = found_in(rows, items, zone)
    payouts, moves = payouts_of(streams.get(TRANSFERS, {}).values(), found.rows)
    movements = [*found.movements, *moves]
    movements.sort(key=lambda row: (row.day, row.source_key, row.kind))
    return TillBusiness(movements, dict(found.sales), [], [], returns=found.returns, payouts=payouts)
