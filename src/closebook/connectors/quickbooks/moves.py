"""Expenses, deposits, transfers and journal entries.

Source: QuickBooks Online Accounting API, Purchase, Deposit, Transfer and JournalEntry.
"""

from __future__ import annotations

from typing import Any

from closebook.connectors.quickbooks.mapping import (
    Reading,
    Writing,
    description_of,
    lines_of,
    party_entity,
)
from closebook.connectors.quickbooks.wire import entry, referenced
from closebook.core.money import decimal_from_minor
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine

EXPENSE_LINE = "AccountBasedExpenseLineDetail"
BOUGHT_LINE = "ItemBasedExpenseLineDetail"
DEPOSIT_LINE = "DepositLineDetail"
JOURNAL_LINE = "JournalEntryLineDetail"
DEBIT, CREDIT = "Debit", "Credit"


def expense(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of an expense paid from the money account."""
    wire = {
        **writing.head(document),
        "PaymentType": "Cash",
        "AccountRef": writing.ref(document.money_account),
    }
    if document.party:
        wire["EntityRef"] = writing.party(document.party)
    wire["Line"] = [_expense_line(line, document.currency, writing) for line in document.lines]
    return wire


def deposit(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a deposit of direct lines; a negative line lowers it."""
    wire = {**writing.head(document), "DepositToAccountRef": writing.ref(document.money_account)}
    party = {"Entity": writing.party(document.party)} if document.party else {}
    wire["Line"] = [
        writing.line(
            line.amount_minor,
            document.currency,
            line.description,
            DEPOSIT_LINE,
            {"AccountRef": writing.ref(line.ledger_account), **party},
        )
        for line in document.lines
    ]
    return wire


def transfer(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a transfer from the money account; a transfer has no number."""
    wire = writing.head(document)
    wire.pop("DocNumber", None)
    return {
        **wire,
        "FromAccountRef": writing.ref(document.money_account),
        "ToAccountRef": writing.ref(document.other_account),
        "Amount": decimal_from_minor(document.total_minor, document.currency),
    }


def journal_entry(document: Document, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a journal entry; lines of nothing are left out."""
    wire = writing.head(document)
    wire["Line"] = [_journal_line(line, document, writing) for line in document.lines if line.amount_minor]
    return wire


def read_expense(kind: DocumentKind, entity: str, body: dict[str, Any], reading: Reading) -> Document:
    """Return the document of a purchase. A credit to a card has negative lines."""
    sign = -1 if body.get("Credit") is True else 1
    lines = tuple(
        DocumentLine(
            sign * reading.minor(line.get("Amount"), body),
            description_of(line),
            reading.key("Account", detail.get("AccountRef")),
            item=reading.key("Item", detail.get("ItemRef")),
        )
        for line, detail in lines_of(body, EXPENSE_LINE, BOUGHT_LINE)
    )
    party = read_party(body.get("EntityRef"), reading)
    return reading.document(kind, entity, body, lines, money=body.get("AccountRef"), party=party)


def read_deposit(kind: DocumentKind, entity: str, body: dict[str, Any], reading: Reading) -> Document:
    """Return the document of a deposit's direct lines."""
    found = lines_of(body, DEPOSIT_LINE)
    lines = tuple(
        DocumentLine(
            reading.minor(line.get("Amount"), body),
            description_of(line),
            reading.key("Account", detail.get("AccountRef")),
        )
        for line, detail in found
    )
    party = read_party(found[0][1].get("Entity"), reading) if found else ""
    return reading.document(kind, entity, body, lines, money=body.get("DepositToAccountRef"), party=party)


def read_transfer(kind: DocumentKind, entity: str, body: dict[str, Any], reading: Reading) -> Document:
    """Return the document of a transfer, with one line that holds its amount."""
    to = body.get("ToAccountRef")
    line = DocumentLine(reading.minor(body.get("Amount"), body), "", reading.key("Account", to))
    return reading.document(kind, entity, body, (line,), money=body.get("FromAccountRef"), other=to)


def read_journal_entry(kind: DocumentKind, entity: str, body: dict[str, Any], reading: Reading) -> Document:
    """Return the document of a journal entry; its party is that of the first line with one."""
    found = lines_of(body, JOURNAL_LINE)
    lines = tuple(
        DocumentLine(
            (-1 if detail.get("PostingType") == CREDIT else 1) * reading.minor(line.get("Amount"), body),
            description_of(line),
            reading.key("Account", detail.get("AccountRef")),
        )
        for line, detail in found
    )
    parties = [entry(detail, "Entity") for _, detail in found if entry(detail, "Entity")]
    party = read_party(parties[0], reading) if parties else ""
    return reading.document(kind, entity, body, lines, money=None, party=party)


def read_party(value: object, reading: Reading) -> str:
    """Return the key of a party in either of the wire's forms, or ""."""
    entity, remote_id = party_parts(value)
    return reading.resolve_back(entity, remote_id) if remote_id else ""


def party_parts(value: object) -> tuple[str, str]:
    """Return (list's wire name, id) of a party: ``{value, type}``, or ``{Type, EntityRef}`` of a journal
    line.
    """
    if not isinstance(value, dict):
        return "Vendor", ""
    word = str(value.get("type") or value.get("Type") or "Vendor").capitalize()
    return word, referenced(value.get("EntityRef", value))


def _expense_line(line: DocumentLine, currency: str, writing: Writing) -> dict[str, Any]:
    """Return a line of an expense; one of an item is spent on the item's own ledger account."""
    if line.item:
        price = decimal_from_minor(line.amount_minor, currency)
        kind, detail = BOUGHT_LINE, {"ItemRef": writing.ref(line.item), "Qty": 1, "UnitPrice": price}
    else:
        kind, detail = EXPENSE_LINE, {"AccountRef": writing.ref(line.ledger_account)}
    return writing.line(line.amount_minor, currency, line.description, kind, detail)


def _journal_line(line: DocumentLine, document: Document, writing: Writing) -> dict[str, Any]:
    side = DEBIT if line.amount_minor > 0 else CREDIT
    detail: dict[str, Any] = {"PostingType": side, "AccountRef": writing.ref(line.ledger_account)}
    if document.party:
        detail["Entity"] = {"Type": party_entity(document.party), "EntityRef": writing.ref(document.party)}
    return writing.line(abs(line.amount_minor), document.currency, line.description, JOURNAL_LINE, detail)
