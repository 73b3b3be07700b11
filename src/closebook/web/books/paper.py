"""Pages for paper: PDF files made of a template of ours and plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.utils import translation

_TEMPLATES = Path(__file__).parent / "paper"
_WANTED = (
    "Noto Sans", "DejaVu Sans", "Helvetica Neue", "Segoe UI", "Libertinus Serif",
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimSun",
)  # fmt: skip


@lru_cache(maxsize=1)
def fonts() -> list[str]:
    """Return the fonts of this machine that our pages use, Chinese ones last.

    Source: docs/statements.md names the package that brings Chinese characters.
    """
    known = set(typst.Fonts().families())
    return [name for name in _WANTED if name in known]


def paper(template: str, facts: Mapping[str, Any]) -> bytes:
    """Return the PDF that a template makes of plain values; texts are data to it, never code."""
    language = (translation.get_language() or "en").split("-")[0]
    data = json.dumps({**facts, "fonts": fonts(), "language": language}, ensure_ascii=False)
    made = typst.compile(_TEMPLATES / f"{template}.typ", sys_inputs={"data": data})
    if not isinstance(made, bytes):
        raise TypeError(type(made))
    return made
