"""Invoices and the payments that settle them.

The books keep the receivable ledger account of an invoice themselves. Source: QuickBooks Online Accounting
API, Invoice and Payment: a payment names the invoice in the ``LinkedTxn`` of a line; what its lines do not
apply stays with the customer as a credit; its number stands in ``PaymentRefNum``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from closebook.connectors.quickbooks.cleaning import clean_number
from closebook.connectors.quickbooks.mapping import Reading, Writing
from closebook.connectors.quickbooks.sales import read_sales_form, sales_form
from closebook.connectors.quickbooks.wire import objects
from closebook.core.money import decimal_from_minor
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine
from closebook.core.planning.profile import RECEIVABLE_KEY


def invoice(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of an invoice; one that follows an estimate names it, which closes that."""
    wire = sales_form(document, writing)
    if document.follows and (estimate := writing.resolve(document.follows)):
        wire["LinkedTxn"] = [{"TxnId": estimate, "TxnType": "Estimate"}]
    return wire


def payment(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a payment of its invoice."""
    wire = writing.head(document)
    wire.pop("DocNumber", None)
    applied = document.lines[0].amount_minor
    linked = {"TxnId": writing.resolve(document.settles), "TxnType": "Invoice"}
    return {
        **wire,
        "PaymentRefNum": clean_number(document.number, only_latin1=writing.only_latin1),
        "CustomerRef": writing.ref(document.party),
        "DepositToAccountRef": writing.ref(document.money_account),
        "TotalAmt": decimal_from_minor(document.total_minor, document.currency),
        "Line": [{"Amount": decimal_from_minor(applied, document.currency), "LinkedTxn": [linked]}],
    }


def read_invoice(kind: DocumentKind, entity: str, body: dict[str, Any], reading: Reading) -> Document:
    """Return the document of an invoice."""
    found = read_sales_form(kind, entity, body, reading)
    return replace(found, money_account=reading.key("Account", body.get("ARAccountRef")) or RECEIVABLE_KEY)


def read_payment(kind: DocumentKind, entity: str, body: dict[str, Any], reading: Reading) -> Document:
    """Return the document of a payment: what it applies to its invoice first, then the rest."""
    total, applied = reading.minor(body.get("TotalAmt", 0), body), applied_minor(body, reading)
    account = reading.key("Account", body.get("ARAccountRef")) or RECEIVABLE_KEY
    text = str(body.get("PrivateNote") or "")
    lines = [DocumentLine(applied, text, account)]
    if total != applied:
        lines.append(DocumentLine(total - applied, text, account))
    party = reading.key("Customer", body.get("CustomerRef"))
    found = reading.document(
        kind, entity, body, tuple(lines), money=body.get("DepositToAccountRef"), party=party
    )
    return replace(found, number=str(body.get("PaymentRefNum") or ""))


def applied_minor(body: dict[str, Any], reading: Reading) -> int:
    """Return what a payment's lines apply to invoices, in minor units."""
    return sum(reading.minor(line.get("Amount", 0), body) for line in objects(body.get("Line")))
