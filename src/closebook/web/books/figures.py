"""Cells of statements as texts in the reader's language; fast, because a statement has thousands of them."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.utils import translation

from closebook.core.money import format_grouped
from closebook.core.reports.document_lists import NO_DAY
from closebook.core.reports.output import cell_text
from closebook.core.reports.table import Cell, ColumnKind
from closebook.web.templatetags.kit import day, money

_SWAP = "\x00"


@lru_cache(maxsize=16)
def _marks(language: str) -> tuple[str, str]:
    """Return the marks for thousands and for decimals of a language."""
    with translation.override(language):
        text = money(123_456, "USD")
    return text[1], text[5]


@lru_cache(maxsize=4_000)
def _day(value: dt.date, language: str) -> str:
    with translation.override(language):
        return day(value)


def amount(minor: int, currency: str) -> str:
    """Return an amount as the kit's ``money`` writes it."""
    thousands, point = _marks(translation.get_language() or "en")
    text = format_grouped(minor, currency).replace("-", "\u2212")
    return text.replace(",", _SWAP).replace(".", point).replace(_SWAP, thousands)


def figure(kind: ColumnKind, cell: Cell, currency: str) -> str:
    """Return a cell's text; "" for an empty one."""
    value = cell.value
    if kind is ColumnKind.MONEY and isinstance(value, int):
        return amount(value, currency)
    if isinstance(value, dt.date):
        return _day(value, translation.get_language() or "en")
    if value == NO_DAY:
        return ""
    text = cell_text(kind, value, currency)
    return text.replace("-", "\u2212") if isinstance(value, int) else text
