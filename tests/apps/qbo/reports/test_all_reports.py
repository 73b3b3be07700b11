"""Every report at the wire on the worked example: shape, labels, ids, parameters."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from closebook.apps.qbo.context import Context
from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.reports import render
from closebook.apps.qbo.reports.report import REPORTS, report
from tests.apps.books.factories import Books, make_books, two_years

pytestmark = pytest.mark.django_db(databases=["default", "books"])
NOW = dt.datetime(2026, 3, 31, 20, tzinfo=dt.UTC)
QUARTER = {"start_date": "2026-01-01", "end_date": "2026-03-31"}


@pytest.fixture
def shop() -> Books:
    books = make_books()
    two_years(books)
    return books


def asked(shop: Books, name: str, **params: str) -> dict:
    return report(Context(shop.company, now=NOW), name, {**QUARTER, **params})


def values(row: dict) -> list[str]:
    cells = row.get("ColData") or row.get("Summary", row.get("Header"))["ColData"]
    return [cell["value"] for cell in cells]


def keys(found: dict) -> list[str]:
    return [column["MetaData"][-1]["Value"] for column in found["Columns"]["Column"]]


def wire(shop: Books, key: int) -> str:
    return shop.company.record_set.get(pk=key).wire_id


def leaves(columns: list[dict]) -> int:
    return sum(leaves(one["Columns"]["Column"]) if "Columns" in one else 1 for one in columns)


def check_rows(rows: dict, width: int) -> int:
    count = 0
    for row in rows.get("Row", []):
        parts = [row] if "ColData" in row else [row[name] for name in ("Header", "Summary") if name in row]
        for part in parts:
            assert len(part["ColData"]) == width
            assert all(isinstance(cell["value"], str) for cell in part["ColData"])
        count += 1 + check_rows(row.get("Rows", {}), width)
    return count


@pytest.mark.parametrize("method", ["Accrual", "Cash"])
@pytest.mark.parametrize("name", sorted(REPORTS))
def test_rows_are_as_wide_as_columns_and_hold_texts(shop, name, method):
    found = asked(shop, name, accounting_method=method)
    check_rows(found["Rows"], leaves(found["Columns"]["Column"]))
    assert found["Header"]["ReportName"].lower() == name
    empty = report(Context(make_books().company, now=NOW), name, {})
    check_rows(empty["Rows"], leaves(empty["Columns"]["Column"]))
    flag = empty["Header"]["Option"][-1]
    assert flag == {"Name": "NoReportData", "Value": "false" if name == "accountlist" else "true"}


WORDS = ["Month", "Week", "Days", "Quarter", "Year", "FiscalQuarter", "FiscalYear", "Customers", "Vendors"]
WORDS += ["Employees", "Classes", "Departments", "ProductsAndServices"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("name", ["ProfitAndLoss", "BalanceSheet", "CashFlow"])
def test_columns_add_up_to_the_total(shop, name, word):
    found = asked(shop, name, summarize_column_by=word)
    assert found["Header"]["SummarizeColumnsBy"] == word
    last = values(found["Rows"]["Row"][-1])[1:]
    if name == "ProfitAndLoss":
        cents = [int((text or "0").replace(".", "")) for text in last]
        assert sum(cents[:-1]) == cents[-1] == 24_000


def test_general_ledger(shop):
    found = asked(shop, "GeneralLedger")
    assert keys(found) == [
        "tx_date", "txn_type", "doc_num", "is_adj", "name", "memo", "split_acc", "subt_nat_amount",
        "rbal_nat_amount",
    ]  # fmt: skip
    checking = found["Rows"]["Row"][0]
    assert checking["Header"]["ColData"][0] == {
        "value": "Checking",
        "id": wire(shop, shop.accounts["Checking"]),
    }
    beginning, sale, _ = checking["Rows"]["Row"]
    assert beginning["ColData"] == [
        {"value": "Beginning Balance"},
        {"value": ""},
        {"value": ""},
        {"value": ""},
        {"value": "", "id": ""},
        {"value": ""},
        {"value": "", "id": ""},
        {"value": ""},
        {"value": "1200.00"},
    ]
    assert values(sale) == [
        "2026-03-02",
        "Sales Receipt",
        "1002",
        "No",
        "Ada Quill",
        "",
        "-Split-",
        "60.00",
        "1260.00",
    ]
    assert checking["Summary"]["ColData"][0] == {"value": "Total for Checking"}


def test_transaction_list(shop):
    found = asked(shop, "TransactionList")
    assert keys(found) == [
        "tx_date", "txn_type", "doc_num", "is_no_post", "name", "memo", "account_name", "other_account",
        "subt_nat_amount",
    ]  # fmt: skip
    invoice = found["Rows"]["Row"][0]
    assert invoice["type"] == "Data"
    assert invoice["ColData"][4] == {"value": "Ada Quill", "id": wire(shop, shop.names["Ada Quill"])}
    assert invoice["ColData"][7] == {"value": "-Split-", "id": ""}
    assert "SummarizeColumnsBy" not in found["Header"]


def test_transaction_list_filters_groups_and_sorts(shop):
    name = wire(shop, shop.names["Norton Supply"])
    assert len(asked(shop, "TransactionList", vendor=name)["Rows"]["Row"]) == 1
    assert len(asked(shop, "TransactionList", transaction_type="SalesReceipt,Bill")["Rows"]["Row"]) == 2
    grouped = asked(shop, "TransactionList", group_by="Customer")["Rows"]["Row"]
    assert [row["Header"]["ColData"][0]["value"] for row in grouped] == ["Ada Quill", "Not Specified"]
    assert grouped[0]["Summary"]["ColData"][0] == {"value": "Total for Ada Quill"}
    down = asked(
        shop, "TransactionList", sort_by="subt_nat_amount", sort_order="descend", columns="subt_nat_amount"
    )
    assert values(down["Rows"]["Row"][0]) == ["240.00"]


def test_journal_report(shop):
    rows = asked(shop, "JournalReport")["Rows"]["Row"]
    assert values(rows[0])[:2] == ["2026-01-15", "Invoice"]
    assert values(rows[1])[:2] == ["0-00-00", ""]
    assert rows[1]["ColData"][1]["id"] == rows[0]["ColData"][1]["id"]
    assert list(rows[3]) == ["Summary", "type"]
    assert set(values(rows[4])) == {""}
    assert values(rows[-1])[0] == "TOTAL"


def test_aged_receivables(shop):
    found = asked(shop, "AgedReceivables", report_date="2026-03-31", start_date="", end_date="")
    assert {"Name": "report_date", "Value": "2026-03-31"} in found["Header"]["Option"]
    titles = [column["ColTitle"] for column in found["Columns"]["Column"]]
    assert titles == ["", "Current", "1 - 30", "31 - 60", "61 - 90", "91 and over", "Total"]
    data, total = found["Rows"]["Row"]
    assert "type" not in data
    assert values(data) == ["Ada Quill", "", "", "120.00", "", "", "120.00"]
    assert values(total) == ["TOTAL", "0.00", "0.00", "120.00", "0.00", "0.00", "120.00"]
    assert total["group"] == "GrandTotal"


def test_age_classes_can_be_chosen(shop):
    found = asked(shop, "AgedReceivables", aging_period="15", num_periods="3")
    titles = [column["ColTitle"] for column in found["Columns"]["Column"]]
    assert titles == ["", "Current", "1 - 15", "16 - 30", "31 and over", "Total"]


def test_item_sales_nests_its_columns(shop):
    found = asked(shop, "ItemSales")
    total = found["Columns"]["Column"][1]
    assert [one["ColTitle"] for one in total["Columns"]["Column"]] == [
        "Quantity", "Amount", "% of Sales", "Avg Price", "COGS", "Gross Margin", "Gross Margin %",
    ]  # fmt: skip
    nobody, last = found["Rows"]["Row"]
    assert (nobody["group"], last["group"], last["type"]) == ("**", "GrandTotal", "Data")
    assert values(nobody)[3] == "100.00 %"


def test_cash_flow_groups(shop):
    furniture = {"Furniture": 5_000, "Loan": -5_000}
    shop.post("JournalEntry", "2026-02-02", furniture)
    found = asked(shop, "CashFlow")
    assert [row["group"] for row in found["Rows"]["Row"]] == [
        "OperatingActivities",
        "InvestingActivities",
        "FinancingActivites",
        "CashIncrease",
        "BeginningCash",
        "EndingCash",
    ]


def test_filters_come_back_in_the_header(shop):
    ada = wire(shop, shop.names["Ada Quill"])
    found = asked(shop, "ProfitAndLoss", customer=ada)
    assert found["Header"]["Customer"] == ada
    assert values(found["Rows"]["Row"][-1]) == ["Net Income", "285.00"]
    assert asked(shop, "ProfitAndLoss", customer="999")["Header"]["Option"][-1]["Value"] == "true"


def test_filters_by_class_account_and_location(shop):
    spring, quay = shop.named("Class", "Spring"), shop.named("Department", "Quay")
    sale = {"Checking": 4_000, "Sales": -4_000}
    shop.post("SalesReceipt", "2026-02-01", sale, klass="Spring", location="Quay")
    for name, key in (("class", spring), ("department", quay)):
        found = asked(shop, "ProfitAndLoss", **{name: wire(shop, key)}, summarize_column_by="Month")
        assert values(found["Rows"]["Row"][-1]) == ["Net Income", "0.00", "40.00", "0.00", "40.00"]
    visa = wire(shop, shop.accounts["Visa"])
    sections = asked(shop, "GeneralLedger", account=visa)["Rows"]["Row"]
    assert [row["Header"]["ColData"][0]["id"] for row in sections] == [visa]


def test_general_ledger_on_cash_basis_dates_income_by_payment(shop):
    rows = asked(shop, "GeneralLedger", accounting_method="Cash")["Rows"]["Row"]
    ledger = {row["Header"]["ColData"][0]["value"]: row for row in rows}
    assert "Accounts Receivable (A/R)" not in ledger
    repairs = ledger["Repairs"]["Rows"]["Row"]
    assert [values(row)[:2] + values(row)[-1:] for row in repairs] == [["2026-02-20", "Invoice", "100.00"]]


def test_a_report_past_the_limit_is_cut_and_says_so(shop, monkeypatch):
    monkeypatch.setattr(render, "MAX_CELLS", 12)
    rows = asked(shop, "ProfitAndLoss")["Rows"]["Row"]
    assert rows[-1]["ColData"] == [{"value": "Unable to display more data. Please reduce the date range."}]


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"start_date": "yesterday"}, "2060"),
        ({"start_date": "2026-05-01"}, "2060"),
        ({"start_date": "", "end_date": "", "date_macro": "Next Blue Moon"}, "2170"),
        ({"accounting_method": "Hope"}, "2170"),
        ({"summarize_column_by": "Moon"}, "2170"),
    ],
)
def test_words_that_cannot_be_understood_are_refused(shop, params, code):
    with pytest.raises(Fault) as caught:
        asked(shop, "ProfitAndLoss", **params)
    assert caught.value.code == code


def test_money_has_two_places_and_no_thousands_mark(shop):
    shop.post("Deposit", "2026-02-03", {"Checking": 123_456_789, "Owner's Investment": -123_456_789})
    text = str(asked(shop, "BalanceSheet")["Rows"])
    assert "1235832.89" in text
    assert not re.search(r"\d,\d{3}", text)
