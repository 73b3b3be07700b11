"""Excel templates of payment services: their first rows read, and a file with the same sheet and columns.

Source: Office Open XML, SpreadsheetML (ISO/IEC 29500-1, parts workbook, sheet and shared strings).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile

import xlsxwriter
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]  # has no types
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # has no types

from closebook.connectors.payouts.base import PayFile, Payout, checked
from closebook.core.errors import InputError
from closebook.core.money import decimal_from_minor, minor_from_decimal

MARK = b"PK\x03\x04"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_BYTES, _MOST_ROWS, _MOST_CELLS = 5_000_000, 50, 200
_FORMER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # the day of making is left out of the bytes
_CELL = re.compile(r"([A-Z]{1,3})\d+")


def sheet_read(content: bytes) -> tuple[str, str]:
    """Return the name of a workbook's first sheet and its first fifty rows as CSV text.

    Raises InputError for a file that is no workbook.
    """
    try:
        with ZipFile(io.BytesIO(content)) as book:
            name, path = _first_sheet(book)
            strings = _strings(book)
            rows = [_row(row, strings) for row in _each(_part(book, path), "row")][:_MOST_ROWS]
    except (BadZipFile, KeyError, ParseError, DefusedXmlException, ValueError, IndexError) as error:
        raise InputError(
            "template-kind", "This file is no template that can be read.",
            remedy="Download it again, as an Excel file or as CSV.",
        ) from error  # fmt: skip
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return name, buffer.getvalue()


def _part(book: ZipFile, path: str) -> Element:
    """Return a part of the workbook. Raises ValueError for one that is too large when it is unpacked."""
    with book.open(path) as part:
        content = part.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise ValueError(path)
    root: Element = fromstring(content)
    return root


def _each(root: Element, name: str) -> list[Element]:
    return [each for each in root.iter() if str(each.tag).rpartition("}")[2] == name]


def _first_sheet(book: ZipFile) -> tuple[str, str]:
    sheet = _each(_part(book, "xl/workbook.xml"), "sheet")[0]
    link = next(text for name, text in sheet.attrib.items() if name.endswith("}id"))
    targets = {
        each.attrib["Id"]: each.attrib["Target"]
        for each in _each(_part(book, "xl/_rels/workbook.xml.rels"), "Relationship")
    }
    path = targets[link]
    return sheet.attrib["name"], path.lstrip("/") if path.startswith("/") else f"xl/{path}"


def _strings(book: ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    root = _part(book, "xl/sharedStrings.xml")
    return ["".join(text.text or "" for text in _each(one, "t")) for one in _each(root, "si")]


def _row(row: Element, strings: list[str]) -> list[str]:
    found: dict[int, str] = {}
    for at, cell in enumerate(_each(row, "c")):
        place = _CELL.fullmatch(cell.attrib.get("r", ""))
        column = _column(place[1]) if place else at
        if column < _MOST_CELLS:
            found[column] = _text(cell, strings)
    return [found.get(column, "") for column in range(max(found, default=-1) + 1)]


def _text(cell: Element, strings: list[str]) -> str:
    if cell.attrib.get("t") == "inlineStr":
        return "".join(text.text or "" for text in _each(cell, "t"))
    value = next((each.text or "" for each in _each(cell, "v")), "")
    return strings[int(value)] if cell.attrib.get("t") == "s" else value


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def sheet_file(
    name: str, sheet: str, rows: Sequence[Sequence[str]], column: int, payouts: Sequence[Payout]
) -> PayFile:
    """Return rows, the first of them the head, as an Excel file; ``column`` holds the amounts, as numbers.

    The same rows give the same bytes. Amounts and their number are read back out of the file.
    """
    currency, buffer = payouts[0].amount.currency, io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _FORMER})
        page = book.add_worksheet(sheet)
        for y, row in enumerate(rows):
            for x, text in enumerate(row):
                page.write_string(y, x, text)
        for y, payout in enumerate(payouts, 1):
            page.write_number(y, column, decimal_from_minor(payout.amount.amount_minor, currency))
    content = buffer.getvalue()
    back = _all_rows(content)[1:]
    total = sum(minor_from_decimal(row[column], currency) for row in back)
    return checked(PayFile(name, XLSX, content, len(back), total, currency), payouts)


def _all_rows(content: bytes) -> list[list[str]]:
    with ZipFile(io.BytesIO(content)) as book:
        strings = _strings(book)
        return [_row(row, strings) for row in _each(_part(book, _first_sheet(book)[1]), "row")]
