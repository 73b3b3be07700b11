"""Reports by ledger account at the wire, on the worked example of two years."""

from __future__ import annotations

import datetime as dt

import pytest

from closebook.apps.qbo.context import Context
from closebook.apps.qbo.faults import Fault
from closebook.apps.qbo.reports.report import report
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
    return report(Context(shop.company, now=NOW), name, params)


def values(cells: list[dict]) -> list[str]:
    return [cell["value"] for cell in cells]


def test_profit_and_loss(shop):
    found = asked(shop, "ProfitAndLoss", **QUARTER)
    assert found["Header"] == {
        "Time": "2026-03-31T13:00:00-07:00",
        "ReportName": "ProfitAndLoss",
        "ReportBasis": "Accrual",
        "StartPeriod": "2026-01-01",
        "EndPeriod": "2026-03-31",
        "SummarizeColumnsBy": "Total",
        "Currency": "USD",
        "Option": [
            {"Name": "AccountingStandard", "Value": "GAAP"},
            {"Name": "NoReportData", "Value": "false"},
        ],
    }
    assert found["Columns"] == {
        "Column": [
            {"ColTitle": "", "ColType": "Account", "MetaData": [{"Name": "ColKey", "Value": "account"}]},
            {"ColTitle": "Total", "ColType": "Money", "MetaData": [{"Name": "ColKey", "Value": "total"}]},
        ]
    }
    income = found["Rows"]["Row"][0]
    repairs = {
        "ColData": [{"value": "Repairs", "id": str(_wire(shop, "Repairs"))}, {"value": "200.00"}],
        "type": "Data",
    }
    assert income["Header"] == {"ColData": [{"value": "Income"}, {"value": ""}]}
    assert income["Rows"]["Row"][0] == repairs
    assert income["Summary"] == {"ColData": [{"value": "Total Income"}, {"value": "300.00"}]}
    assert [row["group"] for row in found["Rows"]["Row"]] == [
        "Income",
        "COGS",
        "GrossProfit",
        "Expenses",
        "NetOperatingIncome",
        "OtherIncome",
        "NetOtherIncome",
        "NetIncome",
    ]


def _wire(shop: Books, name: str) -> str:
    return shop.company.record_set.get(pk=shop.accounts[name]).wire_id


def test_the_default_period_is_the_fiscal_year_to_date(shop):
    found = asked(shop, "profitandloss")
    assert found["Header"]["DateMacro"] == "this fiscal year-to-date"
    assert (found["Header"]["StartPeriod"], found["Header"]["EndPeriod"]) == ("2026-01-01", "2026-03-31")


def test_columns_by_month_carry_their_days(shop):
    found = asked(shop, "ProfitAndLoss", **QUARTER, summarize_column_by="Month")
    january = found["Columns"]["Column"][1]
    assert january["ColTitle"] == "Jan 2026"
    assert january["MetaData"][:2] == [
        {"Name": "StartDate", "Value": "2026-01-01"},
        {"Name": "EndDate", "Value": "2026-01-31"},
    ]
    assert found["Columns"]["Column"][-1]["ColTitle"] == "Total"
    net = found["Rows"]["Row"][-1]["Summary"]["ColData"]
    assert values(net) == ["Net Income", "240.00", "0.00", "0.00", "240.00"]


def test_a_company_without_postings(shop):
    empty = make_books()
    found = asked(empty, "ProfitAndLoss", **QUARTER)
    assert found["Header"]["Option"][-1] == {"Name": "NoReportData", "Value": "true"}
    assert [row["group"] for row in found["Rows"]["Row"]] == [
        "Income",
        "GrossProfit",
        "Expenses",
        "NetOperatingIncome",
        "NetIncome",
    ]
    assert values(found["Rows"]["Row"][2]["Summary"]["ColData"]) == ["Total Expenses", ""]
    assert "Rows" not in found["Rows"]["Row"][2]
    assert asked(empty, "TrialBalance")["Rows"] == {}


def test_balance_sheet(shop):
    found = asked(shop, "BalanceSheet", **QUARTER)
    assets, right = found["Rows"]["Row"]
    assert assets["group"] == "TotalAssets"
    assert values(assets["Summary"]["ColData"]) == ["TOTAL ASSETS", "1580.00"]
    assert [row["group"] for row in assets["Rows"]["Row"][0]["Rows"]["Row"]] == [
        "BankAccounts",
        "AR",
        "OtherCurrentAssets",
    ]
    equity = right["Rows"]["Row"][1]
    assert values(right["Summary"]["ColData"]) == ["TOTAL LIABILITIES AND EQUITY", "1580.00"]
    assert equity["Rows"]["Row"][-1] == {
        "ColData": [{"value": "Net Income"}, {"value": "240.00"}],
        "type": "Data",
        "group": "NetIncome",
    }


def test_trial_balance(shop):
    found = asked(shop, "TrialBalance", **QUARTER)
    rows = found["Rows"]["Row"]
    assert "type" not in rows[0]
    assert values(rows[0]["ColData"]) == ["Checking", "1265.00", ""]
    assert values(rows[-1]["Summary"]["ColData"]) == ["TOTAL", "1645.00", "1645.00"]
    assert rows[-1]["group"] == "GrandTotal"


def test_an_unknown_name_is_answered_with_5020(shop):
    with pytest.raises(Fault) as caught:
        asked(shop, "Horoscope")
    assert caught.value.code == "5020"


def test_cash_basis_is_the_company_preference(shop):
    found = asked(shop, "BalanceSheet", **QUARTER, accounting_method="Cash")
    assert found["Header"]["ReportBasis"] == "Cash"
    assert "AR" not in str(found["Rows"])
