"""Differences of documents in words, and the three-way merge of ours with a person's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from closebook.core.money import format_minor
from closebook.core.planning.actions import FieldChange
from closebook.core.planning.documents import Document, DocumentLine, ListObject
from closebook.core.wording import shown

_ATTRIBUTES = {
    shown("day"): "day",
    shown("number"): "number",
    shown("memo"): "memo",
    shown("party"): "party",
    shown("money account"): "money_account",
    shown("other account"): "other_account",
    shown("currency"): "currency",
    shown("lines"): "lines",
}
MONEY_FIELDS = frozenset({"day", "money account", "other account", "currency", "lines"})
"""Fields of a document that the trial balance depends on."""
FIELDS = frozenset(_ATTRIBUTES)
"""The names of all fields that a person can take over."""


def changed_fields(before: Document, after: Document) -> tuple[str, ...]:
    """Return the names of the fields in which two versions of a document differ."""
    return tuple(
        name
        for name, attribute in _ATTRIBUTES.items()
        if getattr(before, attribute) != getattr(after, attribute)
    )


def document_diff(before: Document | None, after: Document | None) -> tuple[FieldChange, ...]:
    """Return the difference of two versions as texts; None stands for no document."""
    if before is None or after is None:
        one = before or after
        if one is None:
            return ()
        text = f"{one.day} {one.number} {_amount(one)}"
        return (FieldChange(shown("document"), text if before else "", text if after else ""),)
    return tuple(
        FieldChange(
            name, _WORDS.get(name, str)(*_value(before, name)), _WORDS.get(name, str)(*_value(after, name))
        )
        for name in changed_fields(before, after)
    )


def merged(ours: Document, theirs: Document | ListObject | None, fields: Iterable[str]) -> Document:
    """Return our document with the named fields as a person has them."""
    if not isinstance(theirs, Document):
        return ours
    taken: dict[str, Any] = {_ATTRIBUTES[name]: getattr(theirs, _ATTRIBUTES[name]) for name in fields}
    return replace(ours, **taken) if taken else ours


def in_words(changes: Iterable[FieldChange]) -> str:
    """Return changes as one line, such as ``day 2026-03-04 → 2026-03-05``."""
    nothing = shown("nothing")
    return "; ".join(
        shown(f"{one.field} {one.before or nothing} → {one.after or nothing}") for one in changes
    )


def _value(document: Document, name: str) -> tuple[Any, ...]:
    value = getattr(document, _ATTRIBUTES[name])
    return (value, document.currency) if name == "lines" else (value,)


def _amount(document: Document) -> str:
    amount = document.total_minor or sum(max(line.amount_minor, 0) for line in document.lines)
    return f"{format_minor(amount, document.currency)} {document.currency}"


def _lines(lines: tuple[DocumentLine, ...], currency: str) -> str:
    texts = [
        (line.description, format_minor(line.amount_minor, currency), line.ledger_account.partition(":")[2])
        for line in lines
    ]
    return ", ".join(f"{text} {amount} ({account})" for text, amount, account in texts)


_WORDS: dict[str, Callable[..., str]] = {"lines": _lines}
