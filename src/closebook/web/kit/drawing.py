"""Cells as HTML, drawn without a template: a page of fifty rows has hundreds of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from closebook.web.kit.columns import Cell
from closebook.web.templatetags.kit import count, day, moment, money, tag


def row_html(cells: Iterable[Cell]) -> SafeString:
    """Return the cells of a row, one after another; every text in them is escaped."""
    return mark_safe("".join(map(cell_html, cells)))  # noqa: S308 - made of escaped parts below


def cell_html(cell: Cell) -> str:
    """Return a cell as a ``td`` with its link."""
    kind = cell.column.kind
    shown: str = conditional_escape(_DRAWN.get(kind, _text)(cell))
    if cell.link:
        shown = f'<a href="{conditional_escape(cell.link)}">{shown}</a>'
    return f'<td class="{kind}">{shown}</td>'


def _text(cell: Cell) -> object:
    return "" if cell.value is None else cell.value


_DRAWN: Mapping[str, Callable[[Cell], Any]] = {
    "money": lambda cell: money(cell.value, cell.currency),
    "number": lambda cell: count(cell.value),
    "day": lambda cell: day(cell.value),
    "time": lambda cell: moment(cell.value),
    "tag": lambda cell: tag(cell.value) if cell.value else "",
}
