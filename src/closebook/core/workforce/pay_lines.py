"""The lines of a payment run: built from bills, approved by hash, reported on, and queued again once.

A line's reference is its idempotency key with the rail: it never changes, whatever is tried. What failed or
came back is queued again as a new line with a new reference, once, and only when its end is sure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.money import Money
from closebook.core.workforce.states import PAY_LINE


class LineState(StrEnum):
    """Where a payment line stands; ``unknown`` from the moment its sending is intended until an answer."""

    QUEUED = "queued"
    UNKNOWN = "unknown"
    SENT = "sent"
    UNCLAIMED = "unclaimed"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    REQUEUED = "requeued"
    CANCELLED = "cancelled"


ENDED_UNPAID = frozenset({LineState.FAILED, LineState.RETURNED, LineState.REQUEUED, LineState.CANCELLED})
"""States in which a line has moved no money and never will."""


@dataclass(frozen=True, slots=True)
class PayLine:
    """One payment of a bill. ``intended_at`` is when it was first going to be sent, ms; 0: never.

    ``again_of`` is the reference of the line that this one replaces, ``replaced_by`` its successor.
    """

    ref: str
    bill: str
    payee: str
    account: str
    amount: Money
    state: LineState = LineState.QUEUED
    intended_at: int = 0
    provider_ref: str = ""
    code: str = ""
    again_of: str = ""
    replaced_by: str = ""


def line_ref(run: str, bill: str, again_of: str = "") -> str:
    """Return the reference of a line: 26 letters and digits, the same for the same run, bill and ancestor."""
    text = f"{run}\0{bill}\0{again_of}"
    return "CB" + hashlib.blake2b(text.encode(), digest_size=12).hexdigest().upper()


def unpaid_minor(bill: str, total_minor: int, lines: Iterable[PayLine]) -> int:
    """Return what of a bill no line pays or is about to pay."""
    return total_minor - sum(
        line.amount.amount_minor for line in lines if line.bill == bill and line.state not in ENDED_UNPAID
    )


def new_line(
    run: str, bill: str, payee: str, account: str, amount: Money, total_minor: int, lines: Iterable[PayLine]
) -> PayLine:
    """Return a line that pays a bill, or part of it.

    ``lines`` are all that there are for the bill, in any run. Raises ConflictError for more than is unpaid.
    """
    line = PayLine(line_ref(run, bill), bill, payee, account, amount)
    known = list(lines)
    _check_unpaid(line, total_minor, known)
    if any(other.ref == line.ref for other in known):
        raise ConflictError("bill-in-run", "This bill is in the run already.", remedy="Change its amount.")
    return line


def _check_unpaid(line: PayLine, total_minor: int, lines: Iterable[PayLine]) -> None:
    if not 0 < line.amount.amount_minor <= unpaid_minor(line.bill, total_minor, lines):
        raise ConflictError(
            "bill-paid-already",
            "This bill is paid, or on its way, up to less than that.",
            remedy="Look at its payments.",
        )


def requeued(
    line: PayLine, run: str, total_minor: int, lines: Iterable[PayLine], account: str = ""
) -> tuple[PayLine, PayLine]:
    """Return the ended line and the new one that pays in its place, to another account when one is given.

    ``lines`` are all that there are for the bill, in any run. Raises ConflictError while the line's end is
    not sure, when it was replaced already, and when something else pays the bill by now.
    """
    if line.state not in {LineState.FAILED, LineState.RETURNED} or line.replaced_by:
        raise ConflictError(
            "line-not-ended",
            "Only a payment that failed or came back can be sent again, and once.",
            remedy="Wait for its end.",
        )
    _check_unpaid(line, total_minor, lines)
    ref = line_ref(run, line.bill, line.ref)
    new = PayLine(ref, line.bill, line.payee, account or line.account, line.amount, again_of=line.ref)
    return replace(line, state=LineState.REQUEUED, replaced_by=ref), new


_REPORTS = {(s, t) for s, t in PAY_LINE.moves if t in {"sent", "unclaimed", "paid", "failed", "returned"}}


def after_report(line: PayLine, state: LineState, provider_ref: str = "", code: str = "") -> PayLine:
    """Return a line after what the rail or the bank reports; late and repeated reports change nothing.

    Raises HeldError when money is reported to have moved for a line that ended unpaid: a person has to look.
    """
    if line.state in {LineState.FAILED, LineState.REQUEUED, LineState.CANCELLED} and state is LineState.PAID:
        raise HeldError("paid-after-end", "A payment that had ended is reported as paid.")
    if (line.state.value, state.value) not in _REPORTS or line.state is LineState.QUEUED:
        return line
    return replace(line, state=state, provider_ref=provider_ref or line.provider_ref, code=code)


def run_hash(run: str, rail: str, currency: str, lines: Sequence[PayLine]) -> str:
    """Return what is approved: the hash of everything that decides who gets what (32 characters)."""
    rows = sorted(f"{e.ref}\0{e.bill}\0{e.payee}\0{e.account}\0{e.amount}" for e in lines)
    return hashlib.blake2b("\n".join([run, rail, currency, *rows]).encode(), digest_size=16).hexdigest()


def approved_by(before: Sequence[str], person: str, shown_hash: str, hash_now: str) -> tuple[str, ...]:
    """Return the approvers with one more.

    Raises ConflictError when the run is not what the person saw, InputError when they approved it already.
    """
    if shown_hash != hash_now:
        raise ConflictError(
            "run-changed",
            "The payments changed since you looked.",
            remedy="Look at them again, then approve.",
        )
    if person in before:
        raise InputError("approved-already", "You approved this already.", remedy="Another person has to.")
    return (*before, person)


def approvals_needed(total_minor: int, limit_minor: int | None) -> int:
    """Return how many people have to approve: two above the limit (None: no limit)."""
    return 2 if limit_minor is not None and total_minor > limit_minor else 1
