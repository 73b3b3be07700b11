"""The shop: what was sold, charged and paid out, and the documents that the books should hold of it.

Each happening is one document; a payout settles happenings and is wanted only when it equals them to the
cent.
"""

from __future__ import annotations

import datetime as dt

from closebook.core.planning.documents import (
    Document,
    DocumentKind,
    DocumentLine,
    ListKind,
    ListObject,
    payment_key,
)

CLEARING, BANK, INCOME, FEES, EQUITY = "la:clearing", "la:bank", "la:income", "la:fees", "la:equity"
RECEIVABLE = "la:receivable"
SIGN = {
    DocumentKind.SALES_RECEIPT: 1,
    DocumentKind.EXPENSE: -1,
    DocumentKind.REFUND_RECEIPT: -1,
    DocumentKind.DEPOSIT: 1,
    DocumentKind.JOURNAL_ENTRY: 1,
    DocumentKind.TRANSFER: -1,
    DocumentKind.INVOICE: 0,
    DocumentKind.PAYMENT: 1,
    DocumentKind.ESTIMATE: 0,
}
"""What a document does to the clearing account."""
WORDS = {
    DocumentKind.SALES_RECEIPT: "sale",
    DocumentKind.EXPENSE: "fee",
    DocumentKind.REFUND_RECEIPT: "refund",
    DocumentKind.DEPOSIT: "top-up",
    DocumentKind.JOURNAL_ENTRY: "adjustment",
    DocumentKind.TRANSFER: "payout",
    DocumentKind.INVOICE: "invoice",
    DocumentKind.PAYMENT: "payment",
    DocumentKind.ESTIMATE: "estimate",
}
ITEM = ListObject(ListKind.ITEM, "item:goods", "Goods", ledger_account=INCOME)
CUSTOMERS = {
    name: ListObject(
        ListKind.CUSTOMER, f"customer:{name}", name.title(), fields=(("email", f"{name}@example.com"),)
    )
    for name in ("ada quill", "bo finch", "cy marsh")
}


_SOLD = frozenset(
    {
        DocumentKind.SALES_RECEIPT,
        DocumentKind.REFUND_RECEIPT,
        DocumentKind.INVOICE,
        DocumentKind.ESTIMATE,
    }
)
_MONEY = {DocumentKind.INVOICE: RECEIVABLE, DocumentKind.ESTIMATE: ""}
_OF_SOMEBODY = _SOLD | {DocumentKind.PAYMENT}


class Paper(Document):
    """A document that works its fingerprint out once, because every plan and every write asks for it."""

    __slots__ = ("_print",)

    def fingerprint(self) -> str:
        """Return what ``Document.fingerprint`` returns."""
        try:
            return self._print
        except AttributeError:
            self._print = Document.fingerprint(self)
            return self._print


class Happening:
    """One happening with the document that follows from it; ``settles`` names what a payout pays."""

    __slots__ = (
        "aliases",
        "amount_minor",
        "buyer",
        "changed_at",
        "day",
        "document",
        "key",
        "kind",
        "settles",
    )

    def __init__(self, kind: DocumentKind, key: str, day: dt.date, amount_minor: int, buyer: str) -> None:
        self.kind, self.key, self.day, self.amount_minor, self.buyer = kind, key, day, amount_minor, buyer
        self.settles: tuple[str, ...] = ()
        self.aliases: tuple[str, ...] = ()
        self.changed_at = 0
        self.document = self.write()

    @property
    def needs(self) -> tuple[ListObject, ...]:
        """Return the list objects that the document names."""
        if self.kind in _SOLD:
            return (CUSTOMERS[self.buyer], ITEM)
        return (CUSTOMERS[self.buyer],) if self.kind in _OF_SOMEBODY else ()

    def write(self) -> Document:
        """Return the document of the happening as it is now."""
        needs, amount = self.needs, self.amount_minor
        sold = self.kind in _SOLD
        lines: tuple[DocumentLine, ...] = (
            DocumentLine(amount, "line", INCOME if sold else FEES, ITEM.key if sold else ""),
        )
        other, money = "", _MONEY.get(self.kind, CLEARING)
        if self.kind is DocumentKind.PAYMENT:
            lines = (DocumentLine(amount, "paid", RECEIVABLE),)
        elif self.kind is DocumentKind.TRANSFER:
            other = BANK
        elif self.kind is DocumentKind.JOURNAL_ENTRY:
            lines = (DocumentLine(amount, "in", CLEARING), DocumentLine(-amount, "out", EQUITY))
        return Paper(
            self.kind, self.key, self.day, "USD", self.key[-21:], f"closebook {self.key}", money, lines,
            party=needs[0].key if needs else "", other_account=other,
        )  # fmt: skip


class Shop:
    """All happenings by key, in the order in which they came."""

    def __init__(self) -> None:
        self.happenings: dict[str, Happening] = {}
        self.count = 0
        self.version = 0  # raised by every change
        self._wanted: dict[str, Document | ListObject] | None = None
        self._disputed: tuple[int, frozenset[str]] = (0, frozenset())

    def add(self, kind: DocumentKind, day: dt.date, amount_minor: int, buyer: str, now: int) -> Happening:
        """Return a new happening; a payout settles all that is not settled yet, a payment an invoice of its
        own.
        """
        of = ""
        if kind is DocumentKind.PAYMENT:
            of = self.add(DocumentKind.INVOICE, day, amount_minor, buyer, now).key
        self.count += 1
        key = payment_key(of, str(self.count)) if of else f"{WORDS[kind]}:{self.count}"
        happening = Happening(kind, key, day, amount_minor, buyer)
        if kind is DocumentKind.TRANSFER:
            settled = {key for other in self.happenings.values() for key in other.settles}
            happening.settles = tuple(
                key for key, h in self.happenings.items() if h.kind is not kind and key not in settled
            )
            happening.amount_minor = self.owed(happening)
            happening.document = happening.write()
        happening.changed_at = now
        self.happenings[happening.key] = happening
        self._wanted = None
        self.version += 1
        return happening

    def owed(self, payout: Happening) -> int:
        """Return what the payout ought to be: gross - fees - refunds ± adjustments."""
        happenings = self.happenings
        return sum(SIGN[h.kind] * h.amount_minor for key in payout.settles if (h := happenings.get(key)))

    def change(self, key: str, amount_minor: int, now: int) -> None:
        """Let the source say another amount."""
        happening = self.happenings[key]
        happening.amount_minor = amount_minor
        self._rewrite(happening, now)

    def remove(self, key: str) -> None:
        """Let the source take a happening back."""
        del self.happenings[key]
        self._wanted = None
        self.version += 1

    def rename(self, key: str, now: int) -> str:
        """Let the source give a happening another id; return the new key. The document changes with its
        number.
        """
        happening = self.happenings.pop(key)
        happening.aliases = (*happening.aliases, key)
        happening.key = f"{key}b"
        for other in self.happenings.values():
            if key in other.settles:
                other.settles = tuple(happening.key if k == key else k for k in other.settles)
        self.happenings[happening.key] = happening
        self._rewrite(happening, now)
        return happening.key

    def _rewrite(self, happening: Happening, now: int) -> None:
        happening.document = happening.write()
        happening.changed_at = now
        self._wanted = None
        self.version += 1

    def wanted(self) -> dict[str, Document | ListObject]:
        """Return by key what the books should hold: lists first, payouts last. Not to be changed by the
        caller.
        """
        if self._wanted is None:
            lists: dict[str, Document | ListObject] = {
                n.key: n for h in self.happenings.values() for n in h.needs
            }
            payouts: dict[str, Document | ListObject] = {}
            for key, happening in self.happenings.items():
                target = payouts if happening.kind is DocumentKind.TRANSFER else lists
                target[key] = happening.document
            self._wanted = lists | payouts
        return self._wanted

    def disputed(self, key: str) -> bool:
        """Tell whether a payout differs from what it settles: then it has to be held."""
        happening = self.happenings.get(key)
        if happening is None or happening.kind is not DocumentKind.TRANSFER:
            return False
        return happening.amount_minor != self.owed(happening)

    def disputed_keys(self) -> frozenset[str]:
        """Return the keys of all payouts that have to be held."""
        if self._disputed[0] != self.version:
            self._disputed = (self.version, frozenset(key for key in self.happenings if self.disputed(key)))
        return self._disputed[1]

    def unsettled(self) -> int:
        """Return what the clearing account should show when everything is in the books."""
        return sum(SIGN[h.kind] * h.amount_minor for h in self.happenings.values())
