"""The yearly summary as PDF: set by typst, with Chinese letters from the font package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from closebook.core.selling.summary.speech import (
    Document,
    Paragraph,
    SpokenBlock,
    SpokenChart,
    SpokenGrid,
)
from closebook.transport.fonts import fonts
from closebook.web.selling_year.files.common import chart_svg, currency_note, font_folder
from closebook.web.selling_year.phrases import phrases

_TEMPLATE = Path(__file__).parent / "summary.typ"


def pdf(document: Document) -> bytes:
    """Return the PDF file; texts are data to the template, never code."""
    made = typst.compile(_TEMPLATE, font_paths=[font_folder()], sys_inputs={"data": data_of(document)})
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made


def data_of(document: Document) -> str:
    """Return what the template is filled with, as JSON."""
    chapters = [
        {"title": one.title, "blocks": [_block(document, block) for block in one.blocks]}
        for one in document.chapters
    ]
    chinese = document.language == "zh-hans"
    names = [name for name in fonts() if not chinese] + ["Noto Sans SC"]
    facts = {
        "title": document.title,
        "subtitle": document.subtitle,
        "currency": currency_note(document),
        "page": phrases(document.language)["page"],
        "language": document.language.split("-")[0],
        "region": "cn" if chinese else None,
        "fonts": names,
        "chapters": chapters,
    }
    return json.dumps(facts, ensure_ascii=False)


def _block(document: Document, block: SpokenBlock) -> dict[str, Any]:
    if isinstance(block, Paragraph):
        return {"is": "paragraph", "text": block.text}
    if isinstance(block, SpokenGrid):
        rows = [[label, *(cell.text for cell in cells)] for label, cells in block.rows]
        return {
            "is": "grid",
            "title": block.title,
            "heads": block.heads,
            "rows": rows,
            "bold": sorted(block.bold),
        }
    if isinstance(block, SpokenChart):
        return {"is": "chart", "title": block.title, "svg": chart_svg(document, block)}
    return {
        "is": "list",
        "title": block.title,
        "items": [{"text": text, "facts": facts} for text, facts in block.items],
    }
