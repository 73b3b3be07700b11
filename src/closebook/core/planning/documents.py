"""What the books should hold, in bookkeeping words and free of any product's wire names.

List objects and documents point at each other by *key*; a key is stable for ever within a connection
(``customer:ada quill``, ``order:3900112233/sale``). ``connectors.quickbooks`` turns them into wire payloads
and back. Lines and documents are slotted but not frozen, because a shop's year has a hundred thousand of them
and freezing doubles their cost; nobody changes one after it was made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

_PAYS = "/payment/"
_QUOTES = "/estimate"


class ListKind(StrEnum):
    """The kinds of list objects that a plan may need."""

    LEDGER_ACCOUNT = "ledger-account"
    CUSTOMER = "customer"
    VENDOR = "vendor"
    ITEM = "item"


class DocumentKind(StrEnum):
    """The kinds of documents that a plan may write."""

    SALES_RECEIPT = "sales-receipt"
    REFUND_RECEIPT = "refund-receipt"
    EXPENSE = "expense"
    DEPOSIT = "deposit"
    TRANSFER = "transfer"
    JOURNAL_ENTRY = "journal-entry"
    INVOICE = "invoice"
    PAYMENT = "payment"
    ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class ListObject:
    """A ledger account, customer, vendor or item that must exist before documents can use it.

    ``fields`` hold what its kind needs: ledger account ``type``, ``sub_type``; customer ``email``,
    ``street``, ``city``, ``region``, ``postal_code``, ``country``, ``company``, ``first``, ``last``,
    ``phone``, ``mobile``; item ``sku``, and ``bought`` ("yes" for one that is only bought). ``parent`` and
    ``ledger_account`` (an item's income account, or what buying it is spent on) are keys of other
    list objects, or "".
    """

    kind: ListKind
    key: str
    name: str
    parent: str = ""
    ledger_account: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    def fingerprint(self) -> str:
        """Return 32 hex digits that change when anything that is written to the books changes."""
        parts = (self.kind.value, self.name, self.parent, self.ledger_account, self.fields)
        return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


@dataclass(slots=True, unsafe_hash=True)
class DocumentLine:
    """One line. In a journal entry ``amount_minor`` is positive for a debit, negative for a credit.

    Elsewhere it has the document's own direction: a line of a sales receipt adds to the total when positive,
    a discount is negative; a line of an expense adds to what was spent. ``item`` and ``ledger_account`` are
    keys; lines that name an item have both (the item's own ledger account), others only the latter.
    """

    amount_minor: int
    description: str
    ledger_account: str
    item: str = ""
    quantity: int = 1


@dataclass(slots=True, unsafe_hash=True)
class Document:
    """One document that the books should hold.

    ``money_account`` (key) is where a receipt's money goes, an expense's comes from, a deposit's goes, a
    transfer's comes from; an invoice's is the receivable, and a payment's where its money goes.
    ``other_account`` is where a transfer goes. A payment's first line settles its invoice, a second one stays
    with the customer as credit. ``party`` is the key of a customer or
    vendor or "". ``number`` is at most 21 characters. ``memo`` ends with the marker that finds the document
    again. ``follows`` is the key of the estimate that an invoice was made of, or "". An estimate
    posts nothing.
    """

    kind: DocumentKind
    key: str
    day: dt.date
    currency: str
    number: str
    memo: str
    money_account: str
    lines: tuple[DocumentLine, ...]
    party: str = ""
    other_account: str = ""
    source_keys: tuple[str, ...] = ()
    follows: str = ""

    @property
    def total_minor(self) -> int:
        """Return the document's own total in minor units (0 for a balanced journal entry)."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def settles(self) -> str:
        """Return the key of the invoice that a payment settles, "" for other documents."""
        return invoice_of(self.key) if self.kind is DocumentKind.PAYMENT else ""

    def postings(self) -> list[tuple[str, int]]:
        """Return (ledger account key, signed minor units, debit positive); they add up to 0."""
        return _POSTINGS[self.kind](self)

    def fingerprint(self) -> str:
        """Return 32 hex digits that change when anything that is written to the books changes."""
        parts = [
            self.kind, self.day.isoformat(), self.currency, self.number, self.memo, self.money_account,
            self.other_account, self.party,
        ]  # fmt: skip
        for line in self.lines:
            parts.append(f"{line.amount_minor}\x1f{line.quantity}\x1f{line.ledger_account}\x1f{line.item}")
            parts.append(line.description)
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def payment_key(invoice: str, tag: str) -> str:
    """Return the key of a payment of an invoice.

    >>> invoice_of(payment_key("order:39/sale", "1f0c"))
    'order:39/sale'
    """
    return f"{invoice}{_PAYS}{tag}"


def invoice_of(key: str) -> str:
    """Return the key of the invoice that a payment's key names, "" when it names none."""
    return key.rpartition(_PAYS)[0]


def estimate_key(group: str) -> str:
    """Return the key of the estimate of a group."""
    return f"{group}{_QUOTES}"


def is_estimate(key: str) -> bool:
    """Tell whether a key is an estimate's.

    >>> is_estimate(estimate_key("order:39"))
    True
    """
    return key.endswith(_QUOTES)


def _receipt(document: Document) -> list[tuple[str, int]]:
    sides = [(line.ledger_account, -line.amount_minor) for line in document.lines]
    return [(document.money_account, document.total_minor), *sides]


def _spent(document: Document) -> list[tuple[str, int]]:
    sides = [(line.ledger_account, line.amount_minor) for line in document.lines]
    return [*sides, (document.money_account, -document.total_minor)]


def _moved(document: Document) -> list[tuple[str, int]]:
    return [(document.other_account, document.total_minor), (document.money_account, -document.total_minor)]


def _nothing(_document: Document) -> list[tuple[str, int]]:
    return []


def _journal(document: Document) -> list[tuple[str, int]]:
    return [(line.ledger_account, line.amount_minor) for line in document.lines]


_POSTINGS = {
    DocumentKind.SALES_RECEIPT: _receipt,
    DocumentKind.DEPOSIT: _receipt,
    DocumentKind.INVOICE: _receipt,
    DocumentKind.PAYMENT: _receipt,
    DocumentKind.REFUND_RECEIPT: _spent,
    DocumentKind.EXPENSE: _spent,
    DocumentKind.TRANSFER: _moved,
    DocumentKind.JOURNAL_ENTRY: _journal,
    DocumentKind.ESTIMATE: _nothing,
}
