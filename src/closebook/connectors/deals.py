"""Opportunities as estimates, won ones as invoices: their source is the company's own selling, no file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path

from closebook.connectors.base import (
    TILL,
    Ability,
    ConnectorInfo,
    Identified,
    RowError,
    Stream,
    Understanding,
)
from closebook.core.commerce.records import Business, Buyer, SourceRecord
from closebook.core.commerce.sales import LineKind, Sale, SaleLine, TillBusiness
from closebook.core.errors import InputError

DEALS = "deals"
"""The connector's name, and that of its one stream."""
WITHDRAWN = "withdrawn"
"""The field that takes an opportunity out of the books again, when it is not empty."""
QUOTED = "quoted_"
"""What the names of the estimate's amount and day begin with."""

_INFO = ConnectorInfo(
    name=DEALS,
    title="Opportunities",
    kind=TILL,
    abilities=frozenset({Ability.ORDERS}),
    streams=(),
    time_zone="the company's",
    versions_seen=(),
    feeds=(Stream(DEALS, "Opportunities", "Sent from their pages", ()),),
)


class DealsConnector:
    """Makes estimates and invoices of what was sent from the pages of opportunities."""

    @property
    def info(self) -> ConnectorInfo:
        """Return what the connector says about itself."""
        return _INFO

    def identify(self, _head: bytes, _name: str) -> Identified | None:
        """Return None: no file is an opportunity."""
        return None

    def read(self, path: Path, *, stream: str = "", encoding: str = "") -> Iterator[SourceRecord | RowError]:
        """Raise InputError no-files."""
        raise _no_files()

    def describe(
        self,
        path: Path,
        *,
        stream: str = "",
        encoding: str = "",
        records: Iterable[SourceRecord | RowError] | None = None,
    ) -> Understanding:
        """Raise InputError no-files."""
        raise _no_files()

    def normalise(self, records: Iterable[SourceRecord | RowError]) -> Business:
        """Return the opportunities that are to stand in the books, as estimates or unpaid invoices; the last
        row of each counts.
        """
        rows = {one.source_key: one for one in records if isinstance(one, SourceRecord)}
        kept = [one for one in rows.values() if not one.fields.get(WITHDRAWN)]
        won = {one.fields["ref"]: _sale(one, "") for one in kept if one.fields.get("amount_minor")}
        offered = [one for one in kept if one.fields.get(f"{QUOTED}amount_minor")]
        quoted = {one.fields["ref"]: _sale(one, QUOTED) for one in offered}
        return TillBusiness([], dict(won), [], [], quotations=quoted)


def _sale(row: SourceRecord, which: str) -> Sale:
    """Return what is invoiced, or with ``which`` what was quoted."""
    fields = row.fields
    minor, day = int(fields[f"{which}amount_minor"]), dt.date.fromisoformat(fields[f"{which}day"])
    line = SaleLine(LineKind.ITEM, fields["title"], 1, minor, gross_minor=minor)
    return Sale(
        order_ref=fields["ref"], day=day, currency=fields["currency"],
        buyer=Buyer(fields["customer"], fields["customer_id"], fields["email"]), lines=[], items_minor=minor,
        discount_minor=0, shipping_minor=0, gift_wrap_minor=0, seller_tax_minor=0, marketplace_tax_minor=0,
        total_minor=0, source_keys=[row.source_key], owed_minor=minor, sale_lines=[line], invoice_day=day,
    )  # fmt: skip


def _no_files() -> InputError:
    return InputError(
        "no-files", "Opportunities are not handed in as files.", remedy="Send them from their own pages."
    )
