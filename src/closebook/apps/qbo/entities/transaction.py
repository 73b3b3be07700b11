"""The base of all kinds of transactions: common members, and what follows from update, void and delete."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities import links, posted, stock
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.form import Form
from closebook.apps.qbo.entities.header import fill_header
from closebook.apps.qbo.entities.members import settle_members
from closebook.apps.qbo.entities.unlink import unlink_sources
from closebook.apps.qbo.wire import Body
from closebook.core.money import decimal_from_minor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

MOST_NOTE = 4000
MOST_MINOR = 10**17
HEADER = frozenset(
    {
        "TxnDate", "DocNumber", "PrivateNote", "CurrencyRef", "ExchangeRate", "DepartmentRef", "ClassRef",
        "TxnTaxDetail", "GlobalTaxCalculation", "LinkedTxn", "CustomField", "Line", "TxnSource",
        "TransactionLocationType", "TaxExemptionRef", "TotalAmt", "RecurDataRef", "AttachableRef",
        "TxnStatus",
    }
)  # fmt: skip
READ_ONLY = frozenset({"HomeTotalAmt", "HomeBalance", "HomeTotalTax"})

COMMON = (
    Property("TxnDate", Kind.DATE, "txn_date"),
    Property("DocNumber", Kind.TEXT, "doc_number"),
    Property("TotalAmt", Kind.NUMBER, "total_minor"),
    Property("PrivateNote"),
    Property("DepartmentRef", Kind.REFERENCE),
    Property("ClassRef", Kind.REFERENCE),
    Property("CurrencyRef", Kind.REFERENCE),
    Property("ExchangeRate", Kind.NUMBER),
)


class Transaction(Entity, ABC):
    """A kind of transaction. Subclasses implement ``build``; ``own_fields`` are their members beside the
    common ones.
    """

    is_transaction: ClassVar[bool] = True
    series: ClassVar[str] = "transaction"
    deletable: ClassVar[bool] = True
    default_order: ClassVar[str] = "id"
    own_fields: ClassVar[frozenset[str]] = frozenset()
    lengths: ClassVar[Mapping[str, int]] = {"DocNumber": 21, "PrivateNote": MOST_NOTE}
    own_properties: ClassVar[tuple[Property, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Join the common members and properties to the kind's own."""
        super().__init_subclass__(**kwargs)
        cls.fields = HEADER | cls.own_fields
        cls.read_only = READ_ONLY
        cls.properties = (*COMMON, *cls.own_properties)

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft of a transaction. Raises Fault, 6540 when the stored one stands on a deposit."""
        if former is not None:
            self.check_change(ctx, former)
        return self.draft_of(ctx, payload, former)

    def check_change(self, ctx: Context, record: Record) -> None:
        """Raise 6540 when the stored transaction stands on a deposit."""
        links.check_not_deposited(ctx, record)

    def draft_of(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft of a payload, whether or not a client may change the stored transaction. Raises
        Fault.
        """
        form = Form(ctx, payload, former)
        settle_members(form.body)
        fill_header(form)
        draft = self.build(form)
        _check_size(draft)
        draft.txn_date = form.day
        draft.party = form.party_pk
        keep_links_in_step(form, draft)
        if form.exchange is not None:
            home = form.exchange.home_minor(draft.total_minor or 0)
            draft.body["HomeTotalAmt"] = decimal_from_minor(home, ctx.home_currency)
            draft.after.insert(0, partial(posted.remember, entry=draft.entry))
        return draft

    @abstractmethod
    def build(self, form: Form) -> Draft:
        """Return the draft with body, number, totals, entry and links. Raises Fault."""

    def check_delete(self, ctx: Context, record: Record) -> None:
        """Raise 6540 when the transaction stands on a deposit."""
        self.check_change(ctx, record)

    def after_delete(self, ctx: Context, record: Record) -> None:
        """Put its stock back, free what it settled, and take it out of what settled it."""
        stock.take_back(ctx, record)
        _let_go(ctx, record, links.targets_of(ctx, record.pk))

    def void_draft(self, ctx: Context, record: Record) -> Draft:
        """Return the draft of a voided transaction: amounts 0, lines kept, the memo says so, nothing
        posted.
        """
        self.check_change(ctx, record)
        body = store.body_of(record)
        zero = body.get("TotalAmt", 0) * 0
        voided: Body = zeroed(body, zero)
        voided["PrivateNote"] = _voided_note(str(body.get("PrivateNote", "")))
        voided["LinkedTxn"] = []
        targets = links.targets_of(ctx, record.pk)
        draft = Draft(
            voided,
            doc_number=record.doc_number,
            txn_date=record.txn_date,
            due_date=record.due_date,
            party=record.party,
            total_minor=0,
            balance_minor=None if record.balance_minor is None else 0,
        )
        draft.after.append(stock.Shelf(ctx, (), record).save)
        draft.after.append(partial(_let_go, targets=targets))
        return draft


def _check_size(draft: Draft) -> None:
    """Raise 2140 for amounts that no ledger can hold."""
    postings = draft.entry.postings if draft.entry is not None else ()
    for amount in (draft.total_minor or 0, *(posting.amount_minor for posting in postings)):
        if not -MOST_MINOR < amount < MOST_MINOR:
            raise faults.invalid_amount(amount, "TotalAmt")


def _voided_note(note: str) -> str:
    if note.startswith("Voided"):
        return note
    return f"Voided - {note}"[:MOST_NOTE] if note else "Voided"


def _let_go(ctx: Context, record: Record, targets: list[int]) -> None:
    """Free what a transaction settled, and take it out of what settled it."""
    for target in targets:
        links.refresh(ctx, target)
    unlink_sources(ctx, record)


_ZEROED = frozenset(
    {
        "Amount", "Qty", "TotalAmt", "Balance", "TotalTax", "NetAmountTaxable", "Deposit", "RemainingCredit",
        "UnappliedAmt", "TaxInclusiveAmt", "TaxAmount", "HomeTotalAmt", "HomeBalance", "Quantity",
    }
)  # fmt: skip


def zeroed(value: Any, zero: Any) -> Any:
    """Return a copy of a wire value in which every amount and quantity is 0, at any depth."""
    if isinstance(value, list):
        return [zeroed(element, zero) for element in value]
    if not isinstance(value, dict):
        return value
    return {name: zero if name in _ZEROED else zeroed(member, zero) for name, member in value.items()}


def keep_links_in_step(form: Form, draft: Draft) -> None:
    """Have the transactions that are or were linked refreshed once the draft is stored; show incoming
    links.
    """
    targets = {link.target: None for link in draft.links}
    if form.former is not None:
        targets.update(dict.fromkeys(links.targets_of(form.ctx, form.former.pk)))
        found = links.linked_entries(links.incoming(form.ctx, form.former.pk))
        entries = [*links.outgoing_entries(draft.body), *found]
        if entries or "LinkedTxn" in form.former_body:
            draft.body["LinkedTxn"] = entries
    elif "LinkedTxn" in draft.body:
        draft.body["LinkedTxn"] = links.outgoing_entries(draft.body)
    if targets:
        draft.after.append(partial(_refresh_all, targets=targets))


def _refresh_all(ctx: Context, _record: Record, targets: dict[int, None]) -> None:
    for target in targets:
        links.refresh(ctx, target)
