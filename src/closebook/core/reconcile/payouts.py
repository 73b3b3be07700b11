"""Payouts of a stream with their rows: what is explained to the cent, what is likely, and what is left over.

"Explained" is said only when the rows add up to the deposit exactly and nothing near speaks against it; all
else keeps its residual with the nearest explanations. A sale that a processor held back until its next payout
is moved there when both payouts then fit exactly.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from closebook.core.reconcile.cutoffs import DAY_MINUTES, Ints, Tiling, tile

_EPOCH = dt.date(1970, 1, 1)
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class PaidRow:
    """A sale, refund or fee of a processor's stream, net of its own fee; ``minute`` is that of its day."""

    key: str
    day: dt.date
    minute: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a bank received from a processor."""

    key: str
    day: dt.date
    amount_minor: int


class Verdict(StrEnum):
    """How sure the rows of a payout are."""

    EXPLAINED = "explained"  # exact, and nothing speaks against it
    LIKELY = "likely"  # exact, but another reading would be exact as well
    RESIDUAL = "residual"  # the rows of its time, with a difference that the books have to answer
    FOREIGN = "foreign"  # no payout of this stream


class Cause(StrEnum):
    """What may stand behind a residual."""

    MISSING = "missing"  # a sale of that amount is not in the books
    DOUBLED = "doubled"  # a row stands in the books twice
    HELD = "held"  # a row was paid later
    EARLIER = "earlier"  # a row of the payout before was paid here
    ALTERED = "altered"  # a row has two digits swapped or another amount
    CHARGE = "charge"  # a fee of that amount is not in the books


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reading of a residual: its cause, the amount and the rows that it is about."""

    cause: Cause
    amount_minor: int
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class PayoutRows:
    """A payout with its rows: rows + ``residual_minor`` = deposit."""

    deposit: Deposit
    keys: tuple[str, ...]
    residual_minor: int
    verdict: Verdict
    explanations: tuple[Explanation, ...] = ()


@dataclass(slots=True)
class Reconciled:
    """The payouts by day, the rows that no payout took, and the minute of the day at which is cut."""

    payouts: list[PayoutRows]
    unpaid: tuple[str, ...]
    cut_minute: int


@dataclass(slots=True)
class _Work:
    """The rows in order of time and where each payout's lie; ``moves`` are rows (place, from, to)."""

    rows: Sequence[PaidRow]
    amounts: Ints
    deposits: Sequence[Deposit]
    tiling: Tiling
    residuals: list[int]
    own: list[int] = field(default_factory=list)
    moved_out: dict[int, int] = field(default_factory=dict)
    doubtful: set[int] = field(default_factory=set)

    def window(self, at: int) -> Ints:
        """Return the amounts of a payout's rows."""
        return self.amounts[self.tiling.starts[at] : self.tiling.ends[at]]

    def places(self, at: int, amount: int) -> list[int]:
        """Return the places of a payout's rows of an amount."""
        found = np.flatnonzero(self.window(at) == amount) + self.tiling.starts[at]
        return [int(place) for place in found]


def reconcile(rows: Sequence[PaidRow], deposits: Sequence[Deposit], *, under_way: bool = False) -> Reconciled:
    """Return the payouts of one stream with their rows, whatever the order of the input.

    Each row is used at most once; rows and residual of each payout add up to its deposit. ``under_way`` tells
    that the rows begin in the middle of a stream; where its first payout begins is then a guess.
    """
    ordered = sorted(rows, key=lambda row: (row.day, row.minute, row.amount_minor, row.key))
    paid = sorted(deposits, key=lambda one: (one.day, one.amount_minor, one.key))
    minutes = np.array(
        [(row.day - _EPOCH).days * DAY_MINUTES + row.minute for row in ordered], dtype=np.int64
    )
    amounts = np.array([row.amount_minor for row in ordered], dtype=np.int64)
    days = np.array([(one.day - _EPOCH).days for one in paid], dtype=np.int64)
    sums = np.array([one.amount_minor for one in paid], dtype=np.int64)
    tiling = tile(minutes, amounts, days, sums, under_way=under_way)
    work = _Work(ordered, amounts, paid, tiling, [int(each) for each in tiling.residuals])
    work.own = [at for at in tiling.order if not tiling.foreign[at]]
    _move_held_rows(work)
    work.doubtful |= set(work.own[:1]) if under_way else set()
    return _answer(work)


def _move_held_rows(work: _Work) -> None:
    """Move single rows to the next payout where both payouts then fit exactly: likely, never certain, since
    two errors of the books look the same.
    """
    for at, following in zip(work.own, work.own[1:], strict=False):
        short = -work.residuals[at]
        if short == 0 or work.residuals[following] != short:
            continue
        found = work.places(at, short)
        if not found:
            continue
        work.moved_out[found[-1]] = following
        work.residuals[at] = work.residuals[following] = 0
        work.doubtful |= {at, following}


def _answer(work: _Work) -> Reconciled:
    came: dict[int, list[int]] = {}
    for place, goal in work.moved_out.items():
        came.setdefault(goal, []).append(place)
    answers, used = [], np.zeros(len(work.rows), dtype=bool)
    for at, deposit in enumerate(work.deposits):
        if work.tiling.foreign[at]:
            answers.append(PayoutRows(deposit, (), deposit.amount_minor, Verdict.FOREIGN))
            continue
        first, last = int(work.tiling.starts[at]), int(work.tiling.ends[at])
        places = [place for place in range(first, last) if place not in work.moved_out]
        places += came.get(at, [])
        used[places] = True
        keys = tuple(work.rows[place].key for place in places)
        residual = work.residuals[at]
        verdict = _verdict(work, at)
        why = explanations_of(work, at) if residual else ()
        answers.append(PayoutRows(deposit, keys, residual, verdict, why))
    unpaid = tuple(work.rows[int(place)].key for place in np.flatnonzero(~used))
    return Reconciled(answers, unpaid, work.tiling.cut_minute)


def _verdict(work: _Work, at: int) -> Verdict:
    if work.residuals[at]:
        return Verdict.RESIDUAL
    if (
        at in work.doubtful
        or work.tiling.doubtful[at]
        or _neighbour_speaks_against(work, at)
        or not len(work.window(at))
    ):
        return Verdict.LIKELY
    return Verdict.EXPLAINED


def _neighbour_speaks_against(work: _Work, at: int) -> bool:
    """Tell whether a neighbour's residual is the amount of a row here: that row may have been paid there,
    and an error of the books of the same amount may hide it.
    """
    place = work.own.index(at) if at in work.own else -1
    after = work.own[place + 1] if 0 <= place < len(work.own) - 1 else -1
    before = work.own[place - 1] if place > 0 else -1
    if after >= 0 and work.residuals[after] and work.places(at, work.residuals[after]):
        return True
    short = -work.residuals[before] if before >= 0 else 0
    return bool(short and work.places(before, short) and work.places(at, short))


def explanations_of(work: _Work, at: int) -> tuple[Explanation, ...]:
    """Return the nearest readings of a payout's residual, the likeliest first."""
    residual = work.residuals[at]
    found: list[Explanation] = []
    if residual < 0:
        same = work.places(at, -residual)
        keys = tuple(work.rows[place].key for place in same[:_MOST_NEAR])
        if len(same) > 1:
            found.append(Explanation(Cause.DOUBLED, -residual, keys))
        if same:
            found.append(Explanation(Cause.HELD, -residual, keys))
            found += [] if len(same) > 1 else [Explanation(Cause.DOUBLED, -residual, keys)]
        found.append(Explanation(Cause.CHARGE, -residual))
    else:
        place = work.own.index(at)
        earlier = work.places(work.own[place - 1], residual) if place else []
        if earlier:
            keys = tuple(work.rows[one].key for one in earlier[:_MOST_NEAR])
            found.append(Explanation(Cause.EARLIER, residual, keys))
        found.append(Explanation(Cause.MISSING, residual))
    swapped = _swapped(work, at, residual)
    if swapped:
        found.append(Explanation(Cause.ALTERED, residual, swapped))
    return tuple(found)


def _swapped(work: _Work, at: int, residual: int) -> tuple[str, ...]:
    """Return rows that make up for a residual when two neighbouring digits are swapped (a multiple of 9)."""
    if residual % 9:
        return ()
    first = int(work.tiling.starts[at])
    found = []
    for offset, amount in enumerate(work.window(at).tolist()):
        if amount > 0 and _is_swap(amount, amount + residual):
            found.append(work.rows[first + offset].key)
        if len(found) == _MOST_NEAR:
            break
    return tuple(found)


def _is_swap(one: int, other: int) -> bool:
    """Tell whether two numbers differ by two neighbouring digits that changed places.

    >>> _is_swap(1825, 1852), _is_swap(1825, 1843)
    (True, False)
    """
    a, b = str(one), str(other)
    if len(a) != len(b) or other <= 0:
        return False
    apart = [i for i in range(len(a)) if a[i] != b[i]]
    return (
        len(apart) == 2
        and apart[1] == apart[0] + 1
        and a[apart[0]] == b[apart[1]]
        and a[apart[1]] == b[apart[0]]
    )
