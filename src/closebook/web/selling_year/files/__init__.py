"""The files of a yearly summary, all written from the same document."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from closebook.core.selling.summary.speech import Document
from closebook.web.selling_year.files.excel import excel
from closebook.web.selling_year.files.page import page
from closebook.web.selling_year.files.pdf import pdf
from closebook.web.selling_year.files.slides import slides
from closebook.web.selling_year.files.word import word

_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS: Mapping[str, tuple[str, Callable[[Document], bytes]]] = {
    "docx": (f"{_OFFICE}.wordprocessingml.document", word),
    "pptx": (f"{_OFFICE}.presentationml.presentation", slides),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", excel),
    "pdf": ("application/pdf", pdf),
    "html": ("text/html; charset=utf-8", page),
}
"""The formats with their media types and writers."""
