"""Opening balances: of ledger accounts, of customers and vendors, and of stock. All stand against Opening
Balance Equity.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from closebook.apps.qbo.entities.base import Draft, Entity
from closebook.apps.qbo.services import write
from closebook.apps.qbo.wire import Body
from closebook.core.ledger.account_types import CLASSIFICATION_OF, Classification, LedgerAccountType
from closebook.core.ledger.entry import JournalEntry, Posting
from closebook.core.money import minor_from_decimal

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

EQUITY = "opening-balance-equity"


class InventoryAdjustment(Entity):
    """A change of stock outside sales and purchases; made by the service, so that the journal has its
    document.
    """

    name = "InventoryAdjustment"
    is_transaction = True
    series = "transaction"
    creatable = False


_ADJUSTMENT = InventoryAdjustment()


def post_account_opening(
    ctx: Context, record: Record, amount: Decimal, day: dt.date, kind: LedgerAccountType
) -> None:
    """Make the journal entry of a ledger account's opening balance; a positive one is a debit of assets, a
    credit of others.
    """
    if kind in {LedgerAccountType.RECEIVABLE, LedgerAccountType.PAYABLE}:
        return
    debit = (CLASSIFICATION_OF[kind] is Classification.ASSET) == (amount > 0)
    own, equity = ("Debit", "Credit") if debit else ("Credit", "Debit")
    lines = [
        _line(abs(amount), own, record.wire_id),
        _line(abs(amount), equity, ctx.ledger_account(EQUITY).wire_id),
    ]
    _create(
        ctx, "JournalEntry", {"TxnDate": day.isoformat(), "PrivateNote": "Opening Balance", "Line": lines}
    )


def _line(amount: Decimal, side: str, wire_id: str) -> Body:
    detail = {"PostingType": side, "AccountRef": {"value": wire_id}}
    return {
        "Description": "Opening Balance",
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": detail,
    }


def _create(ctx: Context, name: str, payload: Body) -> Record:
    from closebook.apps.qbo.registry import ENTITIES

    return write.create_record(ctx, ENTITIES[name], payload)


def post_customer_opening(ctx: Context, record: Record, amount: Decimal, day: dt.date) -> None:
    """Make the opening invoice (or credit memo, for a negative amount) of a customer."""
    item = _opening_item(ctx)
    detail = {"ItemRef": {"value": item}, "Qty": 1, "UnitPrice": abs(amount)}
    line = {"Amount": abs(amount), "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    payload = {
        "CustomerRef": {"value": record.wire_id},
        "TxnDate": day.isoformat(),
        "PrivateNote": "Opening Balance",
        "Line": [{**line, "Description": "Opening Balance"}],
    }
    _create(ctx, "Invoice" if amount > 0 else "CreditMemo", payload)


def post_vendor_opening(ctx: Context, record: Record, amount: Decimal, day: dt.date) -> None:
    """Make the opening bill (or vendor credit, for a negative amount) of a vendor."""
    detail = {"AccountRef": {"value": ctx.ledger_account(EQUITY).wire_id}}
    line = {
        "Amount": abs(amount),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
        "Description": "Opening Balance",
    }
    payload = {
        "VendorRef": {"value": record.wire_id},
        "TxnDate": day.isoformat(),
        "PrivateNote": "Opening Balance",
        "Line": [line],
    }
    _create(ctx, "Bill" if amount > 0 else "VendorCredit", payload)


def _opening_item(ctx: Context) -> str:
    from closebook.apps.qbo.entities.item import opening_item

    return opening_item(ctx, ctx.ledger_account(EQUITY))


def post_stock_change(
    ctx: Context,
    record: Record,
    body: Body,
    day: dt.date,
    *,
    quantity_micro: int,
    value_minor: int,
    opening: bool,
) -> None:
    """Post a change of an item's stock and its value (both signed), and keep the stock level.

    Opening stock stands against Opening Balance Equity, a later change against Inventory Shrinkage.
    """
    against = ctx.ledger_account(EQUITY if opening else "inventory-shrinkage")
    asset = ctx.require_any("Account", body["AssetAccountRef"])
    postings = [
        Posting(asset.pk, value_minor, item=record.pk, quantity_micro=quantity_micro),
        Posting(against.pk, -value_minor, item=record.pk),
    ]
    text = "Inventory Starting Value" if opening else "Inventory Qty Adjust"
    adjustment = {
        "TxnDate": day.isoformat(),
        "PrivateNote": text,
        "DocNumber": "START" if opening else "",
        "AdjustAccountRef": against.as_ref(),
        "Line": [
            {
                "ItemRef": {"value": record.wire_id, "name": body["Name"]},
                "QtyDiff": Decimal(quantity_micro).scaleb(-6),
            }
        ],
    }
    draft = Draft(
        {name: value for name, value in adjustment.items() if value != ""},
        doc_number="START" if opening else "",
        txn_date=day,
        total_minor=value_minor,
        entry=JournalEntry(day, postings if value_minor or quantity_micro else []),
    )
    write.store_new(ctx, _ADJUSTMENT, draft)
    ctx.cursor.execute(
        "INSERT INTO books_stocklevel (record_id, quantity_micro, value_minor) VALUES (%s, %s, %s)"
        " ON CONFLICT (record_id) DO UPDATE SET quantity_micro = books_stocklevel.quantity_micro + "
        "excluded.quantity_micro,"
        " value_minor = books_stocklevel.value_minor + excluded.value_minor",
        [record.pk, quantity_micro, value_minor],
    )


def stock_value_minor(quantity: Decimal, cost: Decimal, currency: str) -> int:
    """Return the value of a quantity at a unit cost in minor units, rounded half up."""
    return minor_from_decimal(quantity * cost, currency)
