"""Stored lines as the core knows them."""

from __future__ import annotations

from closebook.apps.bank.models import BankLine
from closebook.core.reconcile.bank_lines import BankLine as Line
from closebook.core.reconcile.bank_lines import LineKind


def line_value(line: BankLine) -> Line:
    """Return a stored line as the core knows it."""
    references = tuple(line.references.split("\n")) if line.references else ()
    return Line(
        line.day, line.amount_minor, "", line.counterparty, line.text, references, LineKind(line.kind)
    )
