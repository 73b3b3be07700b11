"""What payments from customers and to vendors share: lines that settle charges with money and credits.

Source: QuickBooks Online Accounting API, Payment and BillPayment.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities.base import Draft, LinkDraft
from closebook.apps.qbo.entities.header import exchange_of
from closebook.apps.qbo.entities.lines import sent_lines
from closebook.apps.qbo.entities.posted import remember
from closebook.apps.qbo.entities.settled import Target, application, find_target
from closebook.apps.qbo.entities.transaction import Transaction
from closebook.apps.qbo.entities.unlink import points_at
from closebook.apps.qbo.services import write
from closebook.apps.qbo.values import text_of
from closebook.core.ledger.entry import JournalEntry, Posting
from closebook.core.ledger.rules import Application, Settlement, settlement_entry

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body


@dataclass(slots=True)
class Parts:
    """What the lines of a payment settle."""

    wire: list[Body] = field(default_factory=list)
    charges: list[Application] = field(default_factory=list)
    credits: list[Application] = field(default_factory=list)
    links: list[LinkDraft] = field(default_factory=list)

    @property
    def charged_minor(self) -> int:
        """Return the sum of the charges that are settled."""
        return sum(part.amount_minor for part in self.charges)

    @property
    def credited_minor(self) -> int:
        """Return the sum of the credits that are used."""
        return sum(part.amount_minor for part in self.credits)


class SettlingForm(Transaction):
    """A payment. ``role`` is the ledger account it settles, ``sign`` 1 for money that comes in; ``settles``
    its kinds of targets.
    """

    role: ClassVar[str]
    sign: ClassVar[int]
    settles: ClassVar[frozenset[str]]
    voidable: ClassVar[bool] = True

    def read_parts(self, form: Form) -> Parts:
        """Return what the lines settle. Raises 2010, 2170, 610, 620, 6000."""
        parts = Parts()
        targets: dict[tuple[str, str], Target] = {}
        for number, line in enumerate(sent_lines(form, needed=False), 1):
            entity, wire_id = _linked(line, self.settles)
            target = targets.get((entity, wire_id)) or find_target(form, self.role, entity, wire_id)
            targets[(entity, wire_id)] = target
            amount = form.minor(line.get("Amount", 0), "Line.Amount")
            if amount < 0:
                raise faults.business("The amount of a payment line must be 0 or greater", "Line.Amount")
            self._add(form, parts, target, amount, str(number))
        return parts

    def _add(self, form: Form, parts: Parts, target: Target, amount: int, line: str) -> None:
        part = application(form, target, amount, line)
        (parts.credits if target.is_credit else parts.charges).append(part)
        parts.links.append(LinkDraft(target.record.pk, line, amount))
        entry = {"TxnId": target.record.wire_id, "TxnType": target.word}
        parts.wire.append({"Amount": form.decimal(amount), "LinkedTxn": [entry]})

    def settle(
        self, form: Form, parts: Parts, total_minor: int, money: int | None, open_account: int
    ) -> Draft:
        """Return the draft of a payment; ``money`` is the ledger account that it moves. Raises 6000 when it
        settles too much.
        """
        unapplied = total_minor + parts.credited_minor - parts.charged_minor
        if unapplied < 0:
            raise faults.business(
                "The amounts that are applied are more than the payment and its credits", "TotalAmt"
            )
        if total_minor and money is None:
            raise faults.required("AccountRef")
        form.body["Line"] = parts.wire
        form.body["TotalAmt"] = form.decimal(total_minor)
        form.body.pop("TxnTaxDetail", None)
        draft = Draft(form.body, total_minor=total_minor, balance_minor=unapplied, links=parts.links)
        draft.entry = self._entry(
            form, parts, Posting(money or 0, total_minor, form.party_pk), open_account, unapplied
        )
        return draft

    def _entry(
        self, form: Form, parts: Parts, money: Posting, open_account: int, unapplied: int
    ) -> JournalEntry:
        money.location = form.location
        settlement = Settlement(
            money, Posting(open_account, unapplied, form.party_pk), tuple(parts.charges), tuple(parts.credits)
        )
        exchange = exchange_of(form)
        gain = form.ctx.ledger_account("exchange-gain-or-loss").pk if exchange.is_foreign else None
        return settlement_entry(form.day, settlement, self.sign, exchange, gain)

    def without_target(self, ctx: Context, source: Record, target: Record) -> None:
        """Take a document off a payment: the total stays; what nothing is left for, or nothing pays any
        more, is let go.
        """
        body = store.body_of(source)
        lines = [line for line in body.get("Line", []) if not points_at(line["LinkedTxn"][0], target)]
        body["Line"] = _within(ctx, lines, Decimal(body["TotalAmt"]))
        write.store_changed(ctx, self, source, self.draft_of(ctx, body, source))

    def repost(self, ctx: Context, source: Record) -> None:
        """Reckon a payment's entry anew: a foreign document that it settles has another home amount now."""
        draft = self.draft_of(ctx, store.body_of(source), source)
        write.repost(ctx, source, draft.entry)
        remember(ctx, source, draft.entry)

    def prepare_void(self, ctx: Context, record: Record) -> Draft:
        """Return the voided payment, without lines; what it settled is open again. Raises 6540."""
        draft = self.void_draft(ctx, record)
        draft.body["Line"] = []
        return draft


def _linked(line: Body, allowed: frozenset[str]) -> tuple[str, str]:
    """Return (entity, id) of the document that a line names. Raises 2010, 2170."""
    entries: Any = line.get("LinkedTxn")
    if not isinstance(entries, list) or len(entries) != 1 or not isinstance(entries[0], dict):
        raise faults.unsupported_property("LinkedTxn")
    word = text_of(entries[0].get("TxnType"), "TxnType")
    if word not in allowed:
        raise faults.invalid_enumeration(word, "TxnType")
    return word, text_of(entries[0].get("TxnId"), "TxnId")


def _within(ctx: Context, lines: list[Body], total: Decimal) -> list[Body]:
    """Return a payment's lines with charges cut to what money and credits give, then credits to what the
    charges need.
    """
    credits_ = [line for line in lines if _is_credit(ctx, line["LinkedTxn"][0])]
    charges = [line for line in lines if line not in credits_]
    charges = _cut(charges, total + sum(line["Amount"] for line in credits_))
    return [*charges, *_cut(credits_, Decimal(sum(line["Amount"] for line in charges)))]


def _is_credit(ctx: Context, entry: Body) -> bool:
    if entry["TxnType"] == "JournalEntry":
        record = store.by_wire_id(ctx.cursor, ctx.company_id, "JournalEntry", entry["TxnId"])
        return record is not None and (record.total_minor or 0) < 0
    return entry["TxnType"] in {"CreditMemo", "VendorCredit"}


def _cut(lines: list[Body], most: Decimal) -> list[Body]:
    """Return the lines with amounts cut so that they come to at most so much; lines of nothing are left
    out.
    """
    kept = []
    for line in lines:
        used = min(most, Decimal(line["Amount"]))
        most -= used
        if used:
            kept.append({**line, "Amount": used})
    return kept
