"""Payouts, returned payouts and card payments as transfers; rows of an unknown type; the opening balance."""

from __future__ import annotations

from closebook.core.commerce.records import Movement, MovementKind
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine
from closebook.core.planning.making import Making
from closebook.core.planning.naming import digest

_WORDS = {
    MovementKind.PAYOUT: ("payout", "P", "Payout to the bank"),
    MovementKind.RETURNED_PAYOUT: ("returned-payout", "B", "Payout returned by the bank"),
    MovementKind.CARD_PAYMENT: ("card-payment", "K", "Balance paid by card"),
    MovementKind.REFUND_FUNDING: ("refund-funding", "G", "Card charged to fund a refund"),
}


def row_key(making: Making, row: Movement) -> str:
    """Return the key of the document that stands for one payout, card payment or unclassified row."""
    word = _WORDS[row.kind][0] if row.kind in _WORDS else "unclassified"
    return f"{making.group(row.order_ref, row.day)}/{word}/{digest(row.source_key)}"


def make_transfer(making: Making, row: Movement) -> None:
    """Make the transfer of one row: out of the clearing ledger account when the row takes money from the
    platform.
    """
    if not row.amount_minor:
        return
    _, letter, text = _WORDS[row.kind]
    chart = making.chart
    far = chart.bank if row.kind in {MovementKind.PAYOUT, MovementKind.RETURNED_PAYOUT} else chart.card
    out = row.amount_minor < 0
    source, goal = (chart.clearing, far) if out else (far, chart.clearing)
    key = row_key(making, row)
    tag = digest(row.source_key)
    making.direct.append(
        Document(
            DocumentKind.TRANSFER, key, row.day, making.currency, making.number_of_row(letter, row.day, tag),
            making.memo(f"{making.profile.platform}: {text}", key), source,
            (DocumentLine(abs(row.amount_minor), text, goal),), other_account=goal,
            source_keys=(row.source_key,),
        )
    )  # fmt: skip


def make_unclassified(making: Making, row: Movement) -> None:
    """Make the journal entry of a row that nobody has classified, so that the balance is right and the row is
    seen.
    """
    if not row.amount_minor:
        return
    key = row_key(making, row)
    text = f"Not classified: {row.title}"
    lines = (
        DocumentLine(-row.amount_minor, text, making.chart.unclassified),
        DocumentLine(row.amount_minor, text, making.chart.clearing),
    )
    making.direct.append(
        Document(
            DocumentKind.JOURNAL_ENTRY, key, row.day, making.currency,
            making.number_of_row("U", row.day, digest(row.source_key)), making.memo(text, key), "", lines,
            source_keys=(row.source_key,),
        )
    )  # fmt: skip
    making.notes.append(
        f"{row.day} {making.money(row.amount_minor)} {row.title!r} is of an unknown type and was posted to "
        f"{making.profile.ledger_account('unclassified').path}."
    )


def make_opening(making: Making) -> None:
    """Make the journal entry of what the platform held at the cut-off, if the profile names any."""
    amount, since = making.profile.opening_minor, making.profile.since
    if not amount or since is None:
        return
    key = "opening/balance"
    text = f"{making.profile.platform}: balance held at the start"
    lines = (
        DocumentLine(amount, text, making.chart.clearing),
        DocumentLine(-amount, text, making.chart.opening),
    )
    making.direct.append(
        Document(
            DocumentKind.JOURNAL_ENTRY, key, since, making.currency, making.number("O", "", since),
            making.memo(text, key), "", lines,
        )
    )  # fmt: skip
