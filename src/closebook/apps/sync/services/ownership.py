"""Which fields of an object in the books are ours and which a person took over, seen in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from closebook.connectors.quickbooks.documents import from_wire
from closebook.connectors.quickbooks.fingerprint import owned_fields
from closebook.connectors.quickbooks.mapping import ResolveBack
from closebook.core.planning.documents import Document, ListObject

_ATTRIBUTES = {
    "date": "day",
    "number": "number",
    "memo": "memo",
    "money account": "money_account",
    "other account": "other_account",
    "party": "party",
    "credit": "lines",
    "total": "lines",
}
_WIRE_NAMES = {
    "day": ("TxnDate",),
    "number": ("DocNumber", "PaymentRefNum"),
    "memo": ("PrivateNote",),
    "party": ("CustomerRef", "EntityRef"),
    "money account": ("DepositToAccountRef", "AccountRef", "FromAccountRef"),
    "other account": ("ToAccountRef",),
    "currency": ("CurrencyRef",),
    "lines": ("Line", "Amount", "TotalAmt", "TxnTaxDetail"),
}


def as_ours(
    target: ListObject | Document | None,
    entity: str,
    expected: dict[str, Any],
    body: dict[str, Any],
    resolve_back: ResolveBack,
    home_currency: str,
) -> ListObject | Document:
    """Return an object of the books in our words: our own values where the books say the same, theirs where
    they differ.
    """
    value = from_wire(entity, body, resolve_back, home_currency=home_currency)
    if not isinstance(target, Document) or not isinstance(value, Document):
        return value
    taken = {name: getattr(value, name) for name in _changed_attributes(entity, expected, body)}
    if "lines" in taken:
        incomes = {line.item: line.ledger_account for line in target.lines if line.item}
        taken["lines"] = tuple(
            replace(line, ledger_account=incomes[line.item])
            if line.item in incomes and not line.ledger_account
            else line
            for line in value.lines
        )
    return replace(target, **taken)


def _changed_attributes(entity: str, expected: dict[str, Any], body: dict[str, Any]) -> set[str]:
    ours, theirs = dict(owned_fields(entity, expected)), dict(owned_fields(entity, body))
    changed = {name for name in {*ours, *theirs} if ours.get(name, "") != theirs.get(name, "")}
    return {_ATTRIBUTES.get(name, "lines") for name in changed}


def says_the_same(
    entity: str, body: dict[str, Any], payload: dict[str, Any], theirs: Iterable[str] = ()
) -> bool:
    """Tell whether the books hold what a payload says, apart from the fields that a person took over."""
    kept = {"money_account" if name == "money account" else name.replace(" ", "_") for name in theirs}
    return _changed_attributes(entity, payload, body) <= kept


def without_theirs(payload: dict[str, Any], theirs: Iterable[str]) -> dict[str, Any]:
    """Return the payload of a sparse update without the fields that a person took over: they stay as they
    are.
    """
    left_out = {wire for name in theirs for wire in _WIRE_NAMES.get(name, ())}
    return {name: value for name, value in payload.items() if name not in left_out}
