"""Sales forms: SalesReceipt, RefundReceipt and CreditMemo; ``invoices`` and ``estimates`` build on the same
base.

Source: QuickBooks Online Accounting API, SalesReceipt, RefundReceipt, CreditMemo.
"""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Kind, Property
from closebook.apps.qbo.entities.buyers import fill_customer
from closebook.apps.qbo.entities.ledger_accounts import PAYS, chosen, deposit_to
from closebook.apps.qbo.entities.numbers import SALES_FORMS, given_number
from closebook.apps.qbo.entities.sales_lines import SalesLines, read_lines, show_inclusive, wire_lines
from closebook.apps.qbo.entities.stock import Shelf
from closebook.apps.qbo.entities.tax import SALES, tax_form
from closebook.apps.qbo.entities.transaction import Transaction
from closebook.apps.qbo.values import flag, text_of
from closebook.core.ledger.entry import JournalEntry, Posting
from closebook.core.ledger.rules import charge_entry, spend_entry
from closebook.core.ledger.rules_stock import issue_postings, repeat_postings, return_postings

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.form import Form

FORM_FIELDS = frozenset(
    {
        "CustomerRef", "CustomerMemo", "BillAddr", "ShipAddr", "ShipFromAddr", "BillEmail", "BillEmailCc",
        "BillEmailBcc",
        "ApplyTaxAfterDiscount", "PrintStatus", "EmailStatus", "DeliveryInfo", "ShipMethodRef", "ShipDate",
        "TrackingNum",
        "FreeFormAddress", "Balance", "ProjectRef", "DepartmentRef", "CheckPayment", "CreditCardPayment",
        "PaymentMethodRef",
        "PaymentRefNum", "PaymentType", "TxnApprovalInfo", "InvoiceLink",
    }
)  # fmt: skip


class SalesForm(Transaction):
    """A form with sales lines. ``refunds`` tells the direction: money and goods come back instead of going
    out.
    """

    needs_customer: ClassVar[bool] = True
    refunds: ClassVar[bool] = False
    numbers: ClassVar[tuple[str, ...]] = SALES_FORMS
    voidable: ClassVar[bool] = True
    own_properties: ClassVar[tuple[Property, ...]] = (
        Property("CustomerRef", Kind.REFERENCE, "party"),
        Property("Balance", Kind.NUMBER, "balance_minor"),
        Property("DepositToAccountRef", Kind.REFERENCE),
        Property("PaymentMethodRef", Kind.REFERENCE),
        Property("PaymentRefNum"),
        Property("PrintStatus"),
        Property("EmailStatus"),
        Property("ShipDate", Kind.DATE),
    )

    def build(self, form: Form) -> Draft:
        """Return the draft: customer, lines, tax, totals, number, and the kind's own money side. Raises
        Fault.
        """
        fill_customer(form, needed=self.needs_customer)
        lines = read_lines(form)
        total = self.reckon(form, lines)
        draft = Draft(form.body, doc_number=given_number(form, self.numbers), total_minor=total)
        self.finish(form, lines, draft)
        return draft

    def reckon(self, form: Form, lines: SalesLines) -> int:
        """Return the total; lines, tax details and total go into the body. The postings become net amounts.
        Raises 6000.
        """
        amounts = [posting.amount_minor for posting in lines.postings]
        taxed = tax_form(form, amounts, lines.codes, lines.discount_minor, SALES)
        if taxed.inclusive:
            show_inclusive(form, lines, taxed.nets)
            for posting, net in zip(lines.postings, taxed.nets, strict=True):
                posting.amount_minor = net
        if lines.discount_posting is not None:
            lines.discount_posting.amount_minor = -taxed.discount_minor
            lines.postings.append(lines.discount_posting)
        lines.postings.extend(taxed.postings(form))
        total = sum(posting.amount_minor for posting in lines.postings)
        if total < 0:
            raise faults.business("Transaction amount must be 0 or greater", "TotalAmt")
        body = form.body
        body["Line"] = wire_lines(form, lines)
        body["TotalAmt"] = form.decimal(total)
        body["ApplyTaxAfterDiscount"] = flag(body, "ApplyTaxAfterDiscount")
        body.setdefault("PrintStatus", "NeedToPrint")
        body.setdefault("EmailStatus", "NotSet")
        body.setdefault("CustomField", [])
        return total

    @abstractmethod
    def finish(self, form: Form, lines: SalesLines, draft: Draft) -> None:
        """Put the kind's own members into the body, and balance and entry into the draft."""

    def enter(self, form: Form, lines: SalesLines, draft: Draft, money: list[Posting]) -> None:
        """Give the draft its entry: the money side, the lines, and what goods cost."""
        rule = spend_entry if self.refunds else charge_entry
        entry = rule(form.day, money, lines.postings, form.exchange)
        draft.entry = entry
        if lines.movements or form.former is not None:
            self._move_stock(form, lines, draft, entry)

    def _move_stock(self, form: Form, lines: SalesLines, draft: Draft, entry: JournalEntry) -> None:
        items = [movement.item for movement, _ in lines.movements]
        shelf = Shelf(form.ctx, items, form.former)
        for movement, fallback in lines.movements:
            signed = movement.quantity_micro if self.refunds else -movement.quantity_micro
            kept = shelf.unchanged(movement.item, signed) if items.count(movement.item) == 1 else None
            if kept is not None:
                rule = partial(repeat_postings, movement, moved=kept)
            elif self.refunds:
                rule = partial(return_postings, movement, fallback_minor=fallback)
            else:
                rule = partial(issue_postings, movement)
            entry.postings.extend(shelf.move(movement.item, rule))
        draft.after.append(shelf.save)

    def warns_duplicate_number(self, ctx: Context) -> bool:
        """Refuse a number that a form of the same kind has."""
        return True

    def prepare_void(self, ctx: Context, record: Record) -> Draft:
        """Return the voided form. Raises 6540 for one that was deposited."""
        return self.void_draft(ctx, record)


def _paid_at_once(form: Form) -> None:
    form.body["Balance"] = form.zero
    form.fill("PaymentMethod", "PaymentMethodRef")


class SalesReceipt(SalesForm):
    """A sale that is paid at once: debits where the money went, credits income."""

    name = "SalesReceipt"
    label = "Sales Receipt"
    needs_customer = False
    own_fields = FORM_FIELDS | {"DepositToAccountRef"}
    lengths: ClassVar[dict[str, int]] = {"DocNumber": 21, "PrivateNote": 4000, "PaymentRefNum": 21}

    def finish(self, form: Form, lines: SalesLines, draft: Draft) -> None:
        """Debit DepositToAccountRef, which is Undeposited Funds when none was sent."""
        place = deposit_to(form)
        _paid_at_once(form)
        draft.balance_minor = 0
        money = Posting(place.pk, draft.total_minor or 0, form.party_pk, location=form.location)
        self.enter(form, lines, draft, [money])


class RefundReceipt(SalesForm):
    """Money given back: the lines are debited, the ledger account that the money leaves is credited."""

    name = "RefundReceipt"
    label = "Refund Receipt"
    needs_customer = False
    refunds = True
    own_fields = FORM_FIELDS | {"DepositToAccountRef"}
    lengths: ClassVar[dict[str, int]] = {"DocNumber": 21, "PrivateNote": 4000, "PaymentRefNum": 21}

    def finish(self, form: Form, lines: SalesLines, draft: Draft) -> None:
        """Credit DepositToAccountRef, which has to be named."""
        place = chosen(form, "DepositToAccountRef", PAYS)
        _paid_at_once(form)
        kind = text_of(form.body.get("PaymentType"), "PaymentType")
        if kind and kind not in {"Cash", "Check", "CreditCard", "Other"}:
            raise faults.invalid_enumeration(kind, "PaymentType")
        draft.balance_minor = 0
        money = Posting(place.pk, draft.total_minor or 0, form.party_pk, location=form.location)
        self.enter(form, lines, draft, [money])


def mark_open(
    form: Form, draft: Draft, total_minor: int, applied_minor: int, members: tuple[str, ...]
) -> None:
    """Write what is open into the draft and into members of the body. Raises 6000 when less is left than was
    applied.
    """
    left = total_minor - applied_minor
    if left < 0:
        raise faults.business(
            "The total cannot be less than the amount that has been applied to it. Remove the payment first.",
            "TotalAmt",
        )
    draft.balance_minor = left
    value: Any = form.decimal(left)
    for member in members:
        form.body[member] = value
