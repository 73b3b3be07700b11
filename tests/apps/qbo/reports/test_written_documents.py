"""Reports of documents that were written through the protocol."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from django.db import transaction

from closebook.apps.books.selectors.drill import open_cell
from closebook.apps.books.selectors.statements import statement
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.registry import ENTITIES
from closebook.apps.qbo.reports.report import REPORTS, report
from closebook.apps.qbo.services import write
from closebook.apps.qbo.services.company import company_create
from closebook.apps.qbo.wire import decode

pytestmark = pytest.mark.django_db(databases=["default", "books"])
NOW = dt.datetime(2026, 3, 31, 20, tzinfo=dt.UTC)
_realms = itertools.count(9_700_000)


class Shop:
    def __init__(self) -> None:
        self.company = company_create("Quay Bikes", str(next(_realms)), now=NOW)

    def context(self) -> Context:
        return Context(self.company, now=NOW, actor="test")

    def create(self, entity: str, **payload) -> dict:
        with transaction.atomic(using="books"):
            ctx = self.context()
            done = write.create(ctx, ENTITIES[entity], payload)
            ctx.flush()
        return done

    def asked(self, name: str, **params: str) -> dict:
        return report(self.context(), name, {"start_date": "2026-01-01", "end_date": "2026-03-31", **params})

    def account(self, name: str) -> str:
        return self.company.ledgeraccount_set.select_related("record").get(name=name).record.wire_id


def ref(made: dict) -> dict:
    return {"value": made["Id"]}


def sold(item: dict, quantity: int, price: int) -> dict:
    detail = {"ItemRef": ref(item), "Qty": quantity, "UnitPrice": price}
    return {"Amount": quantity * price, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def linked(amount: int, *pairs: tuple[dict, str]) -> dict:
    return {"Amount": amount, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": word} for made, word in pairs]}


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    income = {"value": shop.account("Sales of Product Income")}
    item = shop.create("Item", Name="Bell", Type="NonInventory", IncomeAccountRef=income)
    buyer = shop.create("Customer", DisplayName="Ada Quill")
    vendor = shop.create("Vendor", DisplayName="Norton Supply")
    who = {"CustomerRef": ref(buyer)}
    shop.create("Estimate", **who, TxnDate="2026-01-02", Line=[sold(item, 1, 5)])
    invoice = shop.create(
        "Invoice", **who, TxnDate="2026-01-10", DueDate="2026-02-09", Line=[sold(item, 20, 10)]
    )
    credit = shop.create("CreditMemo", **who, TxnDate="2026-02-01", Line=[sold(item, 3, 10)])
    lines = [linked(30, (invoice, "Invoice")), linked(30, (credit, "CreditMemo"))]
    shop.create("Payment", **who, TxnDate="2026-02-02", TotalAmt=0, Line=lines)
    shop.create("Payment", **who, TxnDate="2026-02-20", TotalAmt=80, Line=[linked(70, (invoice, "Invoice"))])
    shop.create("SalesReceipt", **who, TxnDate="2026-03-01", Line=[sold(item, 2, 10)])
    rent = {"AccountRef": {"value": shop.account("Rent or Lease")}}
    expense = {
        "Amount": 90,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": rent,
    }
    bill = shop.create(
        "Bill", VendorRef=ref(vendor), TxnDate="2026-02-25", DueDate="2026-03-27", Line=[expense]
    )
    shop.create(
        "BillPayment",
        VendorRef=ref(vendor),
        TxnDate="2026-03-05",
        TotalAmt=40,
        PayType="Check",
        CheckPayment={"BankAccountRef": {"value": shop.account("Checking")}},
        Line=[linked(40, (bill, "Bill"))],
    )
    return shop


def cell(found: dict, label: str) -> list[str]:
    for row in _rows(found["Rows"]):
        for part in (row, row.get("Summary", {}), row.get("Header", {})):
            values = [one["value"] for one in part.get("ColData", [])]
            if values[:1] == [label]:
                return values[1:]
    raise KeyError(label)


def _rows(rows: dict):
    for row in rows.get("Row", []):
        yield row
        yield from _rows(row.get("Rows", {}))


def test_accrual_and_cash(shop):
    accrual, cash = (shop.asked("ProfitAndLoss", accounting_method=word) for word in ("Accrual", "Cash"))
    assert cell(accrual, "Total Income") == ["190.00"]
    assert cell(cash, "Total Income") == ["100.00"]
    assert cell(cash, "Sales of Product Income") == ["90.00"]
    assert cell(cash, "Unapplied Cash Payment Income") == ["10.00"]
    assert cell(cash, "Rent or Lease") == ["40.00"]


def test_ageing_is_the_balance_of_the_customer(shop):
    ctx = shop.context()
    body = decode(shop.company.record_set.get(entity="Customer").body)
    balance = ENTITIES["Customer"].present(ctx, body)["Balance"]
    total = cell(shop.asked("AgedReceivables"), "TOTAL")
    assert total == ["0.00", "0.00", "90.00", "0.00", "0.00", "90.00"]
    assert cell(shop.asked("CustomerBalance"), "Ada Quill") == ["90.00"]
    assert Decimal(balance) == 90


def test_payables(shop):
    assert cell(shop.asked("AgedPayables"), "Norton Supply") == ["", "50.00", "", "", "", "50.00"]
    detail = shop.asked("AgedPayableDetail")
    assert cell(detail, "TOTAL")[-2:] == ["90.00", "50.00"]


def test_item_sales_count_what_was_sold(shop):
    quantity, amount, _, price, *_ = cell(shop.asked("ItemSales"), "Bell")
    assert (quantity, amount, price) == ("19.00", "190.00", "10.00")


def test_transaction_list_names_every_kind(shop):
    found = shop.asked("TransactionList")
    kinds = [(row["ColData"][1]["value"], row["ColData"][3]["value"]) for row in found["Rows"]["Row"]]
    assert kinds == [
        ("Estimate", "No"),
        ("Invoice", "Yes"),
        ("Credit Memo", "Yes"),
        ("Payment", "Yes"),
        ("Payment", "Yes"),
        ("Bill", "Yes"),
        ("Sales Receipt", "Yes"),
        ("Bill Payment (Check)", "Yes"),
    ]


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_report_answers(shop, name):
    for method in ("Accrual", "Cash"):
        assert shop.asked(name, accounting_method=method)["Header"]["ReportName"].lower() == name


@pytest.mark.parametrize("basis", ["accrual", "cash"])
def test_figures_open(shop, basis):
    days = {"day_from": dt.date(2026, 1, 1), "day_to": dt.date(2026, 3, 31)}
    for name in ("profit-and-loss", "balance-sheet"):
        for _, row in statement(shop.company.pk, name, **days, basis=basis, by="month").walk():
            for one in (*row.cells, *row.total):
                if one.opens:
                    found = sum(posting.amount_minor for posting in open_cell(shop.company.pk, one.opens))
                    assert found * (-1 if one.opens.credit_positive else 1) == (one.value or 0)
