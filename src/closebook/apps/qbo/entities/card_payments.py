"""CreditCardPayment: a credit card's balance is paid from the bank.

Source: QuickBooks Online Accounting API, CreditCardPayment: its address is ``creditcardpayment``, but its
objects come under the name ``CreditCardPaymentTxn``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Kind, Property, is_empty
from closebook.apps.qbo.entities.header import fill_currency
from closebook.apps.qbo.entities.ledger_accounts import BANK, CARD, chosen
from closebook.apps.qbo.entities.transaction import Transaction
from closebook.core.ledger.entry import Posting
from closebook.core.ledger.rules import charge_entry

if TYPE_CHECKING:
    from closebook.apps.qbo.entities.form import Form


class CreditCardPayment(Transaction):
    """Debits CreditCardAccountRef and credits BankAccountRef."""

    name = "CreditCardPaymentTxn"
    label = "Credit Card Payment"
    own_fields = frozenset(
        {"Amount", "BankAccountRef", "CreditCardAccountRef", "VendorRef", "Memo", "CheckNum", "PrintStatus"}
    )
    own_properties = (
        Property("Amount", Kind.NUMBER),
        Property("BankAccountRef", Kind.REFERENCE),
        Property("CreditCardAccountRef", Kind.REFERENCE),
    )

    def __init__(self) -> None:
        """Answer to the address that differs from the objects' name."""
        super().__init__()
        self.segment = "creditcardpayment"

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020, 2500, 6430, and 6000 for no amount."""
        bank = chosen(form, "BankAccountRef", frozenset({BANK}))
        card = chosen(form, "CreditCardAccountRef", frozenset({CARD}))
        fill_currency(form)
        if form.body.get("VendorRef"):
            form.party = form.fill("Vendor", "VendorRef")
        sent = form.body.get("Amount")
        if is_empty(sent):
            raise faults.required("Amount")
        amount = form.minor(sent, "Amount")
        if amount <= 0:
            raise faults.business("Enter a payment amount that is greater than 0", "Amount")
        form.body["Amount"] = form.decimal(amount)
        for name in ("Line", "TotalAmt", "TxnTaxDetail"):
            form.body.pop(name, None)
        entry = charge_entry(form.day, [Posting(card.pk, amount)], [Posting(bank.pk, amount)], form.exchange)
        return Draft(form.body, total_minor=amount, entry=entry)
