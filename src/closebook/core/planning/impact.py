"""What a plan does to the trial balance."""

from __future__ import annotations

from collections.abc import Iterable

from closebook.core.planning.actions import Action, ActionKind
from closebook.core.planning.documents import Document, DocumentKind

_TRANSFER = DocumentKind.TRANSFER
_JOURNAL_ENTRY = DocumentKind.JOURNAL_ENTRY
_ESTIMATE = DocumentKind.ESTIMATE
_PUT_IN = frozenset({ActionKind.CREATE, ActionKind.UPDATE})
_TAKEN_OUT = frozenset({ActionKind.UPDATE, ActionKind.DELETE})
_RECEIVED = frozenset(
    {DocumentKind.SALES_RECEIPT, DocumentKind.DEPOSIT, DocumentKind.INVOICE, DocumentKind.PAYMENT}
)


def add_postings(totals: dict[str, int], document: Document, times: int = 1) -> None:
    """Add a document's postings, so many times, to totals by ledger account key; as ``Document.postings`` but
    in one pass.
    """
    kind = document.kind
    if kind is _ESTIMATE:
        return
    sign = -times if kind in _RECEIVED else times
    whole = 0
    for line in document.lines:
        amount = line.amount_minor
        whole += amount
        if kind is not _TRANSFER:
            totals[line.ledger_account] = totals.get(line.ledger_account, 0) + sign * amount
    if kind is not _JOURNAL_ENTRY:
        money = document.money_account
        totals[money] = totals.get(money, 0) - sign * whole
    if kind is _TRANSFER:
        totals[document.other_account] = totals.get(document.other_account, 0) + sign * whole


def effect_of(actions: Iterable[Action]) -> dict[str, int]:
    """Return what actions change, by ledger account key: signed minor units, debit positive, nothing that is
    zero.
    """
    totals: dict[str, int] = {}
    for action in actions:
        if action.kind in _PUT_IN and isinstance(action.target, Document):
            add_postings(totals, action.target)
        if action.kind in _TAKEN_OUT and action.link is not None:
            before = action.link.target
            if isinstance(before, Document):
                add_postings(totals, before, -1)
    return {key: amount for key, amount in totals.items() if amount}
