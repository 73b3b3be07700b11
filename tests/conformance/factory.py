"""Objects of the published client library, made with unique names and the references that they need."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from quickbooks.objects.account import Account
from quickbooks.objects.base import EmailAddress, Ref
from quickbooks.objects.bill import Bill
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.customer import Customer
from quickbooks.objects.department import Department
from quickbooks.objects.deposit import Deposit, DepositLine, DepositLineDetail
from quickbooks.objects.detailline import (
    AccountBasedExpenseLine,
    AccountBasedExpenseLineDetail,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.employee import Employee
from quickbooks.objects.estimate import Estimate
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.item import Item
from quickbooks.objects.journalentry import JournalEntry, JournalEntryLine, JournalEntryLineDetail
from quickbooks.objects.paymentmethod import PaymentMethod
from quickbooks.objects.purchase import Purchase
from quickbooks.objects.refundreceipt import RefundReceipt
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.term import Term
from quickbooks.objects.timeactivity import TimeActivity
from quickbooks.objects.trackingclass import Class
from quickbooks.objects.transfer import Transfer
from quickbooks.objects.vendor import Vendor
from quickbooks.objects.vendorcredit import VendorCredit

_NUMBERS = itertools.count(1)


def unique(word: str) -> str:
    """Return a name that no other object has."""
    return f"{word} {next(_NUMBERS)}"


def ref(value: object, kind: str = "") -> Ref:
    made = Ref()
    made.value = str(getattr(value, "Id", value))
    if kind:
        made.type = kind
    return made


class Factory:
    """Makes saved and unsaved objects through one connection."""

    def __init__(self, qb: Any) -> None:
        self.qb = qb
        self._kept: dict[str, Any] = {}

    def kept(self, name: str) -> Any:
        """Return a saved object that tests share, made at first use."""
        if name not in self._kept:
            self._kept[name] = getattr(self, name)().save(qb=self.qb)
        return self._kept[name]

    def named_account(self, name: str) -> Account:
        return Account.filter(Name=name, qb=self.qb)[0]

    def account(self, kind: str = "Bank", sub_type: str = "Checking") -> Account:
        made = Account()
        made.Name, made.AccountType, made.AccountSubType = unique("Ledger"), kind, sub_type
        return made

    def bank(self) -> Account:
        return self.account()

    def income(self) -> Account:
        return self.account("Income", "SalesOfProductIncome")

    def cost(self) -> Account:
        return self.account("Expense", "OfficeGeneralAdministrativeExpenses")

    def customer(self) -> Customer:
        made = Customer()
        made.DisplayName = unique("Customer")
        made.PrimaryEmailAddr = EmailAddress()
        made.PrimaryEmailAddr.Address = "ada@example.com"
        return made

    def vendor(self) -> Vendor:
        made = Vendor()
        made.DisplayName = unique("Vendor")
        return made

    def employee(self) -> Employee:
        made = Employee()
        made.GivenName, made.FamilyName = "Eve", unique("Worker")
        return made

    def item(self) -> Item:
        made = Item()
        made.Name, made.Type = unique("Service"), "Service"
        made.IncomeAccountRef = ref(self.kept("income"))
        return made

    def tracked(self) -> Class:
        made = Class()
        made.Name = unique("Class")
        return made

    def department(self) -> Department:
        made = Department()
        made.Name = unique("Location")
        return made

    def term(self) -> Term:
        made = Term()
        made.Name, made.DueDays = unique("Terms"), 21
        return made

    def payment_method(self) -> PaymentMethod:
        made = PaymentMethod()
        made.Name = unique("Method")
        return made

    def sales_line(self, amount: str = "100", quantity: int = 1) -> SalesItemLine:
        line = SalesItemLine()
        line.Amount = Decimal(amount)
        line.SalesItemLineDetail = SalesItemLineDetail()
        line.SalesItemLineDetail.ItemRef = ref(self.kept("item"))
        line.SalesItemLineDetail.Qty = quantity
        line.SalesItemLineDetail.UnitPrice = Decimal(amount) / quantity
        return line

    def cost_line(self, amount: str = "40") -> AccountBasedExpenseLine:
        line = AccountBasedExpenseLine()
        line.Amount = Decimal(amount)
        line.AccountBasedExpenseLineDetail = AccountBasedExpenseLineDetail()
        line.AccountBasedExpenseLineDetail.AccountRef = ref(self.kept("cost"))
        return line

    def _sale(self, kind: type, amount: str) -> Any:
        made = kind()
        made.TxnDate = "2026-03-04"
        made.CustomerRef = ref(self.kept("customer"))
        made.Line = [self.sales_line(amount)]
        return made

    def invoice(self, amount: str = "100") -> Invoice:
        return self._sale(Invoice, amount)

    def sales_receipt(self, amount: str = "100") -> SalesReceipt:
        return self._sale(SalesReceipt, amount)

    def estimate(self) -> Estimate:
        return self._sale(Estimate, "100")

    def credit_memo(self, amount: str = "30") -> CreditMemo:
        return self._sale(CreditMemo, amount)

    def refund_receipt(self) -> RefundReceipt:
        made = self._sale(RefundReceipt, "15")
        made.DepositToAccountRef = ref(self.kept("bank"))
        return made

    def bill(self, amount: str = "40") -> Bill:
        made = Bill()
        made.TxnDate = "2026-03-04"
        made.VendorRef = ref(self.kept("vendor"))
        made.Line = [self.cost_line(amount)]
        return made

    def vendor_credit(self, amount: str = "10") -> VendorCredit:
        made = VendorCredit()
        made.TxnDate = "2026-03-04"
        made.VendorRef = ref(self.kept("vendor"))
        made.Line = [self.cost_line(amount)]
        return made

    def purchase(self) -> Purchase:
        made = Purchase()
        made.TxnDate, made.PaymentType = "2026-03-04", "Cash"
        made.AccountRef = ref(self.kept("bank"))
        made.EntityRef = ref(self.kept("vendor"), "Vendor")
        made.Line = [self.cost_line()]
        return made

    def deposit(self) -> Deposit:
        made = Deposit()
        made.TxnDate = "2026-03-04"
        made.DepositToAccountRef = ref(self.kept("bank"))
        line = DepositLine()
        line.Amount = Decimal(25)
        line.DepositLineDetail = DepositLineDetail()
        line.DepositLineDetail.AccountRef = ref(self.kept("income"))
        made.Line = [line]
        return made

    def transfer(self) -> Transfer:
        made = Transfer()
        made.TxnDate, made.Amount = "2026-03-04", Decimal("120.00")
        made.FromAccountRef = ref(self.kept("bank"))
        made.ToAccountRef = ref(self.named_account("Savings"))
        return made

    def journal_entry(self) -> JournalEntry:
        made = JournalEntry()
        made.TxnDate = "2026-03-04"
        sides = (("Debit", self.kept("cost")), ("Credit", self.kept("bank")))
        made.Line = [self._journal_line(side, ledger_account) for side, ledger_account in sides]
        return made

    def _journal_line(self, side: str, ledger_account: Account) -> JournalEntryLine:
        line = JournalEntryLine()
        line.Amount = Decimal("12.34")
        line.JournalEntryLineDetail = JournalEntryLineDetail()
        line.JournalEntryLineDetail.PostingType = side
        line.JournalEntryLineDetail.AccountRef = ref(ledger_account)
        return line

    def time_activity(self) -> TimeActivity:
        made = TimeActivity()
        made.NameOf, made.TxnDate = "Vendor", "2026-03-04"
        made.VendorRef = ref(self.kept("vendor"))
        made.Hours, made.Minutes, made.Description = 2, 30, "work"
        made.ItemRef = ref(self.kept("item"))
        made.StartTime = made.EndTime = None
        made.BreakHours = made.BreakMinutes = None
        return made
