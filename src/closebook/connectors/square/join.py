"""All streams of Square together: the API's records and the files' rows, each payment once.

A payment that the API knows is not read from a file again, whatever was pulled first.
"""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from closebook.connectors.base import RowError
from closebook.connectors.square import feeds
from closebook.connectors.square.account import Account
from closebook.connectors.square.columns import ITEMS, TRANSACTIONS, TRANSFERS
from closebook.connectors.square.money import zone_named
from closebook.connectors.square.tills import found_in
from closebook.connectors.square.transfers import payouts_of
from closebook.core.commerce.records import SourceRecord
from closebook.core.commerce.sales import TillBusiness

ByKey = dict[str, SourceRecord]
_FILES = (TRANSACTIONS, ITEMS, TRANSFERS)


def normalise(records: Iterable[SourceRecord | RowError]) -> TillBusiness:
    """Return the business records of source records of any streams in any order; the last of a key counts."""
    streams: dict[str, ByKey] = {}
    for record in records:
        if not isinstance(record, RowError):
            streams.setdefault(record.stream, {})[record.source_key] = record
    if not streams.keys() & {feed.name for feed in feeds.FEEDS}:
        return _of_files(streams, {})
    account = Account(streams)
    told = account.business()
    own = _of_files(_without(streams, account), account.zones_by_name())
    movements = sorted([*told.movements, *own.movements], key=lambda row: (row.day, row.source_key, row.kind))
    return TillBusiness(
        movements, {**own.orders, **told.orders}, [], [], returns=[*told.returns, *own.returns],
        payouts=[*told.payouts, *own.payouts], losses=told.losses, notes=told.notes,
    )  # fmt: skip


def _without(streams: dict[str, ByKey], account: Account) -> dict[str, ByKey]:
    """Return the files' rows without the payments, refunds and sales that the API told."""
    told = account.payments.keys() | account.refunds.keys()
    found: dict[str, ByKey] = {}
    for name in _FILES:
        found[name] = {
            key: record
            for key, record in streams.get(name, {}).items()
            if record.fields.get("payment_id") not in told
            and record.fields.get("transaction_id") not in account.orders
        }
    return found


def _of_files(streams: dict[str, ByKey], zones: dict[str, str]) -> TillBusiness:
    def zone(location: str) -> ZoneInfo | None:
        name = zones.get(location.strip(), "")
        return zone_named(name) if name else None

    rows, items = (list(streams.get(name, {}).values()) for name in (TRANSACTIONS, ITEMS))
    found = found_in(rows, items, zone)
    payouts, moves = payouts_of(streams.get(TRANSFERS, {}).values(), found.rows)
    movements = [*found.movements, *moves]
    movements.sort(key=lambda row: (row.day, row.source_key, row.kind))
    return TillBusiness(movements, dict(found.sales), [], [], returns=found.returns, payouts=payouts)
