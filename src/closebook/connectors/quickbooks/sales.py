"""Sales receipts and refund receipts: items, one discount, no tax of our own.

Source: QuickBooks Online Accounting API, SalesReceipt and RefundReceipt: an amount must equal quantity
times price; a discount line is positive and subtracted; a refund receipt names the ledger account that the
money leaves.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from closebook.connectors.quickbooks.mapping import NO_TAX, Reading, Writing, description_of, lines_of
from closebook.connectors.quickbooks.wire import decimal_of, reference
from closebook.core.errors import InvariantError
from closebook.core.money import decimal_from_minor
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine

ITEM = "SalesItemLineDetail"
DISCOUNT = "DiscountLineDetail"
_WITHOUT_MONEY = frozenset({DocumentKind.INVOICE, DocumentKind.ESTIMATE})


def sales_receipt(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a sales receipt."""
    return sales_form(document, writing)


def estimate(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of an estimate, which posts nothing."""
    return sales_form(document, writing)


def refund_receipt(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a refund receipt; its number also serves where a bank account wants a
    check's.
    """
    wire = sales_form(document, writing)
    return {**wire, "PaymentRefNum": wire["DocNumber"]} if "DocNumber" in wire else wire


def read_sales_form(kind: DocumentKind, entity: str, body: dict[str, Any], reading: Reading) -> Document:
    """Return the document of a sales or refund receipt. A discount's amount is negative."""
    lines = tuple(_read_line(line, detail, body, reading) for line, detail in lines_of(body, ITEM, DISCOUNT))
    party = reading.key("Customer", body.get("CustomerRef"))
    return reading.document(kind, entity, body, lines, money=body.get("DepositToAccountRef"), party=party)


def sales_form(document: Document, writing: Writing) -> dict[str, Any]:
    """Return what the wire objects of all sales forms share; invoices and estimates have no money account."""
    wire = writing.head(document)
    if document.kind not in _WITHOUT_MONEY:
        wire["DepositToAccountRef"] = writing.ref(document.money_account)
    if document.party:
        wire["CustomerRef"] = writing.ref(document.party)
    sold = [_item_line(line, document, writing) for line in document.lines if line.item]
    wire["Line"] = [*sold, *_discount_lines(document, writing)]
    if writing.tax_code == NO_TAX:
        wire["TxnTaxDetail"] = {"TotalTax": 0}
    return wire


def _item_line(line: DocumentLine, document: Document, writing: Writing) -> dict[str, Any]:
    quantity = line.quantity if line.quantity > 0 and line.amount_minor % line.quantity == 0 else 1
    detail: dict[str, Any] = {
        "ItemRef": writing.ref(line.item),
        "Qty": quantity,
        "UnitPrice": decimal_from_minor(line.amount_minor // quantity, document.currency),
    }
    if writing.tax_code:
        detail["TaxCodeRef"] = reference(writing.tax_code)
    return writing.line(line.amount_minor, document.currency, line.description, ITEM, detail)


def _discount_lines(document: Document, writing: Writing) -> list[dict[str, Any]]:
    """Return one discount line per ledger account, of all lines without an item together."""
    by_ledger_account: dict[str, int] = defaultdict(int)
    described: dict[str, str] = {}
    for line in document.lines:
        if not line.item:
            by_ledger_account[line.ledger_account] += line.amount_minor
            described.setdefault(line.ledger_account, line.description)
    if any(amount_minor > 0 for amount_minor in by_ledger_account.values()):
        raise InvariantError("line-without-item", f"{document.key}: a line that is no discount has no item.")
    return [
        writing.line(
            -amount_minor,
            document.currency,
            described[key],
            DISCOUNT,
            {"PercentBased": False, "DiscountAccountRef": writing.ref(key)},
        )
        for key, amount_minor in by_ledger_account.items()
        if amount_minor
    ]


def _read_line(
    line: dict[str, Any], detail: dict[str, Any], body: dict[str, Any], reading: Reading
) -> DocumentLine:
    amount_minor = reading.minor(line.get("Amount"), body)
    if line["DetailType"] == DISCOUNT:
        ledger_account = reading.key("Account", detail.get("DiscountAccountRef"))
        return DocumentLine(-amount_minor, description_of(line), ledger_account)
    return DocumentLine(
        amount_minor,
        description_of(line),
        reading.key("Account", detail.get("ItemAccountRef")),
        item=reading.key("Item", detail.get("ItemRef")),
        quantity=int(decimal_of(detail.get("Qty") or 1)),
    )
