"""The rest of what happens to a platform's balance: reserves, disputes, loans, savings; payouts and their
check.

A payout is posted when its entries add up to it to the cent and each entry agrees with the payment or
refund that it names; else it is held and the difference is named.
"""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.commerce.records import Movement, MovementKind
from closebook.core.commerce.sales import DisputeLoss, PayoutDetail, TillBusiness
from closebook.core.planning.desired import POST_ANYWAY, Hold
from closebook.core.planning.documents import Document, DocumentKind, DocumentLine
from closebook.core.planning.making import Making
from closebook.core.planning.naming import day_group, digest
from closebook.core.planning.profile import TillRole
from closebook.core.planning.settlement import Settlement, SettlementState
from closebook.core.planning.transfers import make_transfer, make_unclassified, row_key

_ROLES = {
    MovementKind.RESERVE: TillRole.RESERVE,
    MovementKind.DISPUTE: TillRole.DISPUTES,
    MovementKind.LOAN: TillRole.LOAN,
    MovementKind.SAVINGS: TillRole.SAVINGS,
    MovementKind.PAYROLL: TillRole.PAYROLL,
}
_MOST_NAMED = 5


@dataclass(slots=True)
class EntrySettlement(Settlement):
    """What a payout's own entries say of it; short in both directions. ``source_keys`` are all their rows."""

    source_keys: tuple[str, ...] = ()

    @property
    def short_minor(self) -> int:
        """Return by how much payout and entries differ, without sign; 1 when an entry is in doubt."""
        if self.payout is None:
            return 0
        apart = abs(self.payout_minor - self.balance_minor)
        return apart or int(self.state is SettlementState.SHORT)


def settlements_by_entries(business: TillBusiness) -> dict[str, EntrySettlement]:
    """Return what each payout settles, by the source key of its movement."""
    details = {detail.source_key: detail for detail in business.payouts}
    found = {}
    for row in business.movements:
        if row.kind is MovementKind.PAYOUT and row.source_key in details:
            found[row.source_key] = _settlement(row, details[row.source_key])
    return found


def _settlement(row: Movement, detail: PayoutDetail) -> EntrySettlement:
    one = EntrySettlement(detail.ref, payout=row, payout_minor=-row.amount_minor)
    for entry in detail.entries:
        one.parts[0 if entry.gross_minor >= 0 else 1] += entry.gross_minor
        one.parts[3] -= entry.fee_minor
        one.first_day = min(one.first_day or entry.day, entry.day)
        one.last_day = max(one.last_day or entry.day, entry.day)
    if not detail.listed:
        one.parts[4] += detail.amount_minor
    doubts = tuple(_doubts(detail))
    exact = one.balance_minor == one.payout_minor and not doubts
    one.source_keys = tuple(dict.fromkeys([detail.source_key, *(each.source_key for each in detail.entries)]))
    one.state = SettlementState.EXACT if exact else SettlementState.SHORT
    one.explanations = doubts
    return one


def _doubts(detail: PayoutDetail) -> list[str]:
    found = [detail.doubt] if detail.doubt else []
    for flag, words in (("known", "are not among the rows"), ("agrees", "have another amount there")):
        names = [entry.names or entry.ref for entry in detail.entries if not getattr(entry, flag)]
        if names:
            shown = ", ".join(names[:_MOST_NAMED])
            found.append(f"{len(names)} of its payments and refunds {words}: {shown}.")
    wrong = [one for one in detail.entries if one.gross_minor - one.fee_minor != one.net_minor]
    if wrong:
        found.append(f"{len(wrong)} of its entries are not gross less fee: {wrong[0].ref}.")
    return found


def make_balance(making: Making, rows: list[Movement], settled: dict[str, EntrySettlement]) -> None:
    """Make the documents of payouts and of all movements that are no sale, refund or fee."""
    for row in rows:
        if row.kind is MovementKind.PAYOUT:
            _make_payout(making, row, settled.get(row.source_key))
        elif row.kind is MovementKind.UNCLASSIFIED:
            _make_unknown(making, row)
        elif row.kind in _ROLES or row.kind is MovementKind.OTHER_INCOME:
            _make_entry(making, row)
        else:
            make_transfer(making, row)


def make_losses(making: Making, losses: list[DisputeLoss]) -> None:
    """Make the journal entry by which a lost dispute becomes an expense on the day when it was lost."""
    till = making.chart.till
    for loss in losses:
        if not making.profile.covers(loss.day) or loss.currency != making.currency or not loss.amount_minor:
            continue
        key = f"{day_group(loss.day)}/dispute-loss/{digest(loss.ref)}"
        text = f"Dispute lost: {loss.ref}"
        lines = (
            DocumentLine(loss.amount_minor, text, till[TillRole.DISPUTE_LOSSES]),
            DocumentLine(-loss.amount_minor, text, till[TillRole.DISPUTES]),
        )
        number = making.number_of_row("D", loss.day, digest(loss.ref))
        making.direct.append(
            Document(
                DocumentKind.JOURNAL_ENTRY, key, loss.day, making.currency, number, making.memo(text, key),
                "", lines, source_keys=(loss.source_key,),
            )
        )  # fmt: skip


def _make_payout(making: Making, row: Movement, settlement: EntrySettlement | None) -> None:
    key = row_key(making, row)
    exact = settlement is not None and settlement.state is SettlementState.EXACT
    if exact or making.decisions.get(key) == POST_ANYWAY:
        make_transfer(making, row)
        if settlement is not None and row.amount_minor:
            making.direct[-1].source_keys = settlement.source_keys
    else:
        making.holds.append(_payout_hold(making, key, row, settlement))


def _payout_hold(making: Making, key: str, row: Movement, settlement: EntrySettlement | None) -> Hold:
    money = making.money
    if settlement is None:
        message = f"The payout of {row.day} was not compared with the rows that it clears."
        return Hold(key, "payout-not-checked", message, row.day, 0, (row.source_key,))
    apart = settlement.balance_minor - settlement.payout_minor
    keys = settlement.source_keys
    message = (
        f"Payout of {row.day} over {money(settlement.payout_minor)}: its entries come to "
        f"{money(settlement.balance_minor)}, {money(apart)} apart. {' '.join(settlement.explanations)}"
    )
    return Hold(key, "payout-short", message.rstrip(), row.day, apart, keys)


def _make_unknown(making: Making, row: Movement) -> None:
    """Hold a row of an unknown type; post it to its own ledger account when a person says so."""
    key = row_key(making, row)
    if making.decisions.get(key) == POST_ANYWAY:
        make_unclassified(making, row)
        return
    path = making.profile.ledger_account("unclassified").path
    message = (
        f"{row.day} {making.money(row.amount_minor)} {row.title!r} is of a type that may be more than one "
        f"thing. Post it to {path} and sort it there, or leave it out."
    )
    if row.amount_minor:
        making.holds.append(Hold(key, "unknown-entry", message, row.day, row.amount_minor, (row.source_key,)))


def _make_entry(making: Making, row: Movement) -> None:
    """Make the journal entry between the clearing ledger account and the one of a movement's kind."""
    if not row.amount_minor:
        return
    chart = making.chart
    far = chart.till[_ROLES[row.kind]] if row.kind in _ROLES else chart.income["gift-wrap"]
    tag = digest(row.source_key)
    key = f"{making.group(row.order_ref, row.day)}/{row.kind.value}/{tag}"
    text = f"{making.profile.platform}: {row.title}"
    lines = (
        DocumentLine(row.amount_minor, text, chart.clearing),
        DocumentLine(-row.amount_minor, text, far),
    )
    making.direct.append(
        Document(
            DocumentKind.JOURNAL_ENTRY, key, row.day, making.currency,
            making.number_of_row("N", row.day, tag), making.memo(text, key), "", lines,
            source_keys=(row.source_key,),
        )
    )  # fmt: skip
