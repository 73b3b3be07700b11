"""Pages for paper: PDF files made of a template of ours and plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from django.utils import translation

from closebook.transport.fonts import fonts

_TEMPLATES = Path(__file__).parent / "paper"


def paper(template: str, facts: Mapping[str, Any]) -> bytes:
    """Return the PDF that a template makes of plain values; texts are data to it, never code."""
    language = (translation.get_language() or "en").split("-")[0]
    data = json.dumps({**facts, "fonts": fonts(), "language": language}, ensure_ascii=False)
    made = typst.compile(_TEMPLATES / f"{template}.typ", sys_inputs={"data": data})
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made
