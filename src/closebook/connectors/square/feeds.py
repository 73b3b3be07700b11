"""The feeds of Square's API: which records a pull brings, and how each becomes a source record.

A record is kept as the service gave it, as JSON text in ``json``; ``day`` is its UTC day, for the list of
files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from closebook.connectors.base import Column, Stream
from closebook.connectors.square.service import Json
from closebook.core.commerce.records import SourceRecord

LOCATIONS = "locations"
PAYMENTS = "payments"
ORDERS = "orders"
REFUNDS = "refunds"
PAYOUTS = "payouts"
ENTRIES = "payout-entries"
CUSTOMERS = "customers"
CATALOGUE = "catalogue"
DISPUTES = "disputes"
GIFT_CARDS = "gift-card-activities"
INVOICES = "invoices"
_TITLES = {
    LOCATIONS: "Locations",
    PAYMENTS: "Payments",
    ORDERS: "Orders",
    REFUNDS: "Refunds",
    PAYOUTS: "Payouts",
    ENTRIES: "Payout entries",
    CUSTOMERS: "Customers",
    CATALOGUE: "Catalogue",
    DISPUTES: "Disputes",
    GIFT_CARDS: "Gift card activities",
    INVOICES: "Invoices",
}
_MONEY = frozenset({PAYMENTS, REFUNDS, PAYOUTS, ENTRIES})
_COLUMN = Column("json", "JSON", "text", "the record as the service gave it", required=True)
FEEDS = tuple(
    Stream(name, title, "Square API", (_COLUMN,), name in _MONEY) for name, title in _TITLES.items()
)
_ENCODE = msgspec.json.Encoder(order="sorted").encode
_DAYS = ("created_at", "effective_at", "updated_at")


def record_of(feed: str, body: Json, *, group: str = "", key: str = "", row: int = 0) -> SourceRecord:
    """Return the source record of an object; ``group`` is its business key, the feed's own when left out."""
    text = _ENCODE(body)
    ref = key or str(body.get("id", ""))
    day = next((str(body[name])[:10] for name in _DAYS if body.get(name)), "")
    digest = hashlib.blake2b(text, digest_size=16).hexdigest()
    fields = {"json": text.decode(), "day": day, "currency": "-"}
    return SourceRecord(feed, ref[:80], (group or f"{feed}:{ref}")[:80], digest, fields, "Square API", row)


def bodies(records: Iterable[SourceRecord]) -> dict[str, Json]:
    """Return the objects of records by source key."""
    return {record.source_key: msgspec.json.decode(record.fields["json"]) for record in records}
