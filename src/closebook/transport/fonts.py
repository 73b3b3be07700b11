"""The fonts of this machine that pages for paper use."""

from __future__ import annotations

from functools import lru_cache

import typst

LATIN = ("Noto Sans", "DejaVu Sans", "Helvetica Neue", "Segoe UI", "Libertinus Serif")
CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "SimSun",
)  # fmt: skip
"""Fonts with simplified Chinese characters; on Debian the first comes with ``fonts-noto-cjk``."""


@lru_cache(maxsize=1)
def fonts() -> list[str]:
    """Return those of our fonts that this machine has, Chinese ones last."""
    known = set(typst.Fonts().families())
    return [name for name in (*LATIN, *CHINESE) if name in known]


def chinese_font() -> str:
    """Return the font that Chinese characters are printed in, "" when there is none."""
    return next((name for name in fonts() if name in CHINESE), "")
