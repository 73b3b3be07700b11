"""The worked example of two years, with figures computed by hand."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.books.selectors.statements import STATEMENTS, statement, statements
from closebook.core.reports.table import Table
from tests.apps.books.factories import Books, day, make_books, two_years

pytestmark = pytest.mark.django_db(databases=["default", "books"])
QUARTER = {"day_from": day("2026-01-01"), "day_to": day("2026-03-31")}


@pytest.fixture
def shop() -> Books:
    books = make_books()
    two_years(books)
    return books


def of(shop: Books, name: str, **wanted) -> Table:
    return statement(shop.company.pk, name, **{**QUARTER, **wanted})


def group_totals(table: Table) -> dict[str, list[int | None]]:
    return {row.group: row.total_minor or row.amounts_minor for _, row in table.walk() if row.group}


def test_profit_and_loss_of_the_quarter(shop):
    table = of(shop, "profit-and-loss")
    assert group_totals(table) == {
        "income": [30_000],
        "cost-of-goods-sold": [1_500],
        "gross-profit": [28_500],
        "expenses": [5_000],
        "net-operating-income": [23_500],
        "other-income": [500],
        "net-other-income": [500],
        "net-income": [24_000],
    }
    assert table.labelled("Repairs").amounts_minor == [20_000]


def test_profit_and_loss_by_month_adds_up(shop):
    table = of(shop, "profit-and-loss", by="month")
    assert [column.title for column in table.columns] == ["", "Jan 2026", "Feb 2026", "Mar 2026", "Total"]
    assert table.find("net-income").total_minor == [24_000, 0, 0, 24_000]
    assert table.labelled("Sales").amounts_minor == [4_000, None, 6_000, 10_000]


def test_profit_and_loss_on_cash_basis(shop):
    table = of(shop, "profit-and-loss", basis="cash", by="month")
    assert table.labelled("Repairs").amounts_minor == [None, 10_000, None, 10_000]
    assert table.labelled("Sales").amounts_minor == [None, 2_000, 6_000, 8_000]
    assert table.find("net-income").total_minor == [0, 12_000, 0, 12_000]


def test_balance_sheet_rolls_the_former_year_into_retained_earnings(shop):
    table = of(shop, "balance-sheet")
    assert group_totals(table) == {
        "assets": [158_000],
        "current-assets": [158_000],
        "bank": [126_500],
        "receivable": [12_000],
        "other-current-assets": [19_500],
        "liabilities-and-equity": [158_000],
        "liabilities": [14_000],
        "current-liabilities": [14_000],
        "payable": [9_000],
        "credit-cards": [5_000],
        "equity": [144_000],
        "net-income": [24_000],
    }
    assert table.labelled("Retained Earnings").amounts_minor == [20_000]


def test_trial_balance_has_two_equal_sides(shop):
    table = of(shop, "trial-balance")
    assert table.labelled("TOTAL").total_minor == [164_500, 164_500]
    assert table.labelled("Retained Earnings").amounts_minor == [None, 20_000]
    assert table.labelled("Rent").amounts_minor == [5_000, None]


def test_cash_flow_explains_the_change_of_cash(shop):
    table = of(shop, "cash-flow")
    figures = {
        "net-income": [24_000],
        "operating-adjustments": [-12_000 - 7_500 + 9_000 + 5_000],
        "operating-activities": [18_500],
        "cash-increase": [18_500],
        "beginning-cash": [120_000],
        "ending-cash": [138_500],
    }
    assert group_totals(table) == figures


def test_general_ledger_runs_from_the_beginning_balance(shop):
    checking = of(shop, "general-ledger").labelled("Checking")
    assert [row.cells[0].value for row in checking.children] == [
        "Beginning Balance",
        day("2026-03-02"),
        day("2026-03-31"),
    ]
    balances = [row.cells[-1].value for row in checking.children]
    assert balances == [120_000, 126_000, 126_500]
    assert checking.total[-2].value == 6_500


def test_general_ledger_names_the_other_side(shop):
    table = of(shop, "general-ledger")
    receivable = table.labelled("Accounts Receivable (A/R)")
    first, second = receivable.children
    assert [cell.value for cell in first.cells[1:8]] == [
        "Invoice", "1001", "No", "Ada Quill", "", "-Split-", 24_000,
    ]  # fmt: skip
    assert second.cells[6].value == "Undeposited Funds"


def test_profit_and_loss_detail_ties_to_profit_and_loss(shop):
    table = of(shop, "profit-and-loss-detail")
    assert table.find("net-income").total[-2].value == 24_000
    assert len(table.labelled("Sales").children) == 2


def test_transaction_list_has_a_row_per_document(shop):
    table = of(shop, "transaction-list")
    assert [row.cells[1].value for row in table.rows] == [
        "Invoice", "Payment", "Bill", "Sales Receipt", "Expense", "Deposit",
    ]  # fmt: skip
    assert [row.cells[-1].value for row in table.rows] == [24_000, 12_000, 9_000, 6_000, 5_000, 500]


def test_transaction_list_by_month(shop):
    table = of(shop, "transaction-list", options={"group-by": "month"})
    assert [row.label for row in table.rows] == ["Jan 2026", "Feb 2026", "Mar 2026"]


def test_journal_shows_debits_and_credits(shop):
    table = of(shop, "journal")
    assert table.find("grand-total").total[-2:][0].value == 24_000 + 12_000 + 9_000 + 7_500 + 5_000 + 500


@pytest.mark.parametrize("basis", ["accrual", "cash"])
def test_statements_read_together_are_those_read_apart(shop, basis):
    together = statements(shop.company.pk, list(STATEMENTS), **QUARTER, basis=basis)
    assert list(together) == list(STATEMENTS)
    assert together == {name: of(shop, name, basis=basis) for name in STATEMENTS}


def test_statements_read_together_read_what_they_share_once(shop):
    main = ("profit-and-loss", "trial-balance", "balance-sheet")
    with CaptureQueriesContext(connections["books"]) as alone:
        of(shop, "balance-sheet")
    with CaptureQueriesContext(connections["books"]) as together:
        statements(shop.company.pk, main, **QUARTER)
    assert len(together) == len(alone)
