"""A company whose documents are written straight into records and journal, for tests of statements."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from closebook.apps.books.models import BooksCompany, LedgerAccount, Record, RecordLink
from closebook.apps.books.services.journal import journal_open
from closebook.core.ledger.entry import JournalEntry, Posting

NOW = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
_realms = itertools.count(9_000_000)
CHART = (
    ("Checking", "Bank", "Checking"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Inventory Asset", "Other Current Asset", "Inventory"),
    ("Furniture", "Fixed Asset", "FurnitureAndFixtures"),
    ("Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"),
    ("Visa", "Credit Card", "CreditCard"),
    ("Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ("Loan", "Long Term Liability", "NotesPayable"),
    ("Retained Earnings", "Equity", "RetainedEarnings"),
    ("Owner's Investment", "Equity", "OwnersEquity"),
    ("Sales", "Income", "SalesOfProductIncome"),
    ("Repairs", "Income", "ServiceFeeIncome"),
    ("Unapplied Cash Payment Income", "Income", "UnappliedCashPaymentIncome"),
    ("Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"),
    ("Rent", "Expense", "RentOrLeaseOfBuildings"),
    ("Utilities", "Expense", "Utilities"),
    ("Unapplied Cash Bill Payment Expense", "Expense", "UnappliedCashBillPaymentExpense"),
    ("Interest Earned", "Other Income", "InterestEarned"),
    ("Depreciation", "Other Expense", "Depreciation"),
)


def day(text: str) -> dt.date:
    """Return the day of an ISO text."""
    return dt.date.fromisoformat(text)


@dataclass
class Books:
    """One company; ``accounts`` and ``names`` find record keys by name."""

    company: BooksCompany
    accounts: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    _wire: Any = field(default_factory=lambda: itertools.count(1))

    def record(self, entity: str, body: dict[str, Any] | None = None, **columns: Any) -> Record:
        """Store a record."""
        return Record.objects.create(
            company=self.company,
            entity=entity,
            wire_id=str(next(self._wire)),
            created_at=NOW,
            updated_at=NOW,
            body=json.dumps(body or {}),
            **columns,
        )

    def account(self, name: str, kind: str, sub_type: str, parent: str = "") -> int:
        """Add a ledger account."""
        above = self.accounts.get(parent)
        full = f"{parent}:{name}" if parent else name
        record = self.record("Account", {"Name": name, "FullyQualifiedName": full, "AccountType": kind})
        LedgerAccount.objects.create(
            record=record,
            company=self.company,
            name=name,
            full_name=full,
            type=kind,
            sub_type=sub_type,
            parent=above,
            currency=self.company.home_currency,
        )
        self.accounts[name] = record.pk
        return record.pk

    def named(self, entity: str, name: str, parent: str = "", **body: Any) -> int:
        """Add a customer, vendor, item, class or department."""
        word = "DisplayName" if entity in {"Customer", "Vendor", "Employee"} else "Name"
        full = f"{parent}:{name}" if parent else name
        fields = {word: name, "FullyQualifiedName": full, **body}
        if parent:
            fields["ParentRef"] = {"value": Record.objects.get(pk=self.names[parent]).wire_id}
        record = self.record(entity, fields, name_key=full.casefold())
        self.names[name] = record.pk
        return record.pk

    def post(
        self,
        entity: str,
        on: str,
        lines: dict[str, int] | list[tuple[Any, ...]],
        *,
        number: str = "",
        due: str = "",
        body: dict[str, Any] | None = None,
        **facts: Any,
    ) -> Record:
        """Store a document with its entry: ledger account name → minor units, debit positive.

        ``facts`` (counterparty, klass, location, item) go on every posting; a line may be (name, amount,
        own facts).
        """
        pairs = [(*pair, {}) for pair in lines.items()] if isinstance(lines, dict) else lines
        postings = [
            Posting(self.accounts[name], amount, **{**self._keys(facts), **self._keys(own)})
            for name, amount, own in pairs
        ]
        record = self.record(
            entity,
            body,
            doc_number=number,
            txn_date=day(on),
            due_date=day(due) if due else None,
            party=self._keys(facts).get("counterparty"),
            total_minor=sum(one.amount_minor for one in postings if one.amount_minor > 0),
        )
        with journal_open(self.company.pk) as journal:
            journal.post(record.pk, 0, JournalEntry(day(on), postings))
        return record

    def _keys(self, facts: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self.names[value] if isinstance(value, str) and name != "memo" else value
            for name, value in facts.items()
        }

    def apply(self, payment: Record, document: Record, amount_minor: int) -> None:
        """Link a payment to what it settles."""
        RecordLink.objects.create(
            company=self.company, source=payment, target=document, amount_minor=amount_minor
        )
        with journal_open(self.company.pk) as journal:
            journal.links_changed(payment.pk, document.pk)


def make_books(*, currency: str = "USD", fiscal_start: int = 1) -> Books:
    """Make a company with a small chart and no documents."""
    realm = str(next(_realms))
    company = BooksCompany.objects.create(
        realm_id=realm,
        name=f"Harbor Cycle Works {realm}",
        home_currency=currency,
        fiscal_year_start_month=fiscal_start,
        created_at=NOW,
    )
    books = Books(company)
    for name, kind, sub_type in CHART:
        books.account(name, kind, sub_type)
    return books


def two_years(books: Books) -> None:
    """Fill in the worked example: a bicycle shop's start in 2025 and its first quarter of 2026.

    2025: owner pays in 1,000.00; sale 300.00; rent 100.00 → net income 200.00. 2026: January invoice 240.00
    (repairs 200, sales 40), paid 120.00 in February; goods bought on a bill 90.00 in February, unpaid; cost
    of goods 15.00; sale 60.00 cash in March; rent 50.00 by card in March; interest 5.00.
    """
    books.named("Customer", "Ada Quill")
    books.named("Vendor", "Norton Supply")
    books.post("Deposit", "2025-02-01", {"Checking": 100_000, "Owner's Investment": -100_000})
    books.post("SalesReceipt", "2025-06-10", {"Checking": 30_000, "Sales": -30_000}, counterparty="Ada Quill")
    books.post("Purchase", "2025-12-31", {"Rent": 10_000, "Checking": -10_000})
    invoice = books.post(
        "Invoice",
        "2026-01-15",
        {"Accounts Receivable (A/R)": 24_000, "Repairs": -20_000, "Sales": -4_000},
        number="1001",
        due="2026-02-14",
        counterparty="Ada Quill",
    )
    payment = books.post(
        "Payment",
        "2026-02-20",
        {"Undeposited Funds": 12_000, "Accounts Receivable (A/R)": -12_000},
        counterparty="Ada Quill",
    )
    books.apply(payment, invoice, 12_000)
    books.post(
        "Bill",
        "2026-02-25",
        {"Inventory Asset": 9_000, "Accounts Payable (A/P)": -9_000},
        due="2026-03-27",
        counterparty="Norton Supply",
    )
    books.post(
        "SalesReceipt",
        "2026-03-02",
        {"Checking": 6_000, "Sales": -6_000, "Cost of Goods Sold": 1_500, "Inventory Asset": -1_500},
        number="1002",
        counterparty="Ada Quill",
    )
    books.post("Purchase", "2026-03-05", {"Rent": 5_000, "Visa": -5_000})
    books.post("Deposit", "2026-03-31", {"Checking": 500, "Interest Earned": -500})
