"""Statements per customer, vendor, item, class and location; ageing; drill-down; number of queries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.books.selectors.documents import documents_between
from closebook.apps.books.selectors.drill import open_cell
from closebook.apps.books.selectors.statements import STATEMENTS, statement
from closebook.core.errors import InputError
from closebook.core.reports.opens import Opens
from closebook.core.reports.table import Table
from tests.apps.books.factories import Books, day, make_books, two_years

pytestmark = pytest.mark.django_db(databases=["default", "books"])
QUARTER = {"day_from": day("2026-01-01"), "day_to": day("2026-03-31")}


@pytest.fixture
def shop() -> Books:
    books = make_books()
    two_years(books)
    return books


def of(books: Books, name: str, **wanted) -> Table:
    return statement(books.company.pk, name, **{**QUARTER, **wanted})


def lines(table: Table) -> dict[str, list[int | None]]:
    return {row.label: row.amounts_minor for row in table.rows}


def test_ageing_counts_days_past_the_due_date(shop):
    table = of(shop, "aged-receivables")
    assert lines(table) == {
        "Ada Quill": [None, None, 12_000, None, None, 12_000],
        "TOTAL": [0, 0, 12_000, 0, 0, 12_000],
    }


def test_ageing_on_an_earlier_day_knows_nothing_of_later_payments(shop):
    table = of(shop, "aged-receivables", day_to=day("2026-02-16"))
    assert lines(table)["Ada Quill"] == [None, 24_000, None, None, None, 24_000]


def test_payables_are_positive_when_owed(shop):
    assert lines(of(shop, "aged-payables"))["Norton Supply"] == [None, 9_000, None, None, None, 9_000]
    assert lines(of(shop, "vendor-balance"))["Norton Supply"] == [9_000]


def test_an_unapplied_payment_is_negative(shop):
    shop.named("Customer", "Bo")
    shop.post(
        "Payment", "2026-03-30", {"Checking": 700, "Accounts Receivable (A/R)": -700}, counterparty="Bo"
    )
    table = of(shop, "aged-receivables")
    assert lines(table)["Bo"] == [None, -700, None, None, None, -700]
    assert lines(table)["TOTAL"][-1] == lines(of(shop, "customer-balance"))["TOTAL"][0] == 11_300


def test_sub_customers_are_nested(shop):
    shop.named("Customer", "Garage", parent="Ada Quill")
    sale = {"Accounts Receivable (A/R)": 1_000, "Sales": -1_000}
    shop.post("Invoice", "2026-03-20", sale, due="2026-04-20", counterparty="Garage")
    above = of(shop, "aged-receivables").rows[0]
    assert (above.label, above.amounts_minor[-1]) == ("Ada Quill", 12_000)
    assert above.children[0].amounts_minor == [1_000, None, None, None, None, 1_000]
    assert above.total_minor == [1_000, 0, 12_000, 0, 0, 13_000]


def test_ageing_detail_starts_with_the_oldest(shop):
    table = of(shop, "aged-receivables-detail")
    assert [row.label for row in table.rows] == ["31 - 60 days past due", "TOTAL"]
    assert table.rows[0].children[0].cells[-1].value == 12_000


def test_customer_income_and_sales(shop):
    table = of(shop, "customer-income")
    assert lines(table) == {
        "Ada Quill": [30_000, -1_500, 28_500],
        "Not Specified": [500, -5_000, -4_500],
        "TOTAL": [30_500, -6_500, 24_000],
    }
    sales = of(shop, "customer-sales", by="month")
    assert lines(sales)["Ada Quill"] == [24_000, None, 6_000, 30_000]


def test_vendor_expenses_leave_the_unknown_to_nobody(shop):
    table = of(shop, "vendor-expenses")
    assert lines(table) == {"Not Specified": [6_500], "TOTAL": [6_500]}


def test_sales_by_class_and_location(shop):
    for entity, name in (("Class", "Spring"), ("Department", "Quay")):
        shop.named(entity, name)
    sale = {"Checking": 4_000, "Sales": -4_000}
    shop.post("SalesReceipt", "2026-02-01", sale, klass="Spring", location="Quay")
    assert lines(of(shop, "class-sales"))["Spring"] == [4_000]
    assert lines(of(shop, "location-sales"))["Not Specified"] == [30_000]
    by_class = of(shop, "profit-and-loss", by="class")
    assert [column.title for column in by_class.columns[1:]] == ["Spring", "Not Specified", "Total"]
    assert by_class.find("income").total_minor == [4_000, 30_000, 34_000]


def test_item_sales_take_quantities_from_the_documents(shop):
    shop.named("Item", "Bell")
    wire_id = shop.company.record_set.get(pk=shop.names["Bell"]).wire_id
    detail = {"ItemRef": {"value": wire_id}, "Qty": 4, "UnitPrice": 10}
    body = {"Line": [{"Amount": 40, "SalesItemLineDetail": detail}]}
    shop.post(
        "SalesReceipt",
        "2026-02-01",
        {"Checking": 4_000, "Sales": -4_000, "Cost of Goods Sold": 1_000, "Inventory Asset": -1_000},
        item="Bell",
        body=body,
    )
    table = of(shop, "item-sales")
    assert lines(table)["Bell"] == [4_000_000, 4_000, 1_176, 1_000, 1_000, 3_000, 7_500]
    assert table.rows[-1].group == "grand-total"


def test_item_sales_count_lines_of_groups_and_take_returns_off(shop):
    shop.named("Item", "Bell")
    detail = {"ItemRef": {"value": shop.company.record_set.get(pk=shop.names["Bell"]).wire_id}, "Qty": 2.5}
    group = {"Line": [{"SalesItemLineDetail": detail}, {"GroupLineDetail": {}}]}
    lines_sold = [
        {"SalesItemLineDetail": detail, "GroupLineDetail": None},
        {"SalesItemLineDetail": None, "GroupLineDetail": group},
        {"GroupLineDetail": {"Line": [{"GroupLineDetail": group}]}},
        {"SalesItemLineDetail": {"Qty": 9}},
        {"SalesItemLineDetail": {"ItemRef": detail["ItemRef"]}},
        {"DetailType": "SubTotalLineDetail"},
    ]
    sale = {"Checking": 4_000, "Sales": -4_000}
    shop.post("SalesReceipt", "2026-02-01", sale, item="Bell", body={"Line": lines_sold})
    shop.post("Invoice", "2026-02-02", sale, item="Bell", body={"Line": lines_sold[:1]})
    back = {"Checking": -1_000, "Sales": 1_000}
    shop.post("RefundReceipt", "2026-02-03", back, item="Bell", body={"Line": lines_sold[:2]})
    assert lines(of(shop, "item-sales"))["Bell"][:2] == [5_000_000, 7_000]


def test_stock_value(shop):
    shop.named("Item", "Bell", Sku="B-1")
    bill = [
        ("Inventory Asset", 3_000, {"item": "Bell", "quantity_micro": 6_000_000}),
        ("Accounts Payable (A/P)", -3_000, {}),
    ]
    shop.post("Bill", "2026-01-05", bill)
    row = of(shop, "stock-value").rows[0]
    assert [cell.value for cell in row.cells] == ["Bell", "B-1", 6_000_000, 3_000, 500]


def test_account_list_is_debit_positive(shop):
    table = of(shop, "account-list")
    balances = {row.label: row.cells[-1].value for row in table.rows}
    assert balances["Accounts Payable (A/P)"] == -9_000
    assert balances["Sales"] is None


def test_comparison_with_the_year_before(shop):
    table = of(shop, "profit-and-loss", compare="previous-year")
    titles = [column.title for column in table.columns[1:]]
    assert titles == ["Jan 1 - Mar 31, 2026", "Jan 1 - Mar 31, 2025", "Change", "Change %"]
    table = statement(
        shop.company.pk,
        "profit-and-loss",
        day_from=day("2026-01-01"),
        day_to=day("2026-12-31"),
        compare="previous-period",
    )
    assert table.labelled("Sales").amounts_minor == [10_000, 30_000, -20_000, -6_667]
    assert table.labelled("Rent").amounts_minor == [5_000, 10_000, -5_000, -5_000]


BY = [("profit-and-loss", by) for by in ("total", "month", "customer", "vendor", "class", "item")]
BY += [("balance-sheet", by) for by in ("total", "month", "customer", "class")]
BY += [(name, "total") for name in ("trial-balance", "customer-income", "item-sales", "customer-sales")]
BY += [
    ("cash-flow", "month"),
    ("account-list", "total"),
    ("general-ledger", "total"),
    ("customer-sales", "month"),
]
BY += [("profit-and-loss-detail", "total"), ("customer-balance", "total")]


# What is owed has no basis: customer balances are looked at once.
CASES = [(*case, basis) for case in BY for basis in ("accrual", "cash")]
CASES.remove(("customer-balance", "total", "cash"))


@pytest.mark.parametrize(("name", "by", "basis"), CASES)
def test_every_figure_opens_to_postings_that_add_up_to_it(shop, name, by, basis):
    table = of(shop, name, basis=basis, by=by)
    checked = 0
    for _, row in table.walk():
        for cell in (*row.cells, *row.total):
            if cell.opens is None:
                continue
            opens = Opens.parse(cell.opens.plain())
            found = sum(posting.amount_minor for posting in open_cell(shop.company.pk, opens))
            assert (-found if opens.credit_positive else found) == (cell.value or 0), row.label
            checked += 1
    assert checked > 1


def test_an_age_class_opens_its_documents(shop):
    cell = of(shop, "aged-receivables").rows[0].cells[3]
    rows = list(open_cell(shop.company.pk, cell.opens))
    assert [(row.doc_number, row.amount_minor) for row in rows] == [("1001", 24_000)]


def _many(books: Books, count: int) -> None:
    for number in range(count):
        books.named("Customer", f"C{number}")
        books.named("Item", f"I{number}")
        books.account(f"Income {number}", "Income", "ServiceFeeIncome")
        facts = {"counterparty": f"C{number}", "item": f"I{number}"}
        sale = {"Accounts Receivable (A/R)": 100, f"Income {number}": -100}
        invoice = books.post("Invoice", "2026-02-01", sale, **facts)
        payment = books.post(
            "Payment",
            "2026-02-02",
            {"Checking": 60, "Accounts Receivable (A/R)": -60},
            counterparty=f"C{number}",
        )
        books.apply(payment, invoice, 60)


def _queries(books: Books, basis: str) -> dict[str, int]:
    counts = {}
    for name in STATEMENTS:
        with CaptureQueriesContext(connections["books"]) as queries:
            of(books, name, basis=basis)
        counts[name] = len(queries)
    return counts


def test_the_number_of_queries_does_not_depend_on_the_number_of_rows():
    small, large = make_books(), make_books()
    _many(small, 1)
    _many(large, 30)
    for basis in ("accrual", "cash"):
        assert _queries(small, basis) == _queries(large, basis)


def test_words_that_do_not_exist_are_refused(shop):
    for wanted in (
        {"by": "day", "day_from": dt.date(2000, 1, 1)},
        {"by": "moon"},
        {"basis": "hope"},
        {"compare": "never"},
        {"day_to": dt.date(2025, 1, 1)},
    ):
        with pytest.raises(InputError):
            of(shop, "profit-and-loss", **wanted)
    with pytest.raises(InputError, match="horoscope"):
        of(shop, "horoscope")
    with pytest.raises(InputError):
        of(shop, "aged-receivables", options={"bucket-days": "0"})


@pytest.mark.parametrize(
    "name", ["customer-sales", "customer-income", "item-sales", "customer-balance", "aged-receivables"]
)
def test_a_table_of_some_lines_has_the_first_names_and_the_total_of_all(name):
    books = make_books()
    _many(books, 12)
    whole, some = of(books, name), of(books, name, options={"max-lines": "5"})
    assert (len(whole.rows), len(some.rows)) == (13, 6)
    assert some.rows == [*whole.rows[:5], whole.rows[-1]]
    assert (whole.short, some.short) == (False, True)


def test_sub_customers_count_as_lines():
    books = make_books()
    _many(books, 2)
    books.named("Customer", "Sub", parent="C0")
    sale = {"Checking": 5, "Income 0": -5}
    books.post("SalesReceipt", "2026-02-01", sale, counterparty="Sub")
    whole = of(books, "customer-sales")
    for most in ("1", "3"):
        some = of(books, "customer-sales", options={"max-lines": most})
        assert some.rows == [whole.rows[0], whole.rows[-1]]
        assert some.short
    assert not of(books, "customer-sales", options={"max-lines": "4"}).short


def test_the_first_documents_of_all_kinds_are_found_by_day():
    books = make_books()
    _many(books, 4)
    every = documents_between(books.company.pk, day("2026-01-01"), day("2026-03-31"), 100)
    assert [one.entity for one in every] == ["Invoice"] * 4 + ["Payment"] * 4
    assert documents_between(books.company.pk, day("2026-01-01"), day("2026-03-31"), 6) == every[:6]
    assert documents_between(books.company.pk, day("2026-02-02"), day("2026-03-31"), 6) == every[4:]
    assert documents_between(make_books().company.pk, day("2026-01-01"), day("2026-03-31"), 6) == []
