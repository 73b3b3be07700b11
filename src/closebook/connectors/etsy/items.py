"""Sold order items: one row per line of an order.

Source: Etsy, Download data, ``EtsySoldOrderItems2026.csv`` or ``…2026-9.csv``. ``Order Shipping`` and
``Order Sales Tax`` belong to the whole order and are repeated on its lines, so they are never summed.
``Price`` is before discount.
"""

from __future__ import annotations

from collections.abc import Iterator

from closebook.connectors.base import RowError
from closebook.connectors.etsy.cells import Cells, read_cells
from closebook.connectors.etsy.columns import ITEMS
from closebook.connectors.etsy.table import Table
from closebook.core.commerce.records import OrderLine, SourceRecord
from closebook.core.errors import InputError


def read_items(table: Table) -> Iterator[SourceRecord | RowError]:
    """Return a record for each line of an order, a RowError for each row that cannot be understood.

    Raises InputError truncated-file at the call.
    """
    return read_cells(table, "sale_date", _record)


def quantity_of(text: str) -> int:
    """Return a count; InputError not-a-count. A spreadsheet's ``2.0`` is 2."""
    plain = text.strip().removesuffix(".00").removesuffix(".0")
    if not plain.isdecimal():
        raise InputError("not-a-count", f"{text!r} is not a count.", remedy="Use the file as downloaded.")
    return int(plain)


def line_of(fields: dict[str, str], price_minor: int) -> OrderLine:
    """Return the order line of an item's row."""
    return OrderLine(
        title=" ".join(fields["item_name"].split()),
        quantity=quantity_of(fields["quantity"]),
        unit_price_minor=price_minor,
        sku=fields.get("sku", "").strip(),
        listing_ref=fields.get("listing_id", "").strip(),
    )


def _record(cell: Cells) -> SourceRecord:
    key, order = cell.ident("transaction_id"), cell.ident("order_id")
    if cell.text("listing_id"):
        cell.fields["listing_id"] = cell.ident("listing_id")
    day = cell.fields["day"] = cell.day("sale_date")
    currency = cell.currency()
    price = cell.minor("price", currency)
    cell.column = "quantity"
    line = line_of(cell.fields, price)
    cell.column = "item_total"
    if cell.text("item_total") and cell.minor("item_total", currency) != price * line.quantity:
        raise InputError(
            "amounts-disagree", "Price x Quantity must be Item Total.", remedy="Download the file again."
        )
    meaning = (day, currency, order, line.title, line.quantity, price, line.sku, line.listing_ref)
    return cell.record(ITEMS, key, f"order:{order}", meaning)
