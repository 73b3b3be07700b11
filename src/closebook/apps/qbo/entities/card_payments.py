"""CreditCardPayment: a credit card's balance is paid from the bank.

Source: QuickBooks Online Accounting API, CreditCardPayment: its address is ``creditcardpayment``, but its
objects come under the name ``CreditCardPaymentTxn``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo.entities.base import Draft, Kind, Property
from closebook.apps.qbo.entities.header import fill_currency, single_amount
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
        amount = single_amount(form, "Enter a payment amount that is greater than 0")
        entry = charge_entry(form.day, [Posting(card.pk, amount)], [Posting(bank.pk, amount)], form.exchange)
        return Draft(form.body, total_minor=amount, entry=entry)
