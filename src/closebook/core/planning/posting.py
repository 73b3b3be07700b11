"""From business records to the documents that the books should hold."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from closebook.core.commerce.records import Business, Movement, MovementKind
from closebook.core.commerce.sales import TillBusiness
from closebook.core.errors import InvariantError
from closebook.core.planning.desired import OTHER_CURRENCY, POST_ANYWAY, Desired, Hold
from closebook.core.planning.fees import make_fees
from closebook.core.planning.making import Making
from closebook.core.planning.naming import digest
from closebook.core.planning.profile import Mode, Profile
from closebook.core.planning.sales import make_trade
from closebook.core.planning.settlement import (
    BadRow,
    Settlement,
    Settlements,
    SettlementState,
    settlements_of,
)
from closebook.core.planning.standing import NOTHING_STANDS, Standing
from closebook.core.planning.summary import Folding
from closebook.core.planning.till.posting import till_documents_of
from closebook.core.planning.trade import TRADE_KINDS
from closebook.core.planning.transfers import make_opening, make_transfer, make_unclassified, row_key
from closebook.core.wording import shown

_FEE = MovementKind.FEE
_PAYOUT = MovementKind.PAYOUT
_UNCLASSIFIED = MovementKind.UNCLASSIFIED
_OF_TILLS = frozenset(
    {
        MovementKind.RESERVE,
        MovementKind.DISPUTE,
        MovementKind.LOAN,
        MovementKind.SAVINGS,
        MovementKind.PAYROLL,
        MovementKind.OTHER_INCOME,
    }
)  # a profile without a till's roles has no ledger account of their own for them


def documents_of(
    business: Business,
    profile: Profile,
    as_of: dt.date,
    *,
    whole: bool = True,
    settlements: Settlements | None = None,
    decisions: Mapping[str, str] | None = None,
    bad_rows: Sequence[BadRow] = (),
    standing: Standing = NOTHING_STANDS,
) -> Desired:
    """Return what the books should hold for a piece of business; the order of its rows does not matter.

    ``as_of`` is today's day in the shop: it tells which months are over. ``decisions`` maps keys of earlier
    holds to the word by which a person resolved them; ``standing`` is what the books hold of invoices.

    What must be supplied: with ``whole`` every movement and order of the connection since the cut-off.
    Without it, all rows of the groups that changed (``order:N`` with everything of that order, ``day:D``
    with everything of that day that belongs to no order); then every day must be posted per sale, and
    payouts among the rows are checked against ``settlements`` (those of all movements) and held when none
    are given. Documents of other groups are not affected: their keys begin with their own group. The
    business of a till is always whole: its payouts name their own entries.
    """
    if isinstance(business, TillBusiness):
        return till_documents_of(business, profile, decisions or {}, standing)
    making = Making(profile, business.orders, decisions or {})
    rows = _Rows(making, business.movements)
    if whole:
        make_opening(making)
        settlements = settlements_of(rows.kept, opening_minor=profile.opening_minor, bad_rows=bad_rows)
    for slot, (trade, fees) in rows.groups.items():
        ref = slot if isinstance(slot, str) else ""
        if trade:
            make_trade(making, ref, trade)
        if fees:
            make_fees(making, ref, fees)
    for row in rows.others:
        if row.kind is _UNCLASSIFIED or row.kind in _OF_TILLS:
            make_unclassified(making, row)
        elif row.kind is not _PAYOUT:
            make_transfer(making, row)
    waiting = _fold(making, settlements if whole else None, as_of)
    _make_payouts(making, rows.others, settlements)
    if whole:
        _check_deposits(making, business, rows)
    rows.describe(making)
    documents = [*making.trade, *making.direct]
    return Desired(making.chart.used_by(documents), documents, making.holds, making.notes, waiting)


class _Rows:
    """The movements of the profile's days and currency, sorted by what is made of them.

    ``groups`` has the rows of sales, refunds, taxes and of fees by order, or by day where there is no order.
    """

    def __init__(self, making: Making, movements: Sequence[Movement]) -> None:
        since, until = making.profile.since or dt.date.min, making.profile.until or dt.date.max
        self.kept: list[Movement] = []
        self.groups: dict[str | dt.date, tuple[list[Movement], list[Movement]]] = {}
        self.others: list[Movement] = []
        self.outside = 0
        self.outside_minor = 0
        keep, groups, currency = self.kept.append, self.groups, making.currency
        fee, trade = _FEE, TRADE_KINDS
        for row in movements:
            day, kind = row.day, row.kind
            if day < since or day > until:
                self.outside += 1
                self.outside_minor += row.amount_minor
                continue
            if row.currency != currency:
                making.holds.append(_foreign(making, row))
                continue
            keep(row)
            if kind is not fee and kind not in trade:
                self.others.append(row)
                continue
            slot = row.order_ref or day
            group = groups.get(slot)
            if group is None:
                group = groups[slot] = ([], [])
            group[kind is fee].append(row)

    def describe(self, making: Making) -> None:
        """Add the notes that concern many rows."""
        profile = making.profile
        if self.outside:
            making.notes.append(
                f"{self.outside} rows ({making.money(self.outside_minor)}) lie outside the profile's days"
                f" ({profile.since or shown('the beginning')} to {profile.until or shown('now')})"
                " and are left out."
            )
        if making.other_currency:
            making.notes.append(
                f"{len(making.other_currency)} orders are in another currency than the payment account: "
                "their sales carry the statement's money in one line."
            )
        unpaid = sum(1 for ref in making.orders if not self.groups.get(ref, ((),))[0])
        if unpaid:
            making.notes.append(
                f"{unpaid} orders have no money in these statement rows: paid another way, or a statement is "
                "missing."
            )


def _foreign(making: Making, row: Movement) -> Hold:
    key = f"{making.group(row.order_ref, row.day)}/currency/{digest(row.source_key)}"
    message = f"The row of {row.day} ({row.title!r}) is in {row.currency}, not in {making.currency}."
    return Hold(key, OTHER_CURRENCY, message, row.day, row.amount_minor, (row.source_key,))


def _fold(making: Making, settlements: Settlements | None, as_of: dt.date) -> int:
    profile = making.profile
    if not any(part.mode is Mode.PER_PAYOUT for part in profile.modes):
        return 0
    if settlements is None:
        days = [document.day for document in making.trade]
        if any(profile.mode_on(day) is Mode.PER_PAYOUT for day in days):
            raise InvariantError(
                "not-whole", "Days posted per payout need all movements, not a part of them."
            )
        return 0
    folding = Folding(making, settlements, as_of)
    making.trade = folding.run()
    return folding.waiting_minor


def _make_payouts(making: Making, rows: list[Movement], settlements: Settlements | None) -> None:
    ended = settlements.of_payout() if settlements is not None else {}
    for row in rows:
        if row.kind is not _PAYOUT:
            continue
        key, settlement = row_key(making, row), ended.get(row.source_key)
        anyway = row.amount_minor >= 0 or making.decisions.get(key) == POST_ANYWAY
        if anyway or (settlement is not None and settlement.state is not SettlementState.SHORT):
            make_transfer(making, row)
        else:
            making.holds.append(_held_payout(making, key, row, settlement))


def _held_payout(making: Making, key: str, row: Movement, settlement: Settlement | None) -> Hold:
    keys = (row.source_key,)
    if settlement is None:
        message = f"The payout of {row.day} was not compared with the rows that it clears."
        return Hold(key, "payout-not-checked", message, row.day, 0, keys)
    message = (
        f"Payout of {row.day}: {settlement.identity(making.currency)}. {' '.join(settlement.explanations)}"
    )
    return Hold(key, "payout-short", message.rstrip(), row.day, -settlement.short_minor, keys)


def _check_deposits(making: Making, business: Business, rows: _Rows) -> None:
    """Note the deposits of a deposits file for which the statement has no payout of the same amount."""
    payouts = Counter(-row.amount_minor for row in rows.others if row.kind is _PAYOUT)
    for deposit in sorted(business.deposits, key=lambda one: (one.day, one.amount_minor)):
        if not making.profile.covers(deposit.day) or deposit.currency != making.currency:
            continue
        if payouts[deposit.amount_minor] > 0:
            payouts[deposit.amount_minor] -= 1
        else:
            making.notes.append(
                f"The deposits file has {making.money(deposit.amount_minor)} on {deposit.day}; "
                "no payout row has that amount."
            )
