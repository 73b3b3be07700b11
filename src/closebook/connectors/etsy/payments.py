"""Etsy Payments sales: one row per payment, for checking the statement.

Source: Etsy, Download data, ``EtsyDirectCheckoutPayments2026-9.csv``. ``Gross Amount`` - ``Fees`` = ``Net
Amount`` in the payout currency; ``Refund Amount`` can be in the listing currency, which is told by
comparing it with Gross Amount.
"""

from __future__ import annotations

from collections.abc import Iterator

from closebook.connectors.base import RowError
from closebook.connectors.etsy.amounts import minor_of
from closebook.connectors.etsy.cells import Cells, read_cells
from closebook.connectors.etsy.columns import PAYMENTS
from closebook.connectors.etsy.table import Table
from closebook.core.commerce.records import PaymentDetail, SourceRecord
from closebook.core.errors import InputError


def read_payments(table: Table) -> Iterator[SourceRecord | RowError]:
    """Return a record for each payment, a RowError for each row that cannot be understood.

    Raises InputError truncated-file at the call.
    """
    return read_cells(table, "order_date", _record)


def payment_of(record: SourceRecord) -> PaymentDetail:
    """Return the payment of a record."""
    fields = record.fields
    currency = fields["currency"].strip().upper()
    gross = minor_of(fields["gross_amount"], currency)
    refund_currency = _refund_currency(fields, currency)
    return PaymentDetail(
        order_ref=record.group.partition(":")[2],
        gross_minor=gross,
        fees_minor=minor_of(fields["fees"], currency),
        net_minor=minor_of(fields["net_amount"], currency),
        currency=currency,
        refund_minor=abs(minor_of(fields.get("refund_amount", ""), refund_currency)),
        refund_currency=refund_currency,
        source_key=record.source_key,
    )


def _refund_currency(fields: dict[str, str], currency: str) -> str:
    """Return the listing currency unless it is the same or the whole payment was refunded in the payout
    currency.
    """
    listing = fields.get("listing_currency", "").strip().upper()
    if listing in {"", currency}:
        return currency
    whole = minor_of(fields.get("refund_amount", ""), currency) == minor_of(fields["gross_amount"], currency)
    return currency if whole else listing


def _record(cell: Cells) -> SourceRecord:
    key, order = cell.ident("payment_id"), cell.ident("order_id")
    day = cell.fields["day"] = cell.day("order_date")
    currency = cell.currency()
    gross, fees = cell.minor("gross_amount", currency), cell.minor("fees", currency)
    net = cell.minor("net_amount", currency)
    if gross - fees != net:
        raise InputError(
            "amounts-disagree", "Gross Amount - Fees must be Net Amount.", remedy="Download the file again."
        )
    cell.column = "refund_amount"
    refund_currency = _refund_currency(cell.fields, currency)
    refund = cell.minor("refund_amount", refund_currency)
    return cell.record(
        PAYMENTS, key, f"order:{order}", (day, currency, order, gross, fees, refund, refund_currency)
    )
