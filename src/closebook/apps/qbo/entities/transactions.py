"""The list of all kinds of transactions."""

from __future__ import annotations

from closebook.apps.qbo.entities.base import Entity
from closebook.apps.qbo.entities.bill_payments import BillPayment
from closebook.apps.qbo.entities.bills import Bill, PurchaseOrder, VendorCredit
from closebook.apps.qbo.entities.card_payments import CreditCardPayment
from closebook.apps.qbo.entities.deposits import Deposit
from closebook.apps.qbo.entities.estimates import Estimate
from closebook.apps.qbo.entities.expenses import Purchase
from closebook.apps.qbo.entities.invoices import CreditMemo, Invoice
from closebook.apps.qbo.entities.journal_entries import JournalEntryEntity
from closebook.apps.qbo.entities.payments import Payment
from closebook.apps.qbo.entities.sales import RefundReceipt, SalesReceipt
from closebook.apps.qbo.entities.time_activities import TimeActivity
from closebook.apps.qbo.entities.transfers import Transfer

TRANSACTIONS: list[Entity] = [
    Estimate(),
    Invoice(),
    SalesReceipt(),
    Payment(),
    CreditMemo(),
    RefundReceipt(),
    Bill(),
    BillPayment(),
    VendorCredit(),
    Purchase(),
    PurchaseOrder(),
    Deposit(),
    Transfer(),
    CreditCardPayment(),
    JournalEntryEntity(),
    TimeActivity(),
]
