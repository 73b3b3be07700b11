"""Payment: money received from a customer, applied to invoices, credits and journal entries.

Source: QuickBooks Online Accounting API, Payment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Kind, Property, is_empty
from closebook.apps.qbo.entities.header import fill_currency, own_currency
from closebook.apps.qbo.entities.ledger_accounts import deposit_to, open_account
from closebook.apps.qbo.entities.numbers import sent_number
from closebook.apps.qbo.entities.settlements import SettlingForm

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form


class Payment(SettlingForm):
    """Debits where the money went, credits receivables; what is not applied stays on the customer as a
    credit.
    """

    name = "Payment"
    label = "Payment"
    role = "receivable"
    sign = 1
    settles = frozenset({"Invoice", "CreditMemo", "JournalEntry"})
    own_fields = frozenset(
        {
            "CustomerRef", "DepositToAccountRef", "PaymentMethodRef", "PaymentRefNum", "ARAccountRef",
            "CreditCardPayment",
            "UnappliedAmt", "ProcessPayment", "ProjectRef", "TxnStatus",
        }
    )  # fmt: skip
    lengths: ClassVar[dict[str, int]] = {"DocNumber": 21, "PrivateNote": 4000, "PaymentRefNum": 21}
    own_properties: ClassVar[tuple[Property, ...]] = (
        Property("CustomerRef", Kind.REFERENCE, "party"),
        Property("UnappliedAmt", Kind.NUMBER, "balance_minor"),
        Property("PaymentMethodRef", Kind.REFERENCE),
        Property("PaymentRefNum"),
        Property("DepositToAccountRef", Kind.REFERENCE),
    )

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020 without customer, 6000 without an amount or when too much is
        applied.
        """
        body = form.body
        if not body.get("CustomerRef"):
            raise faults.required("CustomerRef")
        form.party = form.fill("Customer", "CustomerRef")
        fill_currency(form, own_currency(form.party.body) if form.party else "")
        if is_empty(body.get("TotalAmt")):
            raise faults.business("You must set a transaction amount", "TotalAmt")
        total = form.minor(body["TotalAmt"], "TotalAmt")
        if total < 0:
            raise faults.business("Transaction amount must be 0 or greater", "TotalAmt")
        place = deposit_to(form)
        form.fill("PaymentMethod", "PaymentMethodRef")
        stands_on = open_account(form, "receivable", "ARAccountRef")
        draft = self.settle(form, self.read_parts(form), total, place.pk, stands_on.pk)
        body["UnappliedAmt"] = form.decimal(draft.balance_minor or 0)
        body["ProcessPayment"] = False
        draft.doc_number = sent_number(form)
        return draft
