"""What commands print: one JSON object, or lines and tables for people. Messages go to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from closebook.core.money import format_grouped

money = format_grouped
"""An amount for people, under the name that commands use."""


def print_json(value: dict[str, Any]) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def print_line(text: str = "") -> None:
    """Print a line for people on standard output."""
    sys.stdout.write(text + "\n")


def print_note(text: str) -> None:
    """Print a line for people on standard error, so that it never mixes with results."""
    sys.stderr.write(text + "\n")


def print_error(code: str, message: str, remedy: str, *, as_json: bool) -> None:
    """Print an error: a line on standard error, and an object on standard output where JSON was asked for."""
    if as_json:
        print_json({"error": {"code": code, "message": message, "remedy": remedy}})
    sys.stderr.write(f"closebook: {message} {remedy}".rstrip() + "\n")


def print_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print a plain table; columns whose index is in ``right`` are aligned to the right."""
    cells = [list(map(str, row)) for row in rows]
    widths = [max([len(head), *(len(row[i]) for row in cells)]) for i, head in enumerate(heads)]
    for line in ([*heads], ["-" * width for width in widths], *cells):
        parts = [
            text.rjust(width) if i in right else text.ljust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        print_line("  ".join(parts).rstrip())
