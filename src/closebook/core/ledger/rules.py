"""From the sides of a document to its journal entry: one rule per family of documents.

Every rule takes postings whose ``amount_minor`` is in the document's currency and in the document's own
direction (a line that adds to the total is positive), and returns a balanced entry in home currency.

| family | money side | lines |
|---|---|---|
| charge: invoice, sales receipt, deposit, vendor credit, card credit | debit | credit |
| spend: bill, expense, credit memo, refund receipt | credit | debit |
| settlement: payment, bill payment | see ``settlement_entry`` | |
| journal: journal entry, transfer | as given | as given |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from closebook.core.errors import InvariantError
from closebook.core.ledger.currency import Exchange, convert
from closebook.core.ledger.entry import JournalEntry, Posting


def charge_entry(
    day: dt.date, money: Sequence[Posting], lines: Sequence[Posting], exchange: Exchange | None = None
) -> JournalEntry:
    """Return the entry that debits the money side and credits the lines."""
    return _two_sided(day, money, lines, exchange, 1)


def spend_entry(
    day: dt.date, money: Sequence[Posting], lines: Sequence[Posting], exchange: Exchange | None = None
) -> JournalEntry:
    """Return the entry that credits the money side and debits the lines."""
    return _two_sided(day, money, lines, exchange, -1)


def _two_sided(
    day: dt.date, money: Sequence[Posting], lines: Sequence[Posting], exchange: Exchange | None, sign: int
) -> JournalEntry:
    difference = 0
    for posting in money:
        difference += posting.amount_minor
        posting.amount_minor *= sign
    for posting in lines:
        difference -= posting.amount_minor
        posting.amount_minor *= -sign
    if difference:
        raise InvariantError("sides-differ", f"The total of {day} differs from its lines by {difference}.")
    return _entry(day, money, lines, exchange)


def journal_entry(day: dt.date, lines: Sequence[Posting], exchange: Exchange | None = None) -> JournalEntry:
    """Return the entry of lines that are already debits (positive) and credits (negative)."""
    return _entry(day, (), lines, exchange)


def _entry(
    day: dt.date, money: Sequence[Posting], lines: Sequence[Posting], exchange: Exchange | None
) -> JournalEntry:
    if exchange is not None and exchange.is_foreign:
        convert(money, lines, exchange)
    postings = [
        posting
        for side in (money, lines)
        for posting in side
        if posting.amount_minor or posting.foreign_minor or posting.quantity_micro
    ]
    entry = JournalEntry(day, postings)
    entry.check()
    return entry


@dataclass(frozen=True, slots=True)
class Application:
    """A part of an open charge or credit that a payment settles: in the document's currency and as it leaves
    the ledger.

    ``ledger_account`` and ``counterparty`` are those on which it stands open.
    """

    ledger_account: int
    counterparty: int | None
    amount_minor: int
    home_minor: int
    line: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a payment moves: money, the charges and credits that it settles, and what stays unapplied.

    ``money`` and ``unapplied`` have amounts in the document's currency, not negative:
    money + credits = charges + unapplied.
    """

    money: Posting
    unapplied: Posting
    charges: tuple[Application, ...] = ()
    credits: tuple[Application, ...] = ()


def settlement_entry(
    day: dt.date, settlement: Settlement, sign: int, exchange: Exchange, gain_or_loss: int | None
) -> JournalEntry:
    """Return the entry of a payment: ``sign`` 1 for money that comes in from a customer, -1 for money paid
    to a vendor.

    Money in: debit money and settled credits, credit settled charges and what is unapplied. A difference
    in home currency is posted to the ledger account ``gain_or_loss``, which only a foreign payment may need.
    """
    _check_settlement(settlement)
    postings = [
        _at_rate(settlement.money, sign, exchange),
        *(_settled(part, sign, exchange) for part in settlement.credits),
        *(_settled(part, -sign, exchange) for part in settlement.charges),
        _at_rate(settlement.unapplied, -sign, exchange),
    ]
    return with_difference(day, postings, gain_or_loss)


def with_difference(day: dt.date, postings: Iterable[Posting], gain_or_loss: int | None) -> JournalEntry:
    """Return the entry of postings in home currency, with what they lack of balance on ``gain_or_loss``."""
    kept = [posting for posting in postings if posting.amount_minor or posting.foreign_minor]
    difference = sum(posting.amount_minor for posting in kept)
    if difference and gain_or_loss is not None:
        kept.append(Posting(gain_or_loss, -difference))
    entry = JournalEntry(day, kept)
    entry.check()
    return entry


def _check_settlement(settlement: Settlement) -> None:
    given = settlement.money.amount_minor + sum(part.amount_minor for part in settlement.credits)
    taken = settlement.unapplied.amount_minor + sum(part.amount_minor for part in settlement.charges)
    if given != taken:
        raise InvariantError("sides-differ", f"A payment gives {given} and settles {taken}.")


def _at_rate(posting: Posting, sign: int, exchange: Exchange) -> Posting:
    posting.amount_minor *= sign
    if exchange.is_foreign:
        posting.currency, posting.foreign_minor = exchange.currency, posting.amount_minor
        posting.amount_minor = exchange.home_minor(posting.amount_minor)
    return posting


def _settled(part: Application, sign: int, exchange: Exchange) -> Posting:
    posting = Posting(part.ledger_account, sign * part.home_minor, part.counterparty, line=part.line)
    if exchange.is_foreign:
        posting.currency, posting.foreign_minor = exchange.currency, sign * part.amount_minor
    return posting
