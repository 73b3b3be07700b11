"""The yearly summary in Word: native tables and headings, also in a template of the owner's."""

from __future__ import annotations

import io
from typing import Any
from zipfile import BadZipFile

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from closebook.core.errors import InputError
from closebook.core.selling.summary.speech import (
    Document,
    Listed,
    Paragraph,
    SpokenBlock,
    SpokenChart,
    SpokenGrid,
)
from closebook.web.selling_year.files.common import (
    CHINESE,
    COLORS,
    LATIN,
    MADE,
    TAGS,
    chart_png,
    currency_note,
    legal,
)

_PAGE, _MARGIN = (Cm(21), Cm(29.7)), Cm(2.2)
_Color: Any = RGBColor

_FEW, _MANY = 4, 6


def word(document: Document, template: bytes | None = None) -> bytes:
    """Return the Word file, in the styles of a template when there is one.

    Raises InputError summary-template for a template that Word files cannot be made of.
    """
    made = _opened(template)
    _speak(made, document, own=template is None)
    _heading(made, document.title, 0)
    made.add_paragraph(legal(document.subtitle))
    made.add_paragraph(legal(currency_note(document)))
    for chapter in document.chapters:
        _heading(made, chapter.title, 1)
        for block in chapter.blocks:
            _write(made, document, block)
    made.core_properties.title = document.title
    made.core_properties.author = ""
    made.core_properties.created = made.core_properties.modified = MADE
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _heading(made: Any, text: str, level: int) -> None:
    """Add a heading; a template without a style for it gets a bold paragraph."""
    style = f"Heading {level}" if level else "Title"
    if style in made.styles:
        made.add_paragraph(legal(text), style=style)
    else:
        made.add_paragraph().add_run(legal(text)).bold = True


def _opened(template: bytes | None) -> Any:
    if template is None:
        return docx.Document()
    try:
        return docx.Document(io.BytesIO(template))
    except (
        ValueError,
        KeyError,
        OSError,
        AttributeError,
        BadZipFile,
        PackageNotFoundError,
        SyntaxError,  # what lxml makes of text that is no XML
    ) as error:
        raise InputError(
            "summary-template", "This is no Word file.", remedy="Choose a file that ends in .docx."
        ) from error


def _speak(made: Any, document: Document, *, own: bool) -> None:
    """Set fonts and language on each style: Chinese letters have a font of their own in Word."""
    for style in made.styles:
        if style.element.rPr is None and style.name != "Normal":
            continue
        if not hasattr(style, "font"):
            continue
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        if own:
            for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{name}"), None)
            style.font.name = LATIN
            fonts.set(qn("w:eastAsia"), CHINESE)
    if "Normal" in made.styles:
        _tagged(made.styles["Normal"], document)
    if own:
        _looks(made)
        _numbered(made, document)


def _looks(made: Any) -> None:
    """Set A4 paper, and one colour for the headings."""
    made.styles["Normal"].font.size = Pt(10.5)
    made.styles["Normal"].paragraph_format.space_after = Pt(4)
    for section in made.sections:
        section.page_width, section.page_height = _PAGE
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _MARGIN
    made.styles["Heading 1"].font.size, made.styles["Heading 2"].font.size = Pt(15), Pt(11.5)
    for name in ("Title", "Heading 1", "Heading 2"):
        made.styles[name].font.color.rgb = _Color(*bytes.fromhex(COLORS[0][1:]))


def _numbered(made: Any, document: Document) -> None:
    """Put the title and the number of the page below each page."""
    line = made.sections[0].footer.paragraphs[0]
    line.add_run(f"{legal(document.title)} · ").font.size = Pt(8)
    run = line.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = run._r.makeelement(qn("w:fldChar" if kind else "w:instrText"), {})
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)


def _tagged(style: Any, document: Document) -> None:
    properties = style.element.get_or_add_rPr()
    lang = properties.find(qn("w:lang"))
    if lang is None:
        lang = properties.makeelement(qn("w:lang"), {})
        properties.append(lang)
    lang.set(qn("w:val"), TAGS[document.language])
    lang.set(qn("w:eastAsia"), "zh-CN")


def _write(made: Any, document: Document, block: SpokenBlock) -> None:
    if isinstance(block, Paragraph):
        made.add_paragraph(legal(block.text))
    elif isinstance(block, SpokenGrid):
        _table(made, block)
    elif isinstance(block, SpokenChart):
        _heading(made, block.title, 2)
        made.add_picture(io.BytesIO(chart_png(document, block)), width=Cm(15.5))
    else:
        _listed(made, block)


def _table(made: Any, grid: SpokenGrid) -> None:
    _heading(made, grid.title, 2)
    table = made.add_table(rows=len(grid.rows) + 1, cols=len(grid.heads))
    table.style = "Light Shading" if "Light Shading" in made.styles else None
    table.autofit = False
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        look.set(qn("w:noHBand"), "1")
        look.set(qn("w:val"), "0620")
    widths = _widths(made, len(grid.heads))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    rows = [grid.heads, *((label, *(cell.text for cell in cells)) for label, cells in grid.rows)]
    for y, (row, texts) in enumerate(zip(table.rows, rows, strict=True)):
        for x, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = widths[x]
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.keep_with_next = y < len(grid.rows)
            run = paragraph.add_run(legal(text))
            run.font.size = Pt(9 if len(grid.heads) < _MANY else 7.5)
            run.bold = not y or (y - 1) in grid.bold
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if x else WD_ALIGN_PARAGRAPH.LEFT
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(head.makeelement(qn("w:tblHeader"), {}))


def _widths(made: Any, columns: int) -> list[Any]:
    """Return the widths of a table's columns: labels get more than figures, and a few figures stand near."""
    part = made.sections[-1]
    whole = part.page_width - part.left_margin - part.right_margin
    if columns < _FEW:
        return [whole * 55 // 100, *[whole * 25 // 100 // (columns - 1)] * (columns - 1)]
    first = whole * 22 // 100
    return [first, *[(whole - first) // (columns - 1)] * (columns - 1)]


def _listed(made: Any, listed: Listed) -> None:
    _heading(made, listed.title, 2)
    style = "List Bullet" if "List Bullet" in made.styles else None
    for text, facts in listed.items:
        made.add_paragraph(legal(text), style=style)
        for label, value in facts:
            line = made.add_paragraph(legal(f"{label}: {value}")).paragraph_format
            line.left_indent, line.space_after = Cm(1.2), Pt(0)
