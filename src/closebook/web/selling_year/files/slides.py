"""The yearly summary as slides: native tables and charts, 16:9."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Cm, Pt

from closebook.core.selling.summary.speech import (
    Chapter,
    Document,
    Listed,
    Paragraph,
    SpokenChart,
    SpokenGrid,
)
from closebook.web.selling_year.files.common import CHINESE, COLORS, LATIN, MADE, TAGS, currency_note, legal

_WIDE, _HIGH, _EDGE = Cm(33.867), Cm(19.05), Cm(1.6)
_ROWS, _LINES = 13, 9
_TOGETHER, _LETTERS = 14, 100
_ACCENT = (b"4F81BD", COLORS[0][1:].encode())
_BLANK = 6
_Data: Any = CategoryChartData
_Color: Any = RGBColor

_LONG_TITLE, _MANY = 48, 6


def slides(document: Document) -> bytes:
    """Return the PowerPoint file: a title, then for each section its texts, tables and charts."""
    made = Presentation()
    made.slide_width, made.slide_height = _WIDE, _HIGH
    _recolored(made)
    deck = _Deck(made, document)
    deck.cover()
    for chapter in document.chapters:
        deck.chapter(chapter)
    made.core_properties.title = document.title
    made.core_properties.author = ""
    made.core_properties.created = made.core_properties.modified = MADE
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _recolored(made: Any) -> None:
    """Give the theme, and with it the tables, the colour of the charts."""
    for part in made.part.package.iter_parts():
        if "/theme/" in str(part.partname):
            part._blob = part.blob.replace(*_ACCENT)


class _Deck:
    """Writes slides one after another."""

    def __init__(self, made: Any, document: Document) -> None:
        self._made, self._document = made, document

    def cover(self) -> None:
        slide = self._made.slides.add_slide(self._made.slide_layouts[_BLANK])
        self._text(slide, [self._document.title], (Cm(6), Cm(3)), 40, bold=True)
        self._text(slide, [self._document.subtitle, currency_note(self._document)], (Cm(9.2), Cm(3)), 20)

    def chapter(self, chapter: Chapter) -> None:
        lines = [one.text for one in chapter.blocks if isinstance(one, Paragraph)]
        shown = self._together(chapter, lines)
        for part in _parts(lines if shown is None else [], _LINES):
            self._text(self._slide(chapter.title), list(part), (Cm(3.4), Cm(14)), 18)
        for block in chapter.blocks:
            if block is shown:
                continue
            if isinstance(block, SpokenGrid):
                self._grid(chapter, block)
            elif isinstance(block, SpokenChart):
                self._chart(chapter, block)
            elif isinstance(block, Listed):
                self._listed(chapter, block)

    def _together(self, chapter: Chapter, lines: list[str]) -> SpokenGrid | None:
        """Return the table that stands on one slide with a chapter's lines, when there is room for both."""
        grid = next((one for one in chapter.blocks if isinstance(one, SpokenGrid)), None)
        high = sum(1 + len(line.encode()) // _LETTERS for line in lines)
        if grid is None or not lines or high + len(grid.rows) > _TOGETHER:
            return None
        slide = self._slide(chapter.title)
        self._text(slide, lines, (Cm(3), Cm(high)), 16)
        self._table(slide, grid, list(enumerate(grid.rows)), Cm(3.4) + Cm(high))
        return grid

    def _slide(self, title: str) -> Any:
        slide = self._made.slides.add_slide(self._made.slide_layouts[5])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = _EDGE, Cm(0.9), _WIDE - 2 * _EDGE, Cm(2)
        shape.text_frame.text = legal(title)
        shape.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        self._styled(shape.text_frame.paragraphs[0], 28 if len(title) < _LONG_TITLE else 22, bold=True)
        return slide

    def _text(
        self, slide: Any, lines: list[str], at: tuple[Any, Any], size: int, *, bold: bool = False
    ) -> None:
        frame = slide.shapes.add_textbox(_EDGE, at[0], _WIDE - 2 * _EDGE, at[1]).text_frame
        frame.word_wrap = True
        for number, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            paragraph.text = legal(line)
            paragraph.space_after = Pt(6)
            self._styled(paragraph, size, bold=bold)

    def _styled(self, paragraph: Any, size: int, *, bold: bool = False) -> None:
        for run in paragraph.runs:
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, LATIN
            _east(run._r.get_or_add_rPr(), TAGS[self._document.language])

    def _grid(self, chapter: Chapter, grid: SpokenGrid) -> None:
        for part in _parts(list(enumerate(grid.rows)), _ROWS):
            self._table(self._slide(f"{chapter.title} · {grid.title}"), grid, part, Cm(3.4))

    def _table(self, slide: Any, grid: SpokenGrid, part: list[Any], top: Any) -> None:
        width = _WIDE - 2 * _EDGE if len(grid.heads) > 3 else Cm(22)
        roomy = len(grid.heads) < _MANY and top + Cm(1.25) * (len(part) + 2) < _HIGH
        high = Cm(1.25 if roomy else 0.9) * (len(part) + 1)
        shape = slide.shapes.add_table(len(part) + 1, len(grid.heads), _EDGE, top, width, high)
        one = int(width) // (len(grid.heads) + 1)
        for x in range(len(grid.heads)):
            shape.table.columns[x].width = one if x else 2 * one
        rows = [(True, grid.heads)]
        rows += [(n in grid.bold, (label, *(cell.text for cell in cells))) for n, (label, cells) in part]
        for y, (bold, texts) in enumerate(rows):
            for x, text in enumerate(texts):
                size = 18 if roomy else 13 if len(texts) < _MANY else 11
                self._cell(shape.table.cell(y, x), text, size, bold=bold, right=bool(x))

    def _cell(self, cell: Any, text: str, size: int, *, bold: bool, right: bool) -> None:
        cell.text = legal(text)
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        self._styled(paragraph, size, bold=bold)

    def _chart(self, chapter: Chapter, chart: SpokenChart) -> None:
        data: Any = _Data(number_format="#,##0")
        data.categories = [legal(name) for name in chart.names]
        for title, numbers in chart.series:
            data.add_series(legal(title), numbers)
        kind = XL_CHART_TYPE.BAR_CLUSTERED if chart.kind == "bar" else XL_CHART_TYPE.COLUMN_CLUSTERED
        slide = self._slide(f"{chapter.title} · {chart.title} ({self._document.currency})")
        shown = slide.shapes.add_chart(kind, _EDGE, Cm(3.4), _WIDE - 2 * _EDGE, Cm(14.5), data).chart
        shown.has_title = False
        shown.has_legend = True
        shown.legend.position, shown.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        ticks = shown.value_axis.tick_labels
        ticks.number_format, ticks.number_format_is_linked = "#,##0", False
        if chart.kind == "bar":
            shown.category_axis.reverse_order = True
        shown.font.size, shown.font.name = Pt(13), LATIN
        _east(shown.font._element, TAGS[self._document.language])
        for series, color in zip(shown.plots[0].series, COLORS, strict=False):
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = _color(color)

    def _listed(self, chapter: Chapter, listed: Listed) -> None:
        lines = [
            line
            for text, facts in listed.items
            for line in (f"• {text}", *(f"    {a}: {b}" for a, b in facts))
        ]
        for part in _parts(lines, _LINES + 3):
            self._text(self._slide(f"{chapter.title} · {listed.title}"), list(part), (Cm(3.4), Cm(14)), 16)


def _east(properties: Any, tag: str) -> None:
    """Name the language and the font of Chinese letters, which only Windows finds by itself."""
    properties.set("lang", tag)
    if properties.find(qn("a:ea")) is None:
        east = properties.makeelement(qn("a:ea"), {"typeface": CHINESE})
        latin = properties.find(qn("a:latin"))
        properties.append(east) if latin is None else latin.addnext(east)


def _parts(rows: list[Any], most: int) -> Iterator[list[Any]]:
    return (rows[start : start + most] for start in range(0, len(rows), most))


def _color(code: str) -> Any:
    return _Color(*bytes.fromhex(code[1:]))
