"""Sold orders: one row per order, with what the statement does not tell: the buyer and the split of the
total.

Source: Etsy, Download data, ``EtsySoldOrders2026.csv`` or ``EtsySoldOrders2026-9.csv``; 35 columns, or 36
with SKU; British accounts say Delivery for Shipping. Rules that hold on the files:

- ``Shipping`` is already after ``Shipping Discount``, which is information only.
- ``Order Net`` = Order Value - Discount Amount + Shipping - Card Processing Fees, plus gift wrap, which
  has no column,
  plus Sales Tax when (and only when) the seller has to remit it.
- ``Order Total`` holds the tax that the marketplace remits, which has no column either: what the parts do
  not explain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from closebook.connectors.base import RowError
from closebook.connectors.etsy.amounts import minor_of
from closebook.connectors.etsy.cells import Cells, read_cells
from closebook.connectors.etsy.columns import ORDERS
from closebook.connectors.etsy.table import Table
from closebook.core.commerce.records import SourceRecord
from closebook.core.errors import InputError
from closebook.core.money import format_minor

_MONEY = (
    "order_value",
    "discount_amount",
    "shipping",
    "sales_tax",
    "order_total",
    "card_processing_fees",
    "order_net",
)
_MEANT_TEXT = (
    "full_name",
    "street_1",
    "street_2",
    "ship_city",
    "ship_state",
    "ship_zipcode",
    "ship_country",
    "buyer",
    "sku",
)
_USUAL_GIFT_WRAPS = frozenset({300, 400, 600})
_GIFT_WRAP_STEP = 25
_GIFT_WRAP_MOST = 5000


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of an order's total, all positive, in minor units."""

    items_minor: int
    discount_minor: int
    shipping_minor: int
    gift_wrap_minor: int
    seller_tax_minor: int
    marketplace_tax_minor: int
    total_minor: int


def read_orders(table: Table) -> Iterator[SourceRecord | RowError]:
    """Return a record for each order, a RowError for each row that cannot be understood or does not add up.

    Raises InputError truncated-file at the call.
    """
    return read_cells(table, "sale_date", _record)


def split_of(money: dict[str, int], *, has_net: bool, currency: str = "USD") -> Split:
    """Return the parts of an order's total; ``has_net`` tells whether the file gives Order Net, which
    decides; ``currency`` is that of messages.

    Raises InputError order-does-not-add-up.
    """
    value, discount, shipping = money["order_value"], abs(money["discount_amount"]), money["shipping"]
    tax, total = money["sales_tax"], money["order_total"]
    base = value - discount + shipping
    wrap, seller_tax = (
        _beyond(money["order_net"] + abs(money["card_processing_fees"]) - base, tax, total - base, currency)
        if has_net
        else (0, tax)
    )
    market = total - base - wrap - seller_tax
    if market < 0:
        parts, whole = format_minor(base + wrap + seller_tax, currency), format_minor(total, currency)
        text = f"The parts of the order come to {parts} {currency}, Order Total is {whole} {currency}."
        raise InputError("order-does-not-add-up", text, remedy="Download the file again.")
    return Split(value, discount, shipping, wrap, seller_tax, market, total)


def order_minors(fields: dict[str, str], currency: str) -> dict[str, int]:
    """Return the amounts of an order's row by column, in minor units."""
    return {column: minor_of(fields.get(column, ""), currency) for column in _MONEY}


def has_net(fields: dict[str, str], money: dict[str, int]) -> bool:
    """Tell whether a row gives Order Net; 0 beside a total stands for a payment that did not run through
    Etsy.
    """
    return bool(fields.get("order_net", "").strip()) and bool(money["order_net"] or not money["order_total"])


def _record(cell: Cells) -> SourceRecord:
    order = cell.ident("order_id")
    day = cell.fields["day"] = cell.day("sale_date")
    currency = cell.currency()
    money = {column: cell.minor(column, currency) for column in _MONEY}
    cell.column = "order_total"
    split_of(money, has_net=has_net(cell.fields, money), currency=currency)
    texts = tuple(cell.text(column) for column in _MEANT_TEXT)
    return cell.record(ORDERS, order, f"order:{order}", (day, currency, tuple(money.values()), texts))


def _beyond(rest: int, tax: int, over: int, currency: str) -> tuple[int, int]:
    """Return (gift wrap, seller's tax) that explain by how much Order Net exceeds items and shipping.

    ``over`` is by how much the total exceeds them; a tax that is not the seller's has to find room in it.
    """
    if not rest:
        return 0, 0
    usual = rest in _USUAL_GIFT_WRAPS and over >= rest + tax
    if usual:
        return rest, 0
    if rest == tax:
        return 0, tax
    if _is_gift_wrap(rest) and over >= rest + tax:
        return rest, 0
    if tax and _is_gift_wrap(rest - tax):
        return rest - tax, tax
    raise InputError(
        "order-does-not-add-up",
        f"Order Net differs by {format_minor(rest, currency)} {currency} from what the other columns give.",
        remedy="Download the file again; the statement alone still gives the money of this order.",
    )


def _is_gift_wrap(minor: int) -> bool:
    return 0 < minor <= _GIFT_WRAP_MOST and minor % _GIFT_WRAP_STEP == 0
