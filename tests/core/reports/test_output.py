"""Tables as plain values and spreadsheet lines."""

from __future__ import annotations

import json

import pytest

from closebook.core.reports.opens import Basis, Filters, Opens
from closebook.core.reports.output import cell_text, csv_rows, neutralised, to_plain
from closebook.core.reports.table import Cell, Column, ColumnKind, Row, Table, section
from tests.apps.books.factories import day

OPENS = Opens(
    (4, 5), None, day("2026-03-31"), Basis.CASH, Filters(klass=(0, 2)), credit_positive=True,
    also=(Opens((6,), day("2026-01-01"), day("2026-02-01")),),
)  # fmt: skip


def small() -> Table:
    columns = (Column("ledger-account", "", ColumnKind.TEXT), Column("total", "Total"))
    child = Row((Cell("=cmd|calc", 4), Cell(-123_450, None, OPENS)))
    rows = [
        section((Cell("Income"), Cell()), [child], (Cell("Total Income"), Cell(-123_450)), group="income")
    ]
    return Table("small", "Small", columns, rows, "USD", day("2026-01-01"), day("2026-03-31"))


def test_plain_values_are_json_with_minor_units_and_text():
    plain = json.loads(json.dumps(to_plain(small())))
    cell = plain["rows"][0]["rows"][0]["cells"][1]
    assert (cell["value"], cell["text"]) == (-123_450, "-1234.50")
    assert Opens.parse(cell["opens"]) == OPENS


def test_lines_are_indented_and_texts_neutralised_but_numbers_are_not():
    assert list(csv_rows(small())) == [
        ["", "Total"],
        ["Income", ""],
        ["'  =cmd|calc", "-1234.50"],
        ["Total Income", "-1234.50"],
    ]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "  =1"])
def test_formulas_are_neutralised(text):
    assert neutralised(text) == f"'{text}"


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (ColumnKind.MONEY, 0, "0.00"),
        (ColumnKind.MONEY, None, ""),
        (ColumnKind.QUANTITY, -1_250_000, "-1.25"),
        (ColumnKind.QUANTITY, 3_000_000, "3.00"),
        (ColumnKind.QUANTITY, 1, "0.000001"),
        (ColumnKind.PERCENT, -6_667, "-66.67 %"),
        (ColumnKind.DAY, day("2026-03-04"), "2026-03-04"),
    ],
)
def test_texts_of_values(kind, value, text):
    assert cell_text(kind, value, "USD") == text
