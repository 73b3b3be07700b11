"""The yearly summary in Excel: a sheet for each section, figures as numbers, native charts."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from closebook.core.money import minor_digits
from closebook.core.selling.summary.speech import (
    Cell,
    Chapter,
    Document,
    Listed,
    Paragraph,
    SpokenChart,
    SpokenGrid,
)
from closebook.web.kit.export import neutral
from closebook.web.selling_year.files.common import COLORS, MADE, currency_note, legal

_HEAD_LETTERS, _MOST_LINES, _ONE_PAGE = 16, 3, 75


def excel(document: Document) -> bytes:
    """Return the Excel file."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": document.title, "created": MADE})
        styles = _Styles(book, document.currency)
        for chapter in document.chapters:
            _Sheet(book, styles, document, chapter).write()
    return buffer.getvalue()


class _Styles:
    """The cell formats of a book, each made once."""

    def __init__(self, book: Any, currency: str) -> None:
        places = minor_digits(currency)
        money = "#,##0" + ("." + "0" * places if places else "")
        self._book = book
        self._made: dict[tuple[str, bool, int], Any] = {}
        self._patterns = {
            "money": f"{money};−{money}",
            "rate": "0.0%;−0.0%",
            "count": "#,##0",
            "number": "#,##0.00",
        }

    def __call__(self, unit: str = "", *, bold: bool = False, size: int = 11) -> Any:
        key = (unit, bold, size)
        if key not in self._made:
            facts: dict[str, Any] = {"bold": bold, "font_size": size}
            if unit in self._patterns:
                facts["num_format"] = self._patterns[unit]
            if unit in {"text", "head"}:
                facts |= {"text_wrap": True, "valign": "top"}
            if unit in {*self._patterns, "head"}:
                facts["align"] = "right"
            self._made[key] = self._book.add_format(facts)
        return self._made[key]


class _Sheet:
    """Writes a section on a sheet from the top down."""

    def __init__(self, book: Any, styles: _Styles, document: Document, chapter: Chapter) -> None:
        name = "".join(sign for sign in f"{chapter.id} {chapter.title}" if sign not in "[]:*?/\\")[:31]
        self._book, self._styles, self._document, self._chapter = book, styles, document, chapter
        self._page, self._y = book.add_worksheet(name), 0

    def write(self) -> None:
        """Write the section."""
        self._page.set_column(0, 0, 44)
        self._page.set_column(1, 8, 17)
        self._page.set_paper(9)  # A4; a printed section is one page wide
        self._page.set_landscape()
        self._page.fit_to_pages(1, 0)
        self._line(self._chapter.title, bold=True, size=16)
        self._line(f"{self._document.title} · {self._document.subtitle}")
        self._line(currency_note(self._document))
        for block in self._chapter.blocks:
            if isinstance(block, Paragraph):
                self._paragraph(block.text)
            elif isinstance(block, SpokenGrid):
                self._grid(block)
            elif isinstance(block, SpokenChart):
                self._chart(block)
            else:
                self._listed(block)
        if self._y <= _ONE_PAGE and any(isinstance(one, SpokenChart) for one in self._chapter.blocks):
            self._page.fit_to_pages(1, 1)  # a page's end would cut the chart in two

    def _line(self, text: str, *, bold: bool = False, size: int = 11) -> None:
        self._page.write_string(self._y, 0, neutral(legal(text)), self._styles(bold=bold, size=size))
        self._y += 1

    def _paragraph(self, text: str) -> None:
        style = self._styles("text")
        self._page.merge_range(self._y, 0, self._y, 4, "", style)
        self._page.write_string(self._y, 0, neutral(legal(text)), style)
        self._page.set_row(self._y, 15 * (1 + len(text.encode()) // 110))
        self._y += 1

    def _grid(self, grid: SpokenGrid) -> None:
        self._y += 1
        self._line(grid.title, bold=True, size=13)
        lines = max(-(-len(head.encode()) // _HEAD_LETTERS) for head in grid.heads[1:] or grid.heads)
        self._page.set_row(self._y, 15 * min(lines, _MOST_LINES))
        for x, head in enumerate(grid.heads):
            self._page.write_string(
                self._y, x, neutral(legal(head)), self._styles("head" if x else "text", bold=True)
            )
        self._y += 1
        for n, (label, cells) in enumerate(grid.rows):
            bold = n in grid.bold
            self._page.write_string(self._y, 0, neutral(legal(label)), self._styles(bold=bold))
            for x, cell in enumerate(cells, 1):
                self._cell(x, cell, bold=bold)
            self._y += 1

    def _cell(self, x: int, cell: Cell, *, bold: bool) -> None:
        style = self._styles(cell.unit or "head", bold=bold)
        if cell.number is None:
            self._page.write_string(self._y, x, cell.text, style)
        else:
            self._page.write_number(self._y, x, cell.number, style)

    def _chart(self, chart: SpokenChart) -> None:
        self._y += 1
        self._line(chart.title, bold=True, size=13)
        top, name = self._y, self._page.get_name()
        shown = self._book.add_chart({"type": "bar" if chart.kind == "bar" else "column"})
        for x, (title, numbers) in enumerate(chart.series, 1):
            self._page.write_string(top, x, neutral(legal(title)), self._styles("head", bold=True))
            for y, (label, number) in enumerate(zip(chart.names, numbers, strict=True), top + 1):
                self._page.write_string(y, 0, neutral(legal(label)), self._styles())
                self._page.write_number(y, x, number, self._styles("money"))
            last = top + len(chart.names)
            shown.add_series({
                "name": [name, top, x], "categories": [name, top + 1, 0, last, 0],
                "values": [name, top + 1, x, last, x], "fill": {"color": COLORS[(x - 1) % 2]},
            })  # fmt: skip
        if chart.kind == "bar":
            shown.set_y_axis({"reverse": True})
        shown.set_title({"none": True})
        shown.set_legend({"position": "top"})
        shown.set_size({"width": 640, "height": 300})
        self._page.insert_chart(top + len(chart.names) + 2, 0, shown)
        self._y = top + len(chart.names) + 19

    def _listed(self, listed: Listed) -> None:
        self._y += 1
        self._line(listed.title, bold=True, size=13)
        for text, facts in listed.items:
            self._paragraph(text)
            for label, value in facts:
                self._line(f"    {label}: {value}")
