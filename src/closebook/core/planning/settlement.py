"""What each payout clears: opening + sales - refunds - taxes - fees +/- adjustments = payout + carried, to
the cent.

A settlement begins behind one payout and ends with the next. Rows have a day but no time, so the cut inside a
payout's day is found by the balance: the platform never pays out more than it holds. What stays behind
(``carried``) is a reserve or not yet available; when it would be negative, rows or an opening balance are
missing and the payout is held.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from closebook.core.commerce.records import Movement, MovementKind
from closebook.core.money import format_minor
from closebook.core.periods import Month
from closebook.core.planning.naming import day_group, digest, order_group
from closebook.core.wording import shown

_PAYOUT = MovementKind.PAYOUT
_MOST_GROUPS = 12  # with more, a sum that fits would be found by chance
_PARTS = (
    shown("sales"), shown("refunds"), shown("taxes"), shown("fees"), shown("adjustments"),
    shown("unclassified"),
)  # fmt: skip
_PART_OF = {
    MovementKind.SALE: 0,
    MovementKind.REFUND: 1,
    MovementKind.MARKETPLACE_TAX: 2,
    MovementKind.BUYER_LEVY: 2,
    MovementKind.FEE: 3,
    MovementKind.PAYOUT: 4,  # a payout row that does not take money out
    MovementKind.RETURNED_PAYOUT: 4,
    MovementKind.CARD_PAYMENT: 4,
    MovementKind.REFUND_FUNDING: 4,
    MovementKind.RESERVE: 4,
    MovementKind.DISPUTE: 4,
    MovementKind.LOAN: 4,
    MovementKind.SAVINGS: 4,
    MovementKind.PAYROLL: 4,
    MovementKind.OTHER_INCOME: 4,
    MovementKind.UNCLASSIFIED: 5,
}


class SettlementState(StrEnum):
    """How a settlement's identity came out."""

    EXACT = "exact"  # the payout took all there was
    CARRIED = "carried"  # something stayed behind: a reserve, or not yet available
    SHORT = "short"  # the payout is more than the rows explain; it is held
    OPEN = "open"  # no payout yet


@dataclass(slots=True)
class Settlement:
    """One settlement; amounts are signed minor units as in the source, ``payout_minor`` is positive.

    ``name`` is made of the payout that opened it (``start`` for the first), so that it is known before its
    own payout comes. ``first_day`` and ``last_day`` are those of its rows.
    """

    name: str
    opening_minor: int = 0
    parts: list[int] = field(default_factory=lambda: [0] * len(_PARTS))
    payout: Movement | None = None
    payout_minor: int = 0
    carried_minor: int = 0
    state: SettlementState = SettlementState.OPEN
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    explanations: tuple[str, ...] = ()

    @property
    def balance_minor(self) -> int:
        """Return opening and rows: what the platform held just before the payout."""
        return self.opening_minor + sum(self.parts)

    @property
    def short_minor(self) -> int:
        """Return by how much the payout is more than its rows explain, else 0."""
        return max(0, self.payout_minor - self.balance_minor) if self.payout else 0

    def identity(self, currency: str) -> str:
        """Return the identity as a line for a person."""
        parts = [shown(f"opening {format_minor(self.opening_minor, currency)}")]
        for word, amount in zip(_PARTS, self.parts, strict=True):
            if amount:
                parts.append(f"{'+' if amount > 0 else '-'} {word} {format_minor(abs(amount), currency)}")
        if self.payout is None:
            held = format_minor(self.balance_minor, currency)
            return shown(f"{' '.join(parts)} = {held}, not paid out yet")
        goal = shown(f"payout {format_minor(self.payout_minor, currency)}")
        if self.short_minor:
            short = format_minor(self.short_minor, currency)
            return shown(f"{' '.join(parts)} is {short} less than the {goal}")
        if self.carried_minor:
            carried = format_minor(self.carried_minor, currency)
            goal += " + " + shown(f"carried {carried} (reserve, not yet available, or rows of that day)")
        return f"{' '.join(parts)} = {goal}"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read: its day if that is known, and where it stands."""

    place: str
    day: dt.date | None = None


class Settlements:
    """All settlements in order, and the settlement of each group's rows of a day."""

    def __init__(self) -> None:
        """Start with none."""
        self.all: list[Settlement] = []
        self._of_day: dict[dt.date, int] = {}
        self._of_group: dict[tuple[dt.date, str], int] = {}

    def place_day(self, day: dt.date) -> None:
        """Let the last settlement be that of a day (of all its groups that are not placed)."""
        self._of_day[day] = len(self.all) - 1

    def place_group(self, day: dt.date, group: str) -> None:
        """Let the last settlement be that of a group's rows of a day."""
        self._of_group[day, group] = len(self.all) - 1

    def index_of(self, group: str, day: dt.date) -> int:
        """Return the position of the settlement that holds a group's rows of a day."""
        found = self._of_group.get((day, group)) if self._of_group else None
        return self._of_day[day] if found is None else found

    def of_payout(self) -> dict[str, Settlement]:
        """Return the settlements that a payout ended, by the payout's source key."""
        return {found.payout.source_key: found for found in self.all if found.payout is not None}


def payout_name(payout: Movement) -> str:
    """Return the name of the settlement that a payout opens, such as ``2026-03-09~1f0c9a2b``."""
    return f"{payout.day.isoformat()}~{digest(payout.source_key)}"


def settlements_of(
    movements: Iterable[Movement],
    *,
    opening_minor: int = 0,
    opener: str = "start",
    bad_rows: Sequence[BadRow] = (),
) -> Settlements:
    """Return the settlements of all movements of a payment account since a moment.

    ``opening_minor`` is what the platform held then, ``opener`` the name of the settlement that was open
    then. The order of the movements does not matter.
    """
    rows = list(movements)
    payouts: dict[dt.date, list[Movement]] = {}
    for row in rows:
        if row.kind is _PAYOUT and row.amount_minor < 0:
            payouts.setdefault(row.day, []).append(row)
    of_day, of_group = _sums(rows, payouts)
    found = Settlements()
    current = Settlement(opener, opening_minor)
    found.all.append(current)
    for day in sorted(of_day.keys() | payouts.keys()):
        if day not in payouts:
            _take(current, day, of_day[day])
            found.place_day(day)
        else:
            current = _pay_out(found, current, day, of_group.get(day, {}), payouts[day])
    _explain(found, sorted(of_day.keys() | payouts.keys()), bad_rows)
    return found


def _sums(
    rows: list[Movement], payouts: dict[dt.date, list[Movement]]
) -> tuple[dict[dt.date, list[int]], dict[dt.date, dict[str, list[int]]]]:
    of_day: dict[dt.date, list[int]] = {}
    of_group: dict[dt.date, dict[str, list[int]]] = {}
    part_of, payout = _PART_OF, _PAYOUT
    for row in rows:
        day, kind, amount = row.day, row.kind, row.amount_minor
        if kind is payout and amount < 0:
            continue
        if day in payouts:
            group = order_group(row.order_ref) if row.order_ref else day_group(day)
            sums = of_group.setdefault(day, {}).setdefault(group, [0] * len(_PARTS))
        else:
            sums = of_day.get(day) or of_day.setdefault(day, [0] * len(_PARTS))
        sums[part_of[kind]] += amount
    return of_day, of_group


def _take(current: Settlement, day: dt.date, sums: list[int]) -> None:
    for index, amount in enumerate(sums):
        current.parts[index] += amount
    current.first_day = min(current.first_day or day, day)
    current.last_day = day


def _pay_out(
    found: Settlements,
    current: Settlement,
    day: dt.date,
    groups: dict[str, list[int]],
    payouts: list[Movement],
) -> Settlement:
    pending = dict(groups)
    for payout in sorted(payouts, key=lambda row: (row.amount_minor, row.source_key)):
        sums = {group: sum(parts) for group, parts in pending.items()}
        for group in _before_payout(current.balance_minor, -payout.amount_minor, sums):
            _take(current, day, pending.pop(group))
            found.place_group(day, group)
        current = _close(found, current, payout)
    for group, parts in pending.items():
        _take(current, day, parts)
        found.place_group(day, group)
    return current


def _before_payout(balance: int, payout: int, sums: dict[str, int]) -> list[str]:
    """Return the groups of the payout's day that came before it.

    None, all, or a choice of them, if that explains the payout exactly; else as few as the payout needs.
    """
    whole = balance + sum(sums.values())
    if balance == payout:
        return []
    if whole == payout:
        return list(sums)
    exact = _adding_up(payout - balance, sums)
    if exact is not None:
        return exact
    if balance > payout:
        return []
    gains = [group for group, amount in sums.items() if amount > 0]
    enough = whole < payout <= balance + sum(sums[group] for group in gains)
    return gains if enough else list(sums)


def _adding_up(wanted: int, sums: dict[str, int]) -> list[str] | None:
    """Return groups that add up to an amount, whatever their order; None when none do or they are many."""
    if len(sums) > _MOST_GROUPS:
        return None
    found: dict[int, tuple[str, ...]] = {0: ()}
    for group in sorted(sums):
        for total, groups in list(found.items()):
            found.setdefault(total + sums[group], (*groups, group))
    return list(found[wanted]) if wanted in found else None


def _close(found: Settlements, current: Settlement, payout: Movement) -> Settlement:
    current.payout = payout
    current.payout_minor = -payout.amount_minor
    rest = current.balance_minor - current.payout_minor
    current.carried_minor = max(rest, 0)
    if rest < 0:
        current.state = SettlementState.SHORT
    else:
        current.state = SettlementState.CARRIED if rest else SettlementState.EXACT
    following = Settlement(payout_name(payout), current.carried_minor)
    found.all.append(following)
    return following


def _explain(found: Settlements, days: list[dt.date], bad_rows: Sequence[BadRow]) -> None:
    for index, one in enumerate(found.all):
        if one.state is SettlementState.SHORT:
            one.explanations = tuple(_explanations(found, index, days, bad_rows))


def _explanations(
    found: Settlements, index: int, days: list[dt.date], bad_rows: Sequence[BadRow]
) -> Iterable[str]:
    one = found.all[index]
    end = one.payout.day if one.payout else days[-1]
    before = found.all[index - 1].payout if index else None
    start = before.day if before else dt.date.min
    for bad in bad_rows:
        if bad.day is None or start <= bad.day <= end:
            yield f"A row could not be read: {bad.place}."
    months = {Month.of(day) for day in days}
    month = Month.of(before.day) if before else min(months)
    while month < Month.of(end):
        if month not in months:
            yield f"There is no row at all in {month}: its statement is missing."
        month = month.next()
    if not before:
        first = days[0]
        if one.opening_minor:
            yield f"The rows begin on {first}: an earlier statement is missing."
        else:
            yield (
                f"The rows begin on {first}: an earlier statement is missing, or the balance that the"
                " platform held before them (opening balance) is not in the profile."
            )
