"""Neutral documents and list objects as wire objects of the protocol, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from closebook.connectors.quickbooks import lists, moves, receivables, sales
from closebook.connectors.quickbooks.fingerprint import fingerprint_remote
from closebook.connectors.quickbooks.mapping import NO_TAX, Reading, Resolve, ResolveBack, Writing
from closebook.core.errors import InputError
from closebook.core.planning.documents import Document, DocumentKind, ListKind, ListObject

__all__ = ["ENTITY_OF", "entity_of", "fingerprint_remote", "from_wire", "removal", "revision", "to_wire"]

ENTITY_OF: dict[ListKind | DocumentKind, str] = {
    ListKind.LEDGER_ACCOUNT: "Account",
    ListKind.CUSTOMER: "Customer",
    ListKind.VENDOR: "Vendor",
    ListKind.ITEM: "Item",
    DocumentKind.SALES_RECEIPT: "SalesReceipt",
    DocumentKind.REFUND_RECEIPT: "RefundReceipt",
    DocumentKind.EXPENSE: "Purchase",
    DocumentKind.DEPOSIT: "Deposit",
    DocumentKind.TRANSFER: "Transfer",
    DocumentKind.JOURNAL_ENTRY: "JournalEntry",
    DocumentKind.INVOICE: "Invoice",
    DocumentKind.PAYMENT: "Payment",
    DocumentKind.ESTIMATE: "Estimate",
}
_KIND_OF = {entity: kind for kind, entity in ENTITY_OF.items()}
_WRITE_DOCUMENT: dict[DocumentKind, Callable[[Document, Writing], dict[str, Any]]] = {
    DocumentKind.SALES_RECEIPT: sales.sales_receipt,
    DocumentKind.REFUND_RECEIPT: sales.refund_receipt,
    DocumentKind.EXPENSE: moves.expense,
    DocumentKind.DEPOSIT: moves.deposit,
    DocumentKind.TRANSFER: moves.transfer,
    DocumentKind.JOURNAL_ENTRY: moves.journal_entry,
    DocumentKind.INVOICE: receivables.invoice,
    DocumentKind.PAYMENT: receivables.payment,
    DocumentKind.ESTIMATE: sales.estimate,
}
_WRITE_LIST: dict[ListKind, Callable[[ListObject, Writing], dict[str, Any]]] = {
    ListKind.LEDGER_ACCOUNT: lists.ledger_account,
    ListKind.CUSTOMER: lists.customer,
    ListKind.VENDOR: lists.vendor,
    ListKind.ITEM: lists.item,
}
_READ_DOCUMENT: dict[DocumentKind, Callable[[DocumentKind, str, dict[str, Any], Reading], Document]] = {
    DocumentKind.SALES_RECEIPT: sales.read_sales_form,
    DocumentKind.REFUND_RECEIPT: sales.read_sales_form,
    DocumentKind.EXPENSE: moves.read_expense,
    DocumentKind.DEPOSIT: moves.read_deposit,
    DocumentKind.TRANSFER: moves.read_transfer,
    DocumentKind.JOURNAL_ENTRY: moves.read_journal_entry,
    DocumentKind.INVOICE: receivables.read_invoice,
    DocumentKind.PAYMENT: receivables.read_payment,
    DocumentKind.ESTIMATE: sales.read_sales_form,
}


def entity_of(kind: ListKind | DocumentKind) -> str:
    """Return the wire name of a kind."""
    return ENTITY_OF[kind]


def to_wire(
    target: Document | ListObject, resolve: Resolve, *, only_latin1: bool = True, tax_code: str = NO_TAX
) -> tuple[str, dict[str, Any]]:
    """Return (entity, payload of a create) for a document or list object.

    ``resolve`` gives the remote id of a key and raises for one it does not know. ``only_latin1`` and
    ``tax_code`` fit companies in the United States; elsewhere pass False and "".
    """
    writing = Writing(resolve, only_latin1=only_latin1, tax_code=tax_code)
    if isinstance(target, Document):
        return ENTITY_OF[target.kind], _WRITE_DOCUMENT[target.kind](target, writing)
    return ENTITY_OF[target.kind], _WRITE_LIST[target.kind](target, writing)


def from_wire(
    entity: str, body: dict[str, Any], resolve_back: ResolveBack, *, home_currency: str = "USD"
) -> Document | ListObject:
    """Return the document or list object of a wire object, as far as our words reach.

    ``resolve_back`` gives the key of (entity, remote id), or "" for what we have no key for. Raises
    InputError for an entity that has no kind, or for a date that is none.
    """
    kind = _KIND_OF.get(entity)
    reading = Reading(resolve_back, home_currency)
    if isinstance(kind, DocumentKind):
        return _READ_DOCUMENT[kind](kind, entity, body, reading)
    if kind is None:
        raise InputError("unknown-entity", f"{entity} is not a kind of record that is synchronised.")
    return lists.read_list_object(kind, entity, body, reading)


def revision(payload: dict[str, Any], remote_id: str, sync_token: str) -> dict[str, Any]:
    """Return the payload of an update that gives a record the fields of a create's payload.

    What a create leaves out because it is empty is emptied. What a form was made of was said when it was
    made.
    """
    emptied = {
        name: "" for name in ("DocNumber", "PrivateNote") if name not in payload and "TxnDate" in payload
    }
    stated = {name: value for name, value in payload.items() if name != "LinkedTxn"}
    return {**emptied, **stated, "Id": remote_id, "SyncToken": sync_token, "sparse": True}


def removal(entity: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return the payload of a delete for a record as read; a transfer wants the whole record."""
    if entity == "Transfer":
        return body
    return {"Id": str(body.get("Id", "")), "SyncToken": str(body.get("SyncToken", ""))}
