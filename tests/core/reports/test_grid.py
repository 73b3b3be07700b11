"""Rows that a chart of accounts makes of amounts: nesting, labels, empty cells."""

from __future__ import annotations

from closebook.core.ledger.account_types import LedgerAccountType as Type
from closebook.core.reports.chart import Chart, ChartAccount
from closebook.core.reports.grid import Grid, Slice, account_rows
from closebook.core.reports.profit_and_loss import profit_and_loss
from tests.apps.books.factories import day

CHART = Chart(
    [
        ChartAccount(1, "Repairs", Type.INCOME),
        ChartAccount(2, "Wheels", Type.INCOME, parent=1),
        ChartAccount(3, "Brakes", Type.INCOME, parent=1),
        ChartAccount(4, "Sales", Type.INCOME, number="100"),
        ChartAccount(5, "Discounts given", Type.INCOME),
        ChartAccount(6, "Rent", Type.EXPENSE),
    ]
)
SLICES = (
    Slice("a", "Jan 2026", day("2026-01-01"), day("2026-01-31")),
    Slice("b", "Feb 2026", day("2026-02-01"), day("2026-02-28")),
)


def grid(amounts: dict[int, list[int]]) -> Grid:
    return Grid(CHART, SLICES, amounts, "USD")


def test_a_parent_shows_its_own_amount_above_and_the_branch_below():
    rows = account_rows(grid({1: [-10, 0], 2: [-5, -7]}), Type.INCOME, credit_positive=True)
    assert [row.label for row in rows] == ["Repairs"]
    assert rows[0].amounts_minor == [10, None]
    assert [child.label for child in rows[0].children] == ["Wheels"]
    assert (rows[0].total[0].value, rows[0].total_minor) == ("Total Repairs", [15, 7])


def test_accounts_are_ordered_by_number_then_name_and_zeros_left_out():
    amounts = {4: [-1, 0], 3: [-1, 0], 5: [1, 0], 2: [0, 0]}
    rows = account_rows(grid(amounts), Type.INCOME, credit_positive=True)
    assert [row.label for row in rows] == ["Sales", "Discounts given", "Repairs"]
    assert rows[1].amounts_minor == [-1, None]


def test_totals_of_parts_with_rows_show_zero_and_of_empty_parts_nothing():
    table = profit_and_loss(grid({4: [-100, 0]}))
    assert table.find("income").total_minor == [100, 0]
    assert table.find("expenses").total_minor == [None, None]
    assert table.find("net-income").total_minor == [100, 0]


def test_a_figure_opens_the_whole_branch_within_its_column():
    row = account_rows(grid({2: [-5, 0]}), Type.INCOME, credit_positive=True)[0]
    opens = row.total[2].opens
    assert (opens.ledger_accounts, opens.day_from, opens.day_to) == (
        (1, 3, 2),
        SLICES[1].start,
        SLICES[1].end,
    )


def test_a_child_of_another_type_stands_at_the_top():
    chart = Chart([ChartAccount(1, "A", Type.INCOME), ChartAccount(2, "B", Type.EXPENSE, parent=1)])
    assert [one.key for one in chart.roots(Type.EXPENSE)] == [2]
