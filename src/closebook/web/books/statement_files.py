"""A statement as a file to keep: CSV, Excel and PDF."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.translation import gettext as _

from closebook.core.errors import InputError
from closebook.core.money import decimal_from_minor, minor_digits
from closebook.core.reports.output import LineKind, TableLine, csv_rows, table_lines
from closebook.core.reports.table import Cell, Column, ColumnKind, Table
from closebook.web.books.figures import figure
from closebook.web.books.paper import paper
from closebook.web.books.sheet import Sheet
from closebook.web.books.wishes import BASIS_WORDS
from closebook.web.kit.export import neutral
from closebook.web.templatetags.kit import day

PAPER_LINES = 2_000
_DEEPEST = 7  # Excel has seven levels of an outline


def statement_file(sheet: Sheet, form: str) -> HttpResponse:
    """Return a statement as a file; InputError for a form that does not exist."""
    if form not in FORMS:
        raise InputError("export-format", f"{form!r} is no format.", remedy="Choose csv, xlsx or pdf.")
    media_type, made = FORMS[form]
    days = sheet.wishes.days
    name = f"{sheet.kind.name}-{days.start}-{days.end}.{form}"
    content = made(sheet, sheet.table())
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def heading(sheet: Sheet, table: Table) -> list[str]:
    """Return what stands above a statement: company, title, period, basis and currency."""
    days, basis = sheet.wishes.days, str(BASIS_WORDS[sheet.wishes.basis])
    period = day(days.end) if sheet.kind.as_of else f"{day(days.start)} – {day(days.end)}"
    last = f"{basis}, {table.currency}" if sheet.kind.has_basis else table.currency
    return [sheet.company.name, str(sheet.kind.title), period, last]


def _csv(_sheet: Sheet, table: Table) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(csv_rows(table))
    return buffer.getvalue().encode("utf-8-sig")


def _workbook(sheet: Sheet, table: Table) -> bytes:
    """Return an Excel file: numbers as numbers, an outline by depth, totals bold, the head frozen."""
    buffer = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet(sheet.kind.name[:31])
        formats = _Formats(book, minor_digits(table.currency))
        titles = heading(sheet, table)
        for y, text in enumerate(titles):
            page.write_string(y, 0, neutral(text), formats(ColumnKind.TEXT, bold=not y))
        top = len(titles) + 1
        for x, column in enumerate(table.columns):
            page.set_column(x, x, 34 if not x else 22 if column.kind is ColumnKind.TEXT else 14)
            text = f"{column.over} {column.title}".strip()
            page.write_string(top, x, neutral(text), formats(ColumnKind.TEXT, bold=True))
        page.freeze_panes(top + 1, 1)
        for y, line in enumerate(table_lines(table), top + 1):
            _write_line(page, y, line, table, formats)
    return buffer.getvalue()


class _Formats:
    """The cell formats of a workbook, each made once."""

    def __init__(self, book: Any, places: int) -> None:
        self._book = book
        money = "#,##0" + ("." + "0" * places if places else "")
        self._patterns = {
            ColumnKind.MONEY: f"{money};\u2212{money}",
            ColumnKind.DAY: "yyyy-mm-dd",
            ColumnKind.QUANTITY: "#,##0.######",
            ColumnKind.PERCENT: "0.00%",
        }
        self._made: dict[tuple[ColumnKind, bool, int], Any] = {}

    def __call__(self, kind: ColumnKind, *, bold: bool, indent: int = 0) -> Any:
        key = (kind, bold, indent)
        if key not in self._made:
            facts: dict[str, Any] = {"bold": bold, "indent": indent}
            if kind in self._patterns:
                facts["num_format"] = self._patterns[kind]
            self._made[key] = self._book.add_format(facts)
        return self._made[key]


def _write_line(page: Any, y: int, line: TableLine, table: Table, formats: _Formats) -> None:
    if line.depth:
        page.set_row(y, None, None, {"level": min(line.depth, _DEEPEST)})
    bold = line.kind is LineKind.TOTAL
    for x, (column, cell) in enumerate(zip(table.columns, line.cells, strict=True)):
        style = formats(column.kind, bold=bold, indent=0 if x else line.depth)
        _write_cell(page, (y, x), column, cell, table.currency, style)


def _write_cell(
    page: Any, at: tuple[int, int], column: Column, cell: Cell, currency: str, style: Any
) -> None:
    value = cell.value
    if isinstance(value, str):
        page.write_string(*at, neutral(value), style)
    elif isinstance(value, dt.date):
        page.write_datetime(*at, value, style)
    elif isinstance(value, int):
        page.write_number(*at, _number(column.kind, value, currency), style)


def _number(kind: ColumnKind, value: int, currency: str) -> Decimal:
    """Return a value as the number that a spreadsheet counts with."""
    if kind is ColumnKind.MONEY:
        return decimal_from_minor(value, currency)
    return Decimal(value).scaleb(-6 if kind is ColumnKind.QUANTITY else -4)


def _pdf(sheet: Sheet, table: Table) -> bytes:
    company, title, period, basis = heading(sheet, table)
    lines = list(islice(table_lines(table), PAPER_LINES + 1))
    columns = [{"title": f"{one.over} {one.title}".strip(), "kind": one.kind.value} for one in table.columns]
    return paper(
        "statement",
        {
            "company": company,
            "title": title,
            "period": period,
            "basis": basis,
            "page": _("Page"),
            "columns": columns,
            "lines": [_plain(table, line) for line in lines[:PAPER_LINES]],
            "cut": _("Only the first lines are here.") if len(lines) > PAPER_LINES or table.cut else "",
        },
    )


def _plain(table: Table, line: TableLine) -> dict[str, Any]:
    cells = zip(table.columns, line.cells, strict=True)
    return {
        "depth": line.depth,
        "bold": line.kind is LineKind.TOTAL,
        "cells": [figure(column.kind, cell, table.currency) for column, cell in cells],
    }


FORMS: Mapping[str, tuple[str, Callable[[Sheet, Table], bytes]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _workbook),
    "csv": ("text/csv", _csv),
    "pdf": ("application/pdf", _pdf),
}
"""The formats of files, with their media types."""
