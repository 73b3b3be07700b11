"""Trying a cut-off day before it is used: what lies before and after it, and what the books hold already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from closebook.core.commerce.records import Movement, MovementKind
from closebook.core.money import format_minor
from closebook.core.periods import Month

_OWN = frozenset({MovementKind.SALE, MovementKind.REFUND, MovementKind.PAYOUT})
_NEAR_DAYS = 5


@dataclass(frozen=True, slots=True)
class ForeignPosting:
    """A document in the books that this connection did not make. ``amount_minor`` is its total, without a
    sign.
    """

    kind: str
    remote_id: str
    day: dt.date
    amount_minor: int
    number: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A foreign posting that seems to hold what would be posted again, and why it seems so."""

    posting: ForeignPosting
    source_key: str
    reason: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """What a cut-off day means. ``held_minor`` is what the platform held at its start: the opening balance to
    use.
    """

    since: dt.date
    rows_before: int
    rows_after: int
    months_before: tuple[Month, ...]
    months_after: tuple[Month, ...]
    held_minor: int
    overlaps: tuple[Overlap, ...]

    def in_words(self, currency: str) -> tuple[str, ...]:
        """Return the outcome as sentences."""
        held = format_minor(self.held_minor, currency)
        lines = [
            f"{self.rows_before} rows before {self.since} are not posted, {self.rows_after} later ones are.",
            f"At the start of {self.since} the platform held {held} {currency}: the opening balance.",
        ]
        if self.overlaps:
            lines.append(
                f"{len(self.overlaps)} documents in the books seem to hold the same business already."
            )
        return tuple(lines)


def simulate_cut_off(
    movements: Iterable[Movement],
    since: dt.date,
    foreign: Iterable[ForeignPosting] = (),
    *,
    opening_minor: int = 0,
) -> CutOff:
    """Return what would happen with a cut-off day.

    ``opening_minor`` is what the platform held before the first movement. A foreign posting overlaps when it
    is dated on or after the cut-off and names an order or has the amount and (within five days) the date of a
    sale, refund or payout.
    """
    before: list[Movement] = []
    after: list[Movement] = []
    for row in movements:
        (before if row.day < since else after).append(row)
    return CutOff(
        since,
        len(before),
        len(after),
        _months(before),
        _months(after),
        opening_minor + sum(row.amount_minor for row in before),
        tuple(_overlaps(after, [posting for posting in foreign if posting.day >= since])),
    )


def _months(rows: Sequence[Movement]) -> tuple[Month, ...]:
    return tuple(sorted({Month.of(row.day) for row in rows}))


def _overlaps(rows: list[Movement], foreign: list[ForeignPosting]) -> Iterable[Overlap]:
    by_order: dict[str, Movement] = {}
    by_amount: dict[int, list[Movement]] = {}
    for row in sorted(rows, key=lambda row: (row.day, row.source_key)):
        if row.kind in _OWN:
            by_amount.setdefault(abs(row.amount_minor), []).append(row)
            if row.order_ref:
                by_order.setdefault(row.order_ref, row)
    for posting in sorted(foreign, key=lambda posting: (posting.day, posting.remote_id)):
        found = _named(posting, by_order)
        if found is not None:
            yield Overlap(posting, found.source_key, f"It names order {found.order_ref}.")
            continue
        near = [row for row in by_amount.get(posting.amount_minor, []) if _is_near(row.day, posting.day)]
        if near:
            closest = min(near, key=lambda row: (abs((row.day - posting.day).days), row.day, row.source_key))
            yield Overlap(
                posting, closest.source_key, f"Same amount as the {closest.kind.value} of {closest.day}."
            )


def _named(posting: ForeignPosting, by_order: dict[str, Movement]) -> Movement | None:
    words = "".join(mark if mark.isalnum() else " " for mark in f"{posting.number} {posting.memo}").split()
    return next((by_order[word] for word in words if word in by_order), None)


def _is_near(one: dt.date, other: dt.date) -> bool:
    return abs((one - other).days) <= _NEAR_DAYS
