"""Payouts of Square's files: from the transfers file, else from the transfers that transactions name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from closebook.connectors.square.cells import minor_of
from closebook.connectors.square.tills import DEFAULT_CURRENCY, Row, deposit_day
from closebook.core.commerce.records import Movement, MovementKind, SourceRecord
from closebook.core.commerce.sales import PayoutDetail, PayoutEntry

_SETTLED = frozenset({"charge", "payment", "refund", ""})
Payouts = tuple[list[PayoutDetail], list[Movement]]


def payouts_of(transfers: Iterable[SourceRecord], rows: dict[str, Row]) -> Payouts:
    """Return the payouts of the files, and the movements that belong to them."""
    details, movements = _listed(transfers, rows)
    known = {detail.ref for detail in details}
    details += _named(rows, known)
    for detail in details:
        movements.append(
            Movement(
                detail.source_key, MovementKind.PAYOUT, None, detail.day, -detail.amount_minor,
                detail.currency, "", f"Transfer {detail.ref}",
            )
        )  # fmt: skip
    return details, movements


def _listed(transfers: Iterable[SourceRecord], rows: dict[str, Row]) -> Payouts:
    deposits: defaultdict[str, list[SourceRecord]] = defaultdict(list)
    for record in transfers:
        deposits[record.fields["deposit_id"]].append(record)
    details, movements = [], []
    for ref, records in deposits.items():
        currency = records[0].fields.get("currency") or DEFAULT_CURRENCY
        entries = []
        for record in sorted(records, key=lambda one: one.source_key):
            entry, other = _entry(record, rows, currency)
            entries.append(entry)
            movements += other
        day = max(dt.date.fromisoformat(record.fields["day"]) for record in records)
        amount = sum(entry.net_minor for entry in entries)
        details.append(PayoutDetail(ref, day, amount, currency, entries, f"deposit:{ref}"))
    return details, movements


def _entry(record: SourceRecord, rows: dict[str, Row], currency: str) -> tuple[PayoutEntry, list[Movement]]:
    """Return a row of a transfer, and its movement when it is neither a payment nor a refund."""
    cells = record.fields
    gross, fee, net = (minor_of(cells[name], currency) for name in ("collected", "fees", "deposited"))
    day = dt.date.fromisoformat(cells["day"])
    word, payment = cells["type"].strip(), cells["payment_id"]
    entry = PayoutEntry(record.source_key, word, day, gross, -fee, net, record.source_key, payment)
    if word.casefold() in _SETTLED:
        row = rows.get(payment)
        entry.known = row is not None
        entry.agrees = row is None or row.platform + row.parts["fees"] == net
        return entry, []
    other = Movement(
        record.source_key, MovementKind.UNCLASSIFIED, None, day, net, currency, "", f"Transfer row {word}"
    )
    return entry, [other]


def _named(rows: dict[str, Row], known: set[str]) -> list[PayoutDetail]:
    """Return the payouts that transactions name and no transfers file lists.

    One at the edge of what was exported may have more rows than are here, so it is held until they are.
    """
    deposits: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows.values():
        ref = row.record.fields.get("deposit_id", "")
        if ref and ref not in known and row.platform:
            deposits[ref].append(row)
    days = [row.day for row in rows.values()] or [dt.date.min]
    first, last = min(days), max(days)
    found = []
    for ref, members in deposits.items():
        members.sort(key=lambda row: (row.day, row.record.source_key))
        entries = [_of_row(row) for row in members]
        inside = first < members[0].day and members[-1].day < last
        doubt = "" if inside else "It stands at the edge of the files: pull the transfers file, or more days."
        arrival = max(
            (day for row in members if (day := deposit_day(row.record.fields))), default=members[-1].day
        )
        amount = sum(entry.net_minor for entry in entries)
        found.append(
            PayoutDetail(ref, arrival, amount, members[0].currency, entries, f"deposit:{ref}", doubt=doubt)
        )
    return found


def _of_row(row: Row) -> PayoutEntry:
    key, gross, fee = row.record.source_key, row.platform, -row.parts["fees"]
    return PayoutEntry(key, "charge", row.day, gross, fee, gross - fee, key, key)
