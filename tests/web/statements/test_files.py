"""Statements as files: read again they hold the same figures, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation

from closebook.apps.books.selectors.statements import statement
from closebook.core.reports.output import LineKind, table_lines
from closebook.transport.fonts import fonts
from closebook.web.books.catalogue import KINDS
from closebook.web.books.paper import paper
from tests.apps.books.factories import day
from tests.web.statements.conftest import QUARTER

pytestmark = pytest.mark.django_db(databases=["default", "books"])


def file_of(shop, name: str, form: str, **asked: str) -> bytes:
    answer = shop.client.get(shop.address(f"statements/{name}/", **QUARTER, export=form, **asked))
    assert answer.status_code == 200
    assert f'{name}-2026-01-01-2026-03-31.{form}"' in answer["Content-Disposition"]
    return answer.content


def table_of(shop, name: str, **wanted: str):
    return statement(
        shop.books.company.pk, name, day_from=day("2026-01-01"), day_to=day("2026-03-31"), **wanted
    )


def sheet_of(content: bytes):
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def test_an_excel_file_holds_numbers_an_outline_and_a_frozen_head(shop):
    table = table_of(shop, "profit-and-loss", by="month")
    page = sheet_of(file_of(shop, "profit-and-loss", "xlsx", by="month"))
    assert [cell.value for cell in page["A"][:3]] == [
        shop.company.name, "Profit and loss", "1 Jan 2026 – 31 Mar 2026",
    ]  # fmt: skip
    assert [cell.value for cell in page[6]][1:] == ["Jan 2026", "Feb 2026", "Mar 2026", "Total"]
    assert page.freeze_panes == "B7"
    for line, row in zip(table_lines(table), page.iter_rows(min_row=7), strict=True):
        assert row[0].value == line.label
        assert row[0].font.b is (line.kind is LineKind.TOTAL)
        assert page.row_dimensions[row[0].row].outlineLevel == line.depth
        wanted = [None if cell.value is None else Decimal(cell.value) / 100 for cell in line.cells[1:]]
        assert [None if cell.value is None else Decimal(str(cell.value)) for cell in row[1:]] == wanted


def test_days_in_an_excel_file_are_days(shop):
    page = sheet_of(file_of(shop, "transaction-list", "xlsx"))
    assert page["A7"].is_date
    assert page["A7"].value.date() == dt.date(2026, 1, 15)


def test_shares_and_quantities_in_an_excel_file_are_numbers(shop):
    page = sheet_of(file_of(shop, "profit-and-loss", "xlsx", compare="previous-period"))
    shares = [row[4] for row in page.iter_rows(min_row=7) if row[4].value is not None]
    assert {cell.number_format for cell in shares} == {"0.00%"}


def test_a_csv_file_is_the_statement(shop):
    rows = list(csv.reader(io.StringIO(file_of(shop, "trial-balance", "csv").decode("utf-8-sig"))))
    table = table_of(shop, "trial-balance")
    assert rows[0] == ["", "Debit", "Credit"]
    assert rows[-1] == ["TOTAL", "1645.00", "1645.00"]
    assert len(rows) - 1 == len(list(table_lines(table)))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_name_that_looks_like_a_formula_is_a_text(shop, form):
    shop.books.named("Customer", "=cmd()")
    shop.books.post("SalesReceipt", "2026-03-03", {"Checking": 100, "Sales": -100}, counterparty="=cmd()")
    content = file_of(shop, "customer-sales", form)
    values = (
        [row[0] for row in csv.reader(io.StringIO(content.decode("utf-8-sig")))]
        if form == "csv"
        else [cell.value for cell in sheet_of(content)["A"]]
    )
    assert "'=cmd()" in values


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_statement_can_be_printed(shop, name):
    content = file_of(shop, name, "pdf")
    assert content.startswith(b"%PDF")
    assert len(content) > 5_000


def test_a_printed_statement_names_itself(shop):
    assert b"Profit and loss" in file_of(shop, "profit-and-loss", "pdf")


def test_texts_on_paper_are_data_and_never_code():
    facts = {
        "company": "#panic()", "title": "*x* $1$ [", "period": "", "basis": "", "page": "", "cut": "",
        "columns": [{"title": "#let", "kind": "text"}],
        "lines": [{"depth": 0, "bold": True, "cells": ['#read("/etc/passwd")']}],
    }  # fmt: skip
    assert paper("statement", facts).startswith(b"%PDF")


def test_paper_speaks_the_readers_language(shop):
    assert fonts()
    with translation.override("nl"):
        assert file_of(shop, "profit-and-loss", "pdf").startswith(b"%PDF")
