"""Columns of a list: how a value is found, shown, sorted by and exported."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from django.utils.functional import Promise

Kind: TypeAlias = Literal["text", "money", "number", "day", "time", "tag"]
Text: TypeAlias = str | Promise


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list over rows of any type.

    ``value`` gives the plain value of a row: a text, an int, minor units for money, a day or a moment;
    ``link`` the address that its cell opens ("" for none); ``currency`` the currency of a money column;
    ``sort`` the field of the queryset to order by ("" for none); ``hidden`` columns are shown on demand.
    """

    key: str
    title: Text
    value: Callable[[Any], Any]
    kind: Kind = "text"
    link: Callable[[Any], str] | None = None
    currency: Callable[[Any], str] | None = None
    sort: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter that offers values: its field in the queryset and the value's words."""

    key: str
    title: Text
    field: str
    options: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as the templates show it."""

    column: Column
    value: Any
    link: str
    currency: str


def cell_of(column: Column, row: Any) -> Cell:
    """Return a row's cell in a column."""
    link = column.link(row) if column.link else ""
    currency = column.currency(row) if column.currency else ""
    return Cell(column, column.value(row), link, currency)


def plain(cell: Cell) -> str | int | dt.date | None:
    """Return a cell's value as a spreadsheet takes it; money stays in minor units."""
    if cell.value is None or isinstance(cell.value, int | dt.date):
        return cell.value
    return str(cell.value)
