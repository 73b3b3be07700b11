"""BillPayment: money paid to a vendor by check or card, applied to bills, vendor credits and journal entries.

Source: QuickBooks Online Accounting API, BillPayment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Kind, Property, is_empty
from closebook.apps.qbo.entities.header import fill_currency, own_currency
from closebook.apps.qbo.entities.ledger_accounts import BANK, CARD, chosen, open_account
from closebook.apps.qbo.entities.lines import sent_lines
from closebook.apps.qbo.entities.numbers import sent_number
from closebook.apps.qbo.entities.settlements import SettlingForm
from closebook.apps.qbo.values import text_of

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.form import Form

_PAID_FROM = {
    "Check": ("CheckPayment", "BankAccountRef", BANK),
    "CreditCard": ("CreditCardPayment", "CCAccountRef", CARD),
}


class BillPayment(SettlingForm):
    """Debits payables, credits the bank or card; what is not applied stays as a credit with the vendor."""

    name = "BillPayment"
    label = "Bill Payment"
    role = "payable"
    sign = -1
    settles = frozenset({"Bill", "VendorCredit", "JournalEntry"})
    own_fields = frozenset(
        {
            "VendorRef",
            "PayType",
            "CheckPayment",
            "CreditCardPayment",
            "APAccountRef",
            "ProcessBillPayment",
            "VendorAddr",
        }
    )
    own_properties: ClassVar[tuple[Property, ...]] = (
        Property("VendorRef", Kind.REFERENCE, "party"),
        Property("PayType"),
    )

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020, 2170, 6430, 6000."""
        body = form.body
        if not body.get("VendorRef"):
            raise faults.required("VendorRef")
        form.party = form.fill("Vendor", "VendorRef")
        fill_currency(form, own_currency(form.party.body) if form.party else "")
        if is_empty(body.get("TotalAmt")):
            raise faults.required("TotalAmt")
        total = form.minor(body["TotalAmt"], "TotalAmt")
        if total < 0:
            raise faults.business("Transaction amount must be 0 or greater", "TotalAmt")
        if form.former is None:
            sent_lines(form)
        paid_from = _paid_from(form, total)
        stands_on = open_account(form, "payable", "APAccountRef")
        draft = self.settle(form, self.read_parts(form), total, paid_from, stands_on.pk)
        draft.doc_number = sent_number(form)
        return draft

    def warns_duplicate_number(self, ctx: Context) -> bool:
        """Refuse a number that is taken when the company warns of them."""
        return ctx.other_preference("WarnDuplicateCheckNumber") == "true"


def _paid_from(form: Form, total_minor: int) -> int | None:
    """Return the ledger account that pays; one that only joins bills with credits needs none. Raises 2020,
    2170, 6430.
    """
    kind = text_of(form.body.get("PayType"), "PayType")
    if not kind:
        raise faults.required("PayType")
    if kind not in _PAID_FROM:
        raise faults.invalid_enumeration(kind, "PayType")
    member, name, wanted = _PAID_FROM[kind]
    detail = form.body.get(member)
    if not detail:
        if total_minor:
            raise faults.required(member)
        return None
    if not isinstance(detail, dict):
        raise faults.unsupported_property(member)
    made = dict(detail)
    ledger_account = chosen(form, name, frozenset({wanted}), made)
    if kind == "Check":
        made.setdefault("PrintStatus", "NotSet")
    form.body[member] = made
    return ledger_account.pk
