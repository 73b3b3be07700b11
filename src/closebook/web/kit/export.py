"""Lists as CSV and Excel files. Texts that a spreadsheet would run as a formula are neutralised."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from closebook.core.errors import InputError
from closebook.core.money import decimal_from_minor, minor_digits
from closebook.web.kit.columns import Column, cell_of, plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def neutral(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    >>> neutral("=1+1"), neutral("Mug")
    ("'=1+1", 'Mug')

    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def exported(form: str, name: str, columns: Sequence[Column], rows: Iterable[Any]) -> HttpResponseBase:
    """Return a list as a file to keep; form is csv or xlsx. Raises InputError for another form."""
    if form == "csv":
        answer: HttpResponseBase = StreamingHttpResponse(_csv_lines(columns, rows), content_type="text/csv")
    elif form == "xlsx":
        answer = HttpResponse(_workbook(name, columns, rows), content_type=_XLSX)
    else:
        raise InputError("export-format", f"{form!r} is no format.", remedy="Choose csv or xlsx.")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """Yield the lines of a CSV file, after a mark by which Excel knows the encoding."""
    yield "\ufeff" + _csv_line([str(column.title) for column in columns])
    for row in rows:
        yield _csv_line([_csv_value(column, row) for column in columns])


def _csv_line(values: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(values)
    return buffer.getvalue()


def _csv_value(column: Column, row: Any) -> str:
    cell = cell_of(column, row)
    value = plain(cell)
    if value is None:
        return ""
    if column.kind == "money" and isinstance(value, int):
        return str(decimal_from_minor(value, cell.currency))
    return (
        value.isoformat()
        if isinstance(value, dt.date)
        else neutral(value)
        if isinstance(value, str)
        else str(value)
    )


def _workbook(name: str, columns: Sequence[Column], rows: Iterable[Any]) -> bytes:
    """Return an Excel file with one sheet: a frozen head, money as numbers, days as days."""
    buffer = io.BytesIO()
    options = {
        "constant_memory": True,
        "remove_timezone": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(name[:31])
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        for x, column in enumerate(columns):
            sheet.write_string(0, x, str(column.title), bold)
            sheet.set_column(x, x, 14 if column.kind != "text" else 28)
        for y, row in enumerate(rows, 1):
            for x, column in enumerate(columns):
                _write(sheet, y, x, column, row, day, book)
    return buffer.getvalue()


def _write(sheet: Any, y: int, x: int, column: Column, row: Any, day: Any, book: Any) -> None:
    cell = cell_of(column, row)
    value = plain(cell)
    if value is None:
        return
    if column.kind == "money" and isinstance(value, int):
        places = minor_digits(cell.currency)
        money = _money_format(book, places)
        sheet.write_number(y, x, decimal_from_minor(value, cell.currency), money)
    elif isinstance(value, dt.date):
        sheet.write_datetime(y, x, value, day)
    elif isinstance(value, int):
        sheet.write_number(y, x, value)
    else:
        sheet.write_string(y, x, value)


def _money_format(book: Any, places: int) -> Any:
    """Return the workbook's number format for so many places, made once."""
    known = book.__dict__.setdefault("closebook_money", {})
    if places not in known:
        known[places] = book.add_format({"num_format": "#,##0" + ("." + "0" * places if places else "")})
    return known[places]
