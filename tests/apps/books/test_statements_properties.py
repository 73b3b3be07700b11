"""What must hold for the statements of any balanced entries."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closebook.apps.books.selectors.statements import statement
from closebook.core.reports.fiscal import DAY, fiscal_year
from closebook.core.reports.table import Table
from tests.apps.books.factories import CHART, Books, make_books

pytestmark = pytest.mark.django_db(databases=["default", "books"])
FIRST = dt.date(2024, 11, 1)
NAMES = [name for name, _, _ in CHART]
CONTROL = {"Accounts Receivable (A/R)", "Accounts Payable (A/P)"}
DIRECT = [name for name in NAMES if name not in CONTROL]
few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))


def entries(names: list[str]):
    sides = st.lists(st.tuples(st.sampled_from(names), st.integers(-9_999, 9_999)), min_size=1, max_size=4)
    return st.lists(st.tuples(st.integers(0, 700), sides, st.sampled_from(names)), min_size=1, max_size=12)


def fill(drawn, start: int) -> Books:
    books = make_books(fiscal_start=start)
    books.named("Class", "Spring")
    for number, (on, sides, last) in enumerate(drawn):
        lines = [(name, amount, {}) for name, amount in sides]
        lines.append((last, -sum(amount for _, amount in sides), {}))
        klass = {"klass": "Spring"} if number % 2 else {}
        books.post("JournalEntry", (FIRST + on * DAY).isoformat(), lines, **klass)
    return books


def of(books: Books, name: str, first: dt.date, last: dt.date, **wanted) -> Table:
    return statement(books.company.pk, name, day_from=first, day_to=last, **wanted)


def figures(table: Table, group: str) -> list[int]:
    row = table.find(group)
    return [value or 0 for value in (row.total_minor or row.amounts_minor)]


ENDS = st.integers(0, 760)


@few
@given(entries(NAMES), ENDS, st.integers(1, 12), st.sampled_from(["accrual", "cash"]))
def test_both_sides_are_equal(drawn, end, start, basis):
    books, last = fill(drawn, start), FIRST + end * DAY
    trial = of(books, "trial-balance", FIRST, last, basis=basis)
    if trial.rows:
        debit, credit = figures(trial, "grand-total")
        assert debit == credit
    sheet = of(books, "balance-sheet", FIRST, last, basis=basis, by="month")
    assert figures(sheet, "assets") == figures(sheet, "liabilities-and-equity")


@few
@given(entries(NAMES), ENDS, st.sampled_from(["month", "quarter", "week", "class", "fiscal-year"]))
def test_columns_of_profit_and_loss_add_up(drawn, end, by):
    books, last = fill(drawn, 4), FIRST + end * DAY
    *parts, total = figures(of(books, "profit-and-loss", FIRST, last, by=by), "net-income")
    assert sum(parts) == total == figures(of(books, "profit-and-loss", FIRST, last), "net-income")[0]


@few
@given(entries(NAMES), ENDS)
def test_cash_flow_ends_with_the_cash_of_the_balance_sheet(drawn, end):
    books, last = fill(drawn, 1), FIRST + end * DAY
    middle = FIRST + (end // 2) * DAY
    table = of(books, "cash-flow", middle, last)
    before, after = (figures(table, f"{word}-cash")[0] for word in ("beginning", "ending"))
    assert figures(table, "cash-increase")[0] == after - before
    activities = [row for row in table.rows if row.group.endswith("-activities")]
    assert sum(row.total_minor[0] or 0 for row in activities) == after - before
    sheet = of(books, "balance-sheet", middle, last)
    undeposited = sum(
        row.amounts_minor[0] or 0 for _, row in sheet.walk() if row.label == "Undeposited Funds"
    )
    banks = [row for _, row in sheet.walk() if row.group == "bank"]
    assert after == undeposited + sum(row.total_minor[0] or 0 for row in banks)


@few
@given(entries(NAMES), ENDS, st.integers(1, 12), st.sampled_from(["accrual", "cash"]))
def test_the_general_ledger_closes_with_the_trial_balance(drawn, end, start, basis):
    books, last = fill(drawn, start), FIRST + end * DAY
    first = fiscal_year(last, start).start
    trial = of(books, "trial-balance", first, last, basis=basis)
    balances = {
        row.key: (row.amounts_minor[0] or 0) - (row.amounts_minor[1] or 0) for row in trial.rows if row.key
    }
    ledger = of(books, "general-ledger", first, last, basis=basis)
    closing = {row.key: row.children[-1].cells[-1].value for row in ledger.rows}
    for key in balances.keys() | closing.keys():
        natural = closing.get(key, 0)
        assert abs(natural) == abs(balances.get(key, 0))


@few
@given(entries(DIRECT), ENDS, st.sampled_from(["profit-and-loss", "balance-sheet", "trial-balance"]))
def test_without_receivables_and_payables_both_bases_are_the_same(drawn, end, name):
    books, last = fill(drawn, 1), FIRST + end * DAY
    accrual, cash = (of(books, name, FIRST, last, basis=basis) for basis in ("accrual", "cash"))
    assert [(row.label, row.amounts_minor) for _, row in accrual.walk()] == [
        (row.label, row.amounts_minor) for _, row in cash.walk()
    ]


@few
@given(entries(NAMES), ENDS)
def test_receivables_and_payables_are_zero_on_cash_basis(drawn, end):
    books, last = fill(drawn, 1), FIRST + end * DAY
    table = of(books, "trial-balance", FIRST, last, basis="cash")
    assert not CONTROL & {row.label for row in table.rows}
