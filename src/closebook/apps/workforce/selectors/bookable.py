"""What of the desk belongs in the books and is not there yet: vendors, time, bills, payments and their fees.

Source: QuickBooks Online Accounting API, Vendor, TimeActivity (whole minutes, posts nothing), Bill,
BillPayment, Purchase and Invoice. Hours that a customer pays for are billable time that stands on an invoice
of the same plan, so that nobody is charged twice.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from closebook.apps.companies.models import Company
from closebook.apps.workforce.models import Bill, Link, Payee, PaymentLine, TimesheetLine
from closebook.apps.workforce.selectors.customer_hours import (
    invoice_line,
    rate_for,
    rates_of,
    time_billed,
)
from closebook.connectors.quickbooks.cleaning import PARTY_NAME_LENGTH, clean_name
from closebook.connectors.quickbooks.wire import reference
from closebook.core.errors import InputError
from closebook.core.money import decimal_from_minor, divide_half_up
from closebook.core.workforce.minutes import shown_hours
from closebook.core.workforce.pay_lines import LineState

SYSTEM = "books"
MANY = "many_currencies"
"""Among the accounts: whether the books hold other currencies than their own."""
VENDOR, TIME, BILL, PAYMENT, FEE, INVOICE = "vendor", "time", "bill", "payment", "fee", "invoice"
ITEM = "item"
"""Among the accounts: the item of invoices to customers, needed where a customer pays for hours."""
BILLED = "billed"
"""The token of the link of time that a customer was billed for."""
ENTITIES = {
    VENDOR: "Vendor", TIME: "TimeActivity", BILL: "Bill", PAYMENT: "BillPayment", FEE: "Purchase",
    INVOICE: "Invoice",
}  # fmt: skip
_OWED = ("ready", "posted", "scheduled", "partly_paid", "paid")
_NUMBER_LENGTH = 21


@dataclass(slots=True)
class Item:
    """One record: what it stands for, its payload (``@kind:number`` for another's id), and its fate."""

    kind: str
    number: int
    title: str
    amount: str
    payload: dict[str, Any]
    action: str = "create"
    request_id: str = ""
    remote_id: str = ""
    done: bool = False
    note: str = field(default="")
    covers: list[int] = field(default_factory=list)
    """The timesheet's lines whose minutes a time activity holds."""

    @property
    def key(self) -> str:
        """Return what payloads call it."""
        return f"@{self.kind}:{self.number}"


def new_items(company: Company, accounts: Mapping[str, str]) -> list[Item]:
    """Return what is to be written, in the order in which it is written: each record once.

    ``accounts`` are the books' ids of the ledger accounts for work (``expense``), money (``bank``) and fees
    (``fee``). Bills in another currency wait until the books hold several. Raises InputError while an
    account is missing.
    """
    return _made(company, accounts).items


def time_held(company: Company, accounts: Mapping[str, str]) -> list[str]:
    """Return what the books hold with too many minutes, because a customer was billed for them already.

    ``accounts`` as for ``new_items``, and the same is raised.
    """
    return _made(company, accounts).held


def _made(company: Company, accounts: Mapping[str, str]) -> _Making:
    if not all(accounts.get(name) for name in ("expense", "bank", "fee")):
        raise InputError(
            "books-accounts", "The ledger accounts are not chosen yet.", remedy="Choose all three, and save."
        )
    making = _Making(company, accounts)
    rows = Bill.objects.filter(company=company, state__in=_OWED).select_related("payee", "timesheet")
    for bill in rows.prefetch_related("lines__source__timesheet__lines__task").order_by("pk"):
        making.bill(bill)
    payments = PaymentLine.objects.filter(company=company, bill__state__in=_OWED)
    for line in payments.select_related("bill__payee", "run").order_by("pk"):
        making.payment(line)
    making.invoices()
    return making


@dataclass(frozen=True, slots=True)
class _Owed:
    """What a customer owes for one time activity: the customer's name, its first line, minor units, line."""

    name: str
    first: TimesheetLine
    worth: int
    line: dict[str, Any]


def books_day(line: TimesheetLine) -> dt.date:
    """Return the day on which a line's time stands in the books: that of the company's clocks."""
    return line.books_day or line.day


class _Making:
    """One making of items."""

    def __init__(self, company: Company, accounts: Mapping[str, str]) -> None:
        self._company, self._accounts = company, accounts
        links = Link.objects.filter(company=company, system=SYSTEM)
        self._ids = {(link.kind, link.number): link.foreign_id for link in links}
        self._there, self._sheets = set(self._ids), set[int]()
        self._billed = {link.number for link in links if link.kind == TIME and link.token == BILLED}
        self._rates, self._owed = rates_of(company), defaultdict[str, list[_Owed]](list)
        self.items: list[Item] = []
        self.held: list[str] = []

    def _add(self, item: Item) -> None:
        if (item.kind, item.number) not in self._there:
            self._there.add((item.kind, item.number))
            self.items.append(item)

    def _currency(self, currency: str) -> dict[str, Any]:
        return {"CurrencyRef": reference(currency)} if currency != self._company.home_currency else {}

    def bill(self, bill: Bill) -> None:
        """Add a bill with its vendor and its time."""
        foreign = bill.currency != self._company.home_currency
        if foreign and not self._accounts.get(MANY):
            return
        if (BILL, bill.pk) not in self._there:
            self._vendor(bill.payee, bill.currency)
        self._times(bill)
        if (BILL, bill.pk) not in self._there:
            self._bill(bill)

    def _bill(self, bill: Bill) -> None:
        lines = [
            {
                "Amount": decimal_from_minor(line.amount_minor, bill.currency),
                "Description": line.text[:4000],
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": reference(self._accounts["expense"]),
                    "BillableStatus": "NotBillable",
                },
            }
            for line in bill.lines.all()
        ]
        total = sum(line.amount_minor for line in bill.lines.all())
        payload = {
            "VendorRef": reference(f"@{VENDOR}:{bill.payee_id}"),
            "DocNumber": bill.number[:_NUMBER_LENGTH],
            "TxnDate": bill.last.isoformat(),
            **({"DueDate": bill.due_on.isoformat()} if bill.due_on else {}),
            **self._currency(bill.currency),
            "PrivateNote": f"{bill.first} - {bill.last} [closebook desk:bill {bill.pk}]",
            "Line": lines,
        }
        amount = f"{decimal_from_minor(total, bill.currency)} {bill.currency}"
        self._add(Item(BILL, bill.pk, f"{bill.payee.name} {bill.number}", amount, payload))

    def _times(self, bill: Bill) -> None:
        """Add the approved minutes of the weeks that a bill is of, one record a day and task.

        Minutes that were added later are a further record; where some were taken away, what the books hold is
        taken out and written anew, so that the books' minutes are always the approved ones.
        """
        groups: dict[tuple[Any, ...], list[TimesheetLine]] = defaultdict(list)
        sheets = {line.source.timesheet for line in bill.lines.all() if line.source}
        for sheet in sorted(sheets, key=lambda each: each.pk):
            if sheet.pk not in self._sheets:
                self._sheets.add(sheet.pk)
                for line in sorted(sheet.lines.all(), key=lambda each: each.pk):
                    groups[(sheet.pk, line.day, line.books_day or line.day, line.task_id)].append(line)
        for _key, lines in sorted(groups.items()):
            self._time(bill, lines)

    def _time(self, bill: Bill, lines: list[TimesheetLine]) -> None:
        fresh = [line for line in lines if (TIME, line.pk) not in self._there]
        minutes = sum(line.minutes for line in fresh)
        if minutes < 0 and self._billed & {line.pk for line in lines}:
            self.held.append(f"{lines[0].day} · {lines[0].task.title} · {shown_hours(minutes)}")
            return
        if minutes < 0:
            for old in self._held(lines):
                self.items.append(old)
                self._there -= {(TIME, number) for number in old.covers}
            fresh, minutes = lines, sum(line.minutes for line in lines)
        if minutes > 0:
            self._add(self._time_item(bill, fresh, minutes))

    def _time_item(self, bill: Bill, lines: list[TimesheetLine], minutes: int) -> Item:
        """Return a time activity; what a customer pays of it is kept for the invoice."""
        rate = rate_for(self._rates.get(lines[0].timesheet.contract_id, ()), lines[0])
        currency, item = self._company.home_currency, self._accounts.get(ITEM, "")
        if rate is not None and not item:
            raise InputError(
                "books-item", "A customer pays for hours, and no item for their invoices is chosen.",
                remedy="Choose the item beside the ledger accounts, and save.",
            )  # fmt: skip
        if rate is not None:
            worth, line = invoice_line(rate, lines, minutes, currency, item)
            self._owed[rate.customer].append(_Owed(rate.customer_name, lines[0], worth, line))
        return _time_item(bill, lines, minutes, time_billed(rate, currency, item))

    def invoices(self) -> None:
        """Add an invoice to each customer of the time that this plan writes."""
        currency = self._company.home_currency
        for customer, rows in sorted(self._owed.items()):
            number = min(row.first.pk for row in rows)
            payload = {
                "CustomerRef": reference(customer),
                "TxnDate": max(books_day(row.first) for row in rows).isoformat(),
                "PrivateNote": f"[closebook desk:invoice {number}]",
                "Line": [row.line for row in rows],
            }
            amount = f"{decimal_from_minor(sum(row.worth for row in rows), currency)} {currency}"
            self._add(Item(INVOICE, number, rows[0].name, amount, payload))

    def _held(self, lines: list[TimesheetLine]) -> Iterator[Item]:
        """Yield what takes out the records that hold some of these lines."""
        records: dict[str, list[TimesheetLine]] = defaultdict(list)
        for line in lines:
            if (TIME, line.pk) in self._ids:
                records[self._ids[(TIME, line.pk)]].append(line)
        for held in records.values():
            title, time = held[0].task.title, shown_hours(sum(line.minutes for line in held))
            numbers = [line.pk for line in held]
            yield Item(TIME, numbers[0], title, time, {}, action="delete", covers=numbers)

    def _vendor(self, payee: Payee, currency: str) -> None:
        name = clean_name(payee.name, PARTY_NAME_LENGTH, only_latin1=False)
        self._add(Item(VENDOR, payee.pk, name, "", {"DisplayName": name, **self._currency(currency)}))

    def payment(self, line: PaymentLine) -> None:
        """Add what was paid with its fee, or take back what was booked and came back."""
        currency, day = line.run.currency, line.paid_on
        title = f"{line.bill.payee.name} {line.bill.number}"
        amount = f"{decimal_from_minor(line.amount_minor, currency)} {currency}"
        if line.state != LineState.PAID:
            if (PAYMENT, line.pk) in self._there:
                self.items.append(Item(PAYMENT, line.pk, title, amount, {}, action="delete"))
            return
        if day is None or (BILL, line.bill_id) not in self._there:
            return
        payload = {
            "VendorRef": reference(f"@{VENDOR}:{line.bill.payee_id}"),
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": reference(self._accounts["bank"])},
            "TotalAmt": decimal_from_minor(line.amount_minor, currency),
            "TxnDate": day.isoformat(),
            "DocNumber": line.reference[:_NUMBER_LENGTH],
            **self._currency(currency),
            "PrivateNote": line.reference,
            "Line": [
                {
                    "Amount": decimal_from_minor(line.amount_minor, currency),
                    "LinkedTxn": [{"TxnId": f"@{BILL}:{line.bill_id}", "TxnType": "Bill"}],
                }
            ],
        }
        self._add(Item(PAYMENT, line.pk, title, amount, payload))
        if line.fee_minor > 0:
            self._add(self._fee(line, title, day.isoformat()))

    def _fee(self, line: PaymentLine, title: str, day: str) -> Item:
        fee = decimal_from_minor(line.fee_minor, line.run.currency)
        detail = {"AccountRef": reference(self._accounts["fee"])}
        entry = {
            "Amount": fee,
            "Description": title,
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": detail,
        }
        payload = {
            "PaymentType": "Cash",
            "AccountRef": reference(self._accounts["bank"]),
            "TxnDate": day,
            **self._currency(line.run.currency),
            "PrivateNote": f"{line.reference} [closebook desk:fee {line.pk}]",
            "Line": [entry],
        }
        return Item(FEE, line.pk, title, f"{fee} {line.run.currency}", payload)


def _time_item(bill: Bill, lines: Sequence[TimesheetLine], minutes: int, billed: Mapping[str, Any]) -> Item:
    """Return the time activity that holds lines of one day and task."""
    first = lines[0]
    cost = divide_half_up(max(0, sum(line.amount_minor for line in lines)) * 60, minutes)
    payload = {
        "NameOf": "Vendor",
        "VendorRef": reference(f"@{VENDOR}:{bill.payee_id}"),
        "TxnDate": books_day(first).isoformat(),
        "Hours": minutes // 60,
        "Minutes": minutes % 60,
        **billed,
        "CostRate": decimal_from_minor(cost, bill.currency),
        "Description": f"{first.task.title} [closebook desk:time {first.pk}]",
    }
    covers = [line.pk for line in lines]
    return Item(TIME, first.pk, first.task.title, shown_hours(minutes), payload, covers=covers)
