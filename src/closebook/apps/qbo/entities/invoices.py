"""Invoice and CreditMemo: what customers owe and are owed.

Source: QuickBooks Online Accounting API, Invoice and CreditMemo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities import links
from closebook.apps.qbo.entities.base import Draft, Kind, LinkDraft, Property, is_empty
from closebook.apps.qbo.entities.buyers import fill_term
from closebook.apps.qbo.entities.due_dates import fill_due_date
from closebook.apps.qbo.entities.expense_lines import line_links
from closebook.apps.qbo.entities.ledger_accounts import deposit_to, open_account
from closebook.apps.qbo.entities.open_documents import after_foreign_change, applied_to, check_same_party
from closebook.apps.qbo.entities.sales import FORM_FIELDS, SalesForm, mark_open
from closebook.core.ledger.entry import Posting

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.entities.sales_lines import SalesLines

_INVOICE_FIELDS = frozenset(
    {
        "DueDate", "SalesTermRef", "Deposit", "DepositToAccountRef", "AllowIPNPayment", "AllowOnlinePayment",
        "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment", "AllowOnlinePayPalPayment",
        "EInvoiceStatus", "ARAccountRef",
        "SalesRepRef", "ECloudStatusTimeStamp", "invoiceStatus", "CallToAction", "AREnabled",
    }
)  # fmt: skip
_ONLINE = ("AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment")


class Invoice(SalesForm):
    """Debits receivables for what is owed and the deposit's ledger account for what was received with it."""

    name = "Invoice"
    label = "Invoice"
    own_fields = FORM_FIELDS | _INVOICE_FIELDS
    own_properties: ClassVar[tuple[Property, ...]] = (
        Property("CustomerRef", Kind.REFERENCE, "party"),
        Property("Balance", Kind.NUMBER, "balance_minor"),
        Property("DueDate", Kind.DATE, "due_date"),
        Property("SalesTermRef", Kind.REFERENCE),
        Property("Deposit", Kind.NUMBER),
        Property("EmailStatus"),
        Property("PrintStatus"),
        Property("ShipDate", Kind.DATE),
    )

    def finish(self, form: Form, lines: SalesLines, draft: Draft) -> None:
        """Settle due date, deposit, balance, links and entry. Raises 6000, 620."""
        check_same_party(form, "CustomerRef")
        term = fill_term(form, form.ctx.preference("SalesFormsPrefs", "DefaultTerms"))
        draft.due_date = fill_due_date(form, term)
        total = draft.total_minor or 0
        deposit = _deposit(form, total)
        mark_open(form, draft, total - deposit, applied_to(form), ("Balance",))
        stands_on = open_account(form, "receivable", "ARAccountRef")
        money = [Posting(stands_on.pk, total - deposit, form.party_pk, location=form.location)]
        if deposit:
            money.append(Posting(deposit_to(form).pk, deposit, form.party_pk, location=form.location))
        self.enter(form, lines, draft, money)
        for name in _ONLINE:
            form.body.setdefault(name, False)
        draft.links = _continued(form)
        form.body.setdefault("LinkedTxn", [])
        after_foreign_change(form, draft)


def _deposit(form: Form, total_minor: int) -> int:
    """Return what was received with the invoice. Raises 5030 when deposits are not used, 6000 for more than
    the total.
    """
    sent = form.body.get("Deposit")
    deposit = form.minor(sent, "Deposit") if not is_empty(sent) else 0
    if deposit and form.ctx.preference("SalesFormsPrefs", "AllowDeposit", True) is False:
        raise faults.feature_unsupported("Deposit")
    if not 0 <= deposit <= max(total_minor, 0):
        raise faults.business("The deposit must be between 0 and the total of the invoice", "Deposit")
    form.body["Deposit"] = form.decimal(deposit)
    return deposit


def _continued(form: Form) -> list[LinkDraft]:
    """Return the links to an estimate and to billed time. Raises 6000 for two estimates, 620 for what cannot
    be linked.
    """
    wanted = [(word, wire_id) for word, wire_id in line_links(form) if word in {"Estimate", "TimeActivity"}]
    if sum(word == "Estimate" for word, _ in wanted) > 1:
        raise faults.business("An invoice can be linked to one estimate", "LinkedTxn")
    return [LinkDraft(_linkable(form, word, wire_id)) for word, wire_id in wanted]


def _linkable(form: Form, entity: str, wire_id: str) -> int:
    ctx = form.ctx
    record = store.by_wire_id(ctx.cursor, ctx.company_id, entity, wire_id)
    if record is None:
        raise faults.not_found()
    own = form.former.pk if form.former is not None else None
    taken = any(link.entity == "Invoice" and link.source != own for link in links.incoming(ctx, record.pk))
    if taken or record.party != form.party_pk:
        raise faults.cannot_link(wire_id)
    return record.pk


class CreditMemo(SalesForm):
    """Credits receivables and debits income; a payment uses it against invoices."""

    name = "CreditMemo"
    label = "Credit Memo"
    refunds = True
    own_fields = FORM_FIELDS | {"RemainingCredit", "SalesTermRef", "ARAccountRef", "InvoiceRef"}
    own_properties: ClassVar[tuple[Property, ...]] = (
        *SalesForm.own_properties,
        Property("RemainingCredit", Kind.NUMBER, "balance_minor"),
    )

    def finish(self, form: Form, lines: SalesLines, draft: Draft) -> None:
        """Settle balance and entry. Raises 6000."""
        check_same_party(form, "CustomerRef")
        if "SalesTermRef" in form.body:
            form.fill("Term", "SalesTermRef")
        total = draft.total_minor or 0
        mark_open(form, draft, total, applied_to(form), ("Balance", "RemainingCredit"))
        stands_on = open_account(form, "receivable", "ARAccountRef")
        self.enter(form, lines, draft, [Posting(stands_on.pk, total, form.party_pk, location=form.location)])
        after_foreign_change(form, draft)
