"""The five formats in three languages: each is opened, its figures are read out, and all fifteen agree."""

from __future__ import annotations

import io
from decimal import Decimal
from html.parser import HTMLParser

import docx
import openpyxl
import pytest
import typst
from pptx import Presentation

from closebook.core.errors import InputError
from closebook.core.selling.summary.compose import report_of
from closebook.core.selling.summary.speech import LANGUAGES, SpokenChart, SpokenGrid
from closebook.web.selling_year.files import FORMATS
from closebook.web.selling_year.files.common import chart_svg, font_folder
from closebook.web.selling_year.files.pdf import _TEMPLATE, data_of
from closebook.web.selling_year.files.word import word
from closebook.web.selling_year.phrases import speech
from tests.web.selling_year.example import year


@pytest.fixture(scope="module", params=LANGUAGES)
def document(request):
    return speech(report_of(year()), request.param).document()


def grids(document):
    return [one for chapter in document.chapters for one in chapter.blocks if isinstance(one, SpokenGrid)]


def rows_of(document):
    """Return the texts of all tables, row by row without heads."""
    return [[label, *(cell.text for cell in cells)] for grid in grids(document) for label, cells in grid.rows]


def numbers_of(document):
    return [cell.number for grid in grids(document) for _label, cells in grid.rows for cell in cells]


class Tables(HTMLParser):
    """Reads the rows of all tables of a page."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        assert tag != "script"
        assert not any(name in {"src", "onclick"} for name, _value in attrs)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in {"td", "th"}

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def test_word(document):
    opened = docx.Document(io.BytesIO(FORMATS["docx"][1](document)))
    found = [[cell.text for cell in row.cells] for table in opened.tables for row in table.rows[1:]]
    assert found == rows_of(document)
    titles = [one.text for one in opened.paragraphs if one.style.name == "Heading 1"]
    assert titles == [one.title for one in document.chapters]
    assert len(opened.inline_shapes) == 2


def test_powerpoint(document):
    opened = Presentation(io.BytesIO(FORMATS["pptx"][1](document)))
    shapes = [shape for slide in opened.slides for shape in slide.shapes]
    tables = [shape.table for shape in shapes if shape.has_table]
    found = [[cell.text for cell in list(row.cells)] for table in tables for row in list(table.rows)[1:]]
    assert found == rows_of(document)
    charts = [shape.chart for shape in shapes if shape.has_chart]
    wanted = [one for chapter in document.chapters for one in chapter.blocks if isinstance(one, SpokenChart)]
    assert [[tuple(s.values) for s in chart.plots[0].series] for chart in charts] == [
        [tuple(float(n) for n in numbers) for _title, numbers in one.series] for one in wanted
    ]


def test_excel(document):
    opened = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"][1](document)))
    assert len(opened.sheetnames) == len(document.chapters)
    cells = [cell for sheet in opened for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    for chapter, sheet in zip(document.chapters, opened, strict=True):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for grid in (one for one in chapter.blocks if isinstance(one, SpokenGrid)):
            heads = next(n for n, row in enumerate(rows) if tuple(row[: len(grid.heads)]) == grid.heads)
            for number, (_label, spoken) in enumerate(grid.rows, heads + 1):
                for cell, value in zip(spoken, rows[number][1:], strict=False):
                    wanted = cell.text or None if cell.number is None else float(cell.number)
                    assert (None if value == "" else value) == wanted
            del rows[: heads + 1]
    assert sum(len(sheet._charts) for sheet in opened) == 2


def test_html(document):
    made = FORMATS["html"][1](document).decode()
    assert [
        row for row in Tables(made).rows if row[0] not in {grid.heads[0] for grid in grids(document)}
    ] == [row for row in rows_of(document) if row[0] not in {grid.heads[0] for grid in grids(document)}]
    assert made.count("<svg") == 2
    assert "&lt;its&gt;" in made


def test_pdf(document):
    assert FORMATS["pdf"][1](document).startswith(b"%PDF")
    found = typst.query(
        _TEMPLATE,
        "table",
        field="children",
        font_paths=[font_folder()],
        sys_inputs={"data": data_of(document)},
    )
    for row in rows_of(document):
        for text in row:
            assert not text or f'"{text}"' in found.replace('\\"', '"')


def test_all_fifteen_have_the_same_figures():
    report = report_of(year())
    found = [numbers_of(speech(report, language).document()) for language in LANGUAGES]
    assert found[0] == found[1] == found[2]
    assert Decimal("500000.01") in found[0]


def test_the_owners_template_gives_its_styles():
    own = docx.Document()
    own.styles["Heading 1"].font.name = "Georgia"
    buffer = io.BytesIO()
    own.save(buffer)
    made = word(speech(report_of(year()), "en").document(), buffer.getvalue())
    assert docx.Document(io.BytesIO(made)).styles["Heading 1"].font.name == "Georgia"
    with pytest.raises(InputError):
        word(speech(report_of(year()), "en").document(), b"not a file")


def test_a_chart_writes_numbers_as_its_language_does(document):
    (chart, *_) = [
        one for chapter in document.chapters for one in chapter.blocks if isinstance(one, SpokenChart)
    ]
    drawn = chart_svg(document, chart)
    assert ("6.000" in drawn, "6,000" in drawn) == (
        (True, False) if document.language == "nl" else (False, True)
    )


def test_a_deck_puts_a_table_beside_what_is_said_of_it(document):
    deck = Presentation(io.BytesIO(FORMATS["pptx"][1](document)))
    both = [
        slide
        for slide in deck.slides
        if any(shape.has_table for shape in slide.shapes)
        and any(shape.has_text_frame and not shape.is_placeholder for shape in slide.shapes)
    ]
    assert both
    for slide in both:
        (table,) = [shape for shape in slide.shapes if shape.has_table]
        (text,) = [shape for shape in slide.shapes if shape.has_text_frame and not shape.is_placeholder]
        assert text.top + text.height <= table.top
        assert table.top + table.height <= deck.slide_height


def test_every_format_says_the_currency_and_months_in_the_readers_words(document):
    note = {"en": "Amounts in ", "nl": "Bedragen in ", "zh-hans": "金额单位："}[document.language]
    made = {name: write(document) for name, (_kind, write) in FORMATS.items()}
    texts = {
        "docx": "\n".join(one.text for one in docx.Document(io.BytesIO(made["docx"])).paragraphs),
        "pptx": Presentation(io.BytesIO(made["pptx"])).slides[0].shapes[1].text_frame.text,
        "xlsx": str(openpyxl.load_workbook(io.BytesIO(made["xlsx"])).worksheets[0]["A3"].value),
        "html": made["html"].decode(),
        "pdf": data_of(document),
    }
    assert [name for name, text in texts.items() if note not in text] == []
    (chart,) = [
        one
        for chapter in document.chapters
        for one in chapter.blocks
        if isinstance(one, SpokenChart) and one.kind != "bar"
    ][:1]
    third = {"en": "Mar", "nl": "mrt", "zh-hans": "3月"}[document.language]
    assert chart.names[2] == third


def test_each_page_of_the_word_file_is_numbered_and_a_chart_in_excel_stays_on_one_page(document):
    made = docx.Document(io.BytesIO(FORMATS["docx"][1](document)))
    footer = made.sections[0].footer.paragraphs[0]
    assert document.title in footer.text
    assert "PAGE" in footer._p.xml
    book = openpyxl.load_workbook(io.BytesIO(FORMATS["xlsx"][1](document)))
    with_charts = [one for one in book.worksheets if one._charts]
    heights = [one.page_setup.fitToHeight for one in with_charts]  # none said means one page
    assert heights == [None] * len(with_charts)


def test_every_table_of_the_slides_ends_above_the_lower_edge(document):
    made = Presentation(io.BytesIO(FORMATS["pptx"][1](document)))
    shapes = [shape for slide in made.slides for shape in slide.shapes]
    assert all(shape.top + shape.height <= made.slide_height for shape in shapes)
