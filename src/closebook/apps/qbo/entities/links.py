"""Links between transactions, both ways: who settles, deposits or continues whom, and what is still open.

A link's row belongs to its source (a payment, a deposit, an invoice made of an estimate); the target shows
it in its own ``LinkedTxn`` and, where an amount is applied, in its balance. A target that changes so gets a
new token.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.services import write
from closebook.apps.qbo.wire import Body, decode
from closebook.core.money import decimal_from_minor, minor_from_decimal

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

OUTGOING = frozenset({"Estimate", "PurchaseOrder", "TimeActivity"})
"""Words of LinkedTxn that the linking transaction itself writes into its header or lines."""

_PAID_BY = {"Check": "BillPaymentCheck", "CreditCard": "BillPaymentCreditCard"}
_SPENT_BY = {"Check": "Check", "Cash": "Expense", "CreditCard": "Expense"}

_INCOMING = """
    SELECT l.source_id, l.source_line, l.amount_minor, s.entity, s.wire_id,
        CASE WHEN s.entity IN ('BillPayment', 'Purchase') THEN s.body ELSE '{}' END
    FROM books_recordlink l JOIN books_record s ON s.id = l.source_id
    WHERE l.target_id = %s AND s.deleted_at IS NULL ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A link that another transaction has to this one."""

    source: int
    source_line: str
    amount_minor: int
    entity: str
    wire_id: str
    word: str

    def as_linked(self) -> Body:
        """Return the entry of LinkedTxn that shows the link from the target's side."""
        return {"TxnId": self.wire_id, "TxnType": self.word}


def type_word(entity: str, body: Body) -> str:
    """Return the word by which links name a transaction."""
    if entity == "BillPayment":
        return _PAID_BY.get(body.get("PayType", ""), entity)
    if entity == "Purchase":
        if body.get("Credit") is True:
            return "CreditCardCredit"
        return _SPENT_BY.get(body.get("PaymentType", ""), entity)
    return entity


def incoming(ctx: Context, pk: int) -> list[Incoming]:
    """Return the links that live transactions have to this one, oldest first."""
    ctx.cursor.execute(_INCOMING, [pk])
    return [
        Incoming(source, line, amount, entity, wire_id, type_word(entity, decode(text)))
        for source, line, amount, entity, wire_id, text in ctx.cursor.fetchall()
    ]


def linked_entries(links: Iterable[Incoming]) -> list[Body]:
    """Return the entries of LinkedTxn for incoming links, one for each source."""
    return list({(link.word, link.wire_id): link.as_linked() for link in links}.values())


def outgoing_entries(body: Body) -> list[Body]:
    """Return those entries of a header's LinkedTxn that the transaction wrote itself. Raises 2010 when it is
    no list of objects.
    """
    entries = body.get("LinkedTxn") or []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise faults.unsupported_property("LinkedTxn")
    return [
        {"TxnId": str(entry.get("TxnId", "")), "TxnType": entry["TxnType"]}
        for entry in entries
        if str(entry.get("TxnType")) in OUTGOING
    ]


def targets_of(ctx: Context, pk: int) -> list[int]:
    """Return the primary keys of what a stored transaction links to."""
    ctx.cursor.execute("SELECT DISTINCT target_id FROM books_recordlink WHERE source_id = %s", [pk])
    return [row[0] for row in ctx.cursor.fetchall()]


def is_deposited(ctx: Context, pk: int) -> bool:
    """Tell whether a transaction stands on a live deposit."""
    ctx.cursor.execute(
        "SELECT 1 FROM books_recordlink l JOIN books_record s ON s.id = l.source_id"
        " WHERE l.target_id = %s AND s.entity = 'Deposit' AND s.deleted_at IS NULL LIMIT 1",
        [pk],
    )
    return ctx.cursor.fetchone() is not None


def check_not_deposited(ctx: Context, record: Record) -> None:
    """Raise 6540 when a transaction stands on a deposit."""
    if is_deposited(ctx, record.pk):
        raise faults.deposited()


def applied_minor(links: Iterable[Incoming], *, except_by: int | None = None) -> int:
    """Return what links apply, without those of one source."""
    return sum(link.amount_minor for link in links if link.source != except_by)


@contextmanager
def leaving(ctx: Context, pk: int) -> Iterator[None]:
    """Leave a transaction as it is while others are taken off it: it is being voided or deleted."""
    ctx.memo[("leaving", pk)] = True
    yield
    del ctx.memo[("leaving", pk)]


def is_leaving(ctx: Context, pk: int) -> bool:
    """Tell whether a transaction is being voided or deleted."""
    return ("leaving", pk) in ctx.memo


def refresh(ctx: Context, pk: int) -> None:
    """Bring a linked transaction in step with its links: LinkedTxn, open balance, state words; its token
    rises if anything changed.
    """
    record = None if is_leaving(ctx, pk) else store.by_pk(ctx.cursor, ctx.company_id, pk)
    if record is None:
        return
    body = store.body_of(record)
    links = incoming(ctx, pk)
    changes: dict[str, Any] = {"LinkedTxn": [*outgoing_entries(body), *linked_entries(links)]}
    balance: int | None = None
    if record.entity in _BALANCE_MEMBERS:
        balance = open_minor(record.total_minor or 0, applied_minor(links), record.entity, body)
        currency = body["CurrencyRef"]["value"]
        for member in _BALANCE_MEMBERS[record.entity]:
            changes[member] = decimal_from_minor(balance, currency)
    changes.update(_state_words(record.entity, body, links))
    changed = {name: value for name, value in changes.items() if body.get(name) != value}
    if changed or (balance is not None and balance != record.balance_minor):
        write.touch(ctx, record, changed, balance_minor=balance)


_BALANCE_MEMBERS: dict[str, tuple[str, ...]] = {
    "Invoice": ("Balance",),
    "Bill": ("Balance",),
    "CreditMemo": ("Balance", "RemainingCredit"),
    "VendorCredit": ("Balance",),
    "JournalEntry": (),
}


def open_minor(total_minor: int, applied: int, entity: str, body: Body) -> int:
    """Return what is open of a charge or credit: its total less its deposit less what was applied, toward
    zero.
    """
    if entity == "Invoice":
        currency = body["CurrencyRef"]["value"]
        total_minor -= minor_from_decimal(body.get("Deposit", 0), currency)
    return total_minor - applied if total_minor >= 0 else total_minor + applied


def _state_words(entity: str, body: Body, links: list[Incoming]) -> Body:
    taken = any(link.entity in {"Invoice", "Bill"} for link in links)
    if entity == "Estimate":
        if taken:
            return {"TxnStatus": "Closed"}
        return {"TxnStatus": "Pending"} if body.get("TxnStatus") == "Closed" else {}
    if entity == "PurchaseOrder":
        return {"POStatus": "Closed" if taken else "Open"}
    if entity == "TimeActivity":
        if taken:
            return {"BillableStatus": "HasBeenBilled"}
        return {"BillableStatus": "Billable"} if body.get("BillableStatus") == "HasBeenBilled" else {}
    return {}
