"""A parsed statement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Literal(Enum):
    """How a value was written."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CURRENT_DATE = "current date"


@dataclass(frozen=True, slots=True)
class Value:
    """A compared value: its text without quotes and escapes, and how it was written."""

    text: str
    literal: Literal


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition; ``operator`` is one of = != < > <= >= LIKE IN; only IN has more than one value."""

    path: str
    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort key."""

    path: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole statement. No columns means all of them; ``count`` asks for the number of rows only.

    ``start`` counts from 1; ``size`` None means the default.
    """

    entity: str
    columns: tuple[str, ...] = ()
    count: bool = False
    conditions: tuple[Condition, ...] = ()
    order: tuple[Sort, ...] = ()
    start: int = 1
    size: int | None = None
