"""From reckoned time to money: proposals, rulings, timesheets, corrections, bills and milestones.

Nothing is deducted by itself: idle and poor time become proposals, the assistant answers first, a person
rules, and silence pays. What was approved never changes; a correction is a line of its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from closebook.core.errors import ConflictError, InputError, InvariantError
from closebook.core.money import Money, divide_half_up
from closebook.core.workforce.days import split_days
from closebook.core.workforce.minutes import Rounding, rounded_rows
from closebook.core.workforce.rates import RateTerm, amount_of, rate_on
from closebook.core.workforce.reckoning import Class, Reason, Segment, TimerRun

PROPOSED = frozenset({Class.IDLE, Class.POOR})
ASKED = frozenset({Class.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A deduction to be answered: segments of one day, class, reason and rule; ``key`` is the same whenever
    the same segments are reckoned again. ``asks``: no deduction, only the question what the time was.
    """

    key: str
    day: dt.date
    cls: Class
    reason: Reason
    rule: str
    about: str
    segments: tuple[Segment, ...]
    asks: bool = False

    @property
    def length(self) -> int:
        """Return its length in ms."""
        return sum(segment.length for segment in self.segments)


def proposals_of(segments: Iterable[Segment], zone: str) -> list[Proposal]:
    """Return the proposals and questions of reckoned time, one per day, class, reason, rule and site.

    ``zone`` is the assistant's.
    """
    grouped: dict[tuple[dt.date, Class, Reason, str, str], list[Segment]] = {}
    for day, part in split_days(segments, zone):
        if part.cls in PROPOSED | ASKED and part.reason is not Reason.BREAK:
            grouped.setdefault((day, part.cls, part.reason, part.rule, part.about), []).append(part)
    return [
        Proposal(_key_of(parts), *group, tuple(parts), group[1] in ASKED)
        for group, parts in sorted(grouped.items())
    ]


def _key_of(parts: Iterable[Segment]) -> str:
    text = "\n".join(f"{p.timer} {p.start} {p.end} {p.cls} {p.reason} {p.rule} {p.about}" for p in parts)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def pays(cls: Class, reason: Reason, *, approved: bool, ruling: str = "") -> bool:
    """Tell whether time of a class is paid.

    ``approved`` is for entered time; ``ruling`` is that on its proposal: ``kept`` (the deduction stands),
    ``dropped``, or "" while there is none. Without a ruling it is paid: silence pays. A break that the
    assistant declared is not paid.
    """
    if reason is Reason.BREAK:
        return False
    if cls is Class.MANUAL:
        return approved or reason is Reason.CLAIMED
    return not (cls in PROPOSED and ruling == "kept")


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line of a timesheet: whole minutes of a task on a day at a rate. ``corrects`` is the line that a
    correction speaks of, ``why`` its reason; its minutes and amount may be negative. ``books_day`` is the
    day on which the company's clocks had it, None for the same day.
    """

    day: dt.date
    task: str
    kind: str
    minutes: int
    hourly: Money
    amount: Money
    corrects: str = ""
    why: str = ""
    books_day: dt.date | None = None

    @property
    def key(self) -> str:
        """Return what names the line in its timesheet."""
        return line_key(self.day, self.task, self.kind, self.hourly.amount_minor, self.books_day)


def line_key(day: dt.date, task: str, kind: str, hourly_minor: int, books_day: dt.date | None) -> str:
    """Return what names a line in its timesheet; ``books_day`` is None where it is the day itself."""
    return f"{day} {task} {kind} {hourly_minor}{f' {books_day}' if books_day else ''}"


@dataclass(frozen=True, slots=True)
class Paid:
    """Paid time in ms of a task on a day; ``books_day`` is that of the company's clocks, None if the same."""

    day: dt.date
    task: str
    kind: str
    ms: int
    books_day: dt.date | None = None


def paid_time(
    segments: Iterable[Segment],
    timers: Iterable[TimerRun],
    zone: str,
    rulings: Mapping[str, str] | None = None,
    approved: frozenset[str] = frozenset(),
    books_zone: str = "",
) -> list[Paid]:
    """Return the paid time per day of the assistant's zone, task and kind, cut at the midnights of the
    company's ``books_zone`` too where one is given.

    ``rulings`` are kept or dropped by the proposal's key; ``approved`` are the entered times that count.
    """
    parts = list(segments)
    known = {timer.id: timer for timer in timers}
    kept = {
        (part.timer, part.start)
        for proposal in proposals_of(parts, zone)
        if (rulings or {}).get(proposal.key) == "kept" and not proposal.asks
        for part in proposal.segments
    }
    sums: dict[tuple[dt.date, str, str, dt.date], int] = {}
    for day, part in split_days(parts, zone):
        timer = known[part.timer]
        ruling = "kept" if (part.timer, part.start) in kept else ""
        if pays(part.cls, part.reason, approved=part.timer in approved, ruling=ruling):
            for books_day, piece in split_days([part], books_zone) if books_zone else [(day, part)]:
                key = (day, timer.task, timer.kind, books_day)
                sums[key] = sums.get(key, 0) + piece.length
    return [
        Paid(day, task, kind, ms, books_day if books_day != day else None)
        for (day, task, kind, books_day), ms in sorted(sums.items())
    ]


def sheet_lines(
    paid: Sequence[Paid], terms: Sequence[RateTerm], contract: str, rounding: Rounding
) -> list[SheetLine]:
    """Return the lines of a timesheet: minutes that add up to the rounded whole, amounts half up per line.

    Raises InputError where no rate is valid.
    """
    minutes = rounded_rows([each.ms for each in paid], rounding)
    found = []
    for each, whole in zip(paid, minutes, strict=True):
        hourly = rate_on(terms, contract, each.kind, each.day).hourly
        amount = amount_of(whole, hourly)
        found.append(
            SheetLine(each.day, each.task, each.kind, whole, hourly, amount, books_day=each.books_day)
        )
    return found


def correction(line: SheetLine, minutes: int, why: str) -> SheetLine:
    """Return the line that brings an approved line to so many minutes: the difference, at the line's rate.

    Raises InputError without a reason or a difference.
    """
    if not why.strip():
        raise InputError("reason-missing", "This needs a reason.", remedy="Write a few words.")
    if minutes == line.minutes or minutes < 0:
        raise InputError("nothing-to-correct", "That is no correction.", remedy="Give other minutes.")
    amount = amount_of(minutes, line.hourly) - line.amount
    more = minutes - line.minutes
    return replace(line, minutes=more, amount=amount, corrects=line.key, why=why.strip())


@dataclass(frozen=True, slots=True)
class Milestone:
    """A fixed amount of a contract and how much of it was released."""

    id: str
    amount: Money
    released: Money


def released(milestone: Milestone, more: Money) -> Milestone:
    """Return a milestone of which more was released; InputError for more than its amount."""
    whole = milestone.released + more
    if more.amount_minor <= 0 or whole.amount_minor > milestone.amount.amount_minor:
        raise InputError(
            "more-than-milestone", "A milestone cannot release more than its amount.", remedy="Give less."
        )
    return Milestone(milestone.id, milestone.amount, whole)


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of a bill with where it comes from: timesheet lines or a milestone."""

    source: str
    text: str
    minutes: int
    amount: Money


@dataclass(frozen=True, slots=True)
class Bill:
    """What is owed to an assistant or an agency for a period: the sum of its lines."""

    number: str
    payee: str
    lines: tuple[BillLine, ...]
    total: Money


def bill_of(
    number: str,
    payee: str,
    currency: str,
    lines: Iterable[SheetLine],
    milestones: Iterable[Milestone] = (),
) -> Bill:
    """Return the bill of approved timesheet lines and released milestones; one line per kind and rate.

    A line's amount is the sum of its timesheet lines, so that the bill is what was approved, to the cent.
    Raises ConflictError for another currency.
    """
    kinds: dict[tuple[str, int], list[SheetLine]] = {}
    for line in lines:
        kinds.setdefault((line.kind, line.hourly.amount_minor), []).append(line)
        _same(line.amount, currency)
    found = [
        BillLine(
            "timesheet",
            kind,
            sum(e.minutes for e in own),
            Money(sum(e.amount.amount_minor for e in own), currency),
        )
        for (kind, _), own in sorted(kinds.items())
    ]
    for milestone in milestones:
        _same(milestone.released, currency)
        found.append(BillLine("milestone", milestone.id, 0, milestone.released))
    total = Money(sum(line.amount.amount_minor for line in found), currency)
    return Bill(number, payee, tuple(found), total)


def _same(amount: Money, currency: str) -> None:
    if amount.currency != currency:
        raise ConflictError(
            "bill-currencies", "A bill is in one currency.", remedy="Make one bill for each currency."
        )


def bill_state(total_minor: int, paid_minor: int, state: str) -> str:
    """Return the state of a bill after payments: paid, partly paid, or what it was.

    Raises InvariantError when more was paid than is owed.
    """
    if paid_minor > total_minor:
        raise InvariantError("paid-more-than-owed", f"{paid_minor} was paid on a bill of {total_minor}.")
    if paid_minor == total_minor:
        return "paid"
    return "partly_paid" if paid_minor else state


@dataclass(frozen=True, slots=True)
class Split:
    """What an agency and its person get of a bill."""

    person: Money
    agency: Money


def agency_split(total: Money, margin_bp: int) -> Split:
    """Return the parts of a bill whose total holds the agency's margin (basis points on the person's pay).

    >>> agency_split(Money(12000, "USD"), 2000).person
    Money(amount_minor=10000, currency='USD')
    """
    person = divide_half_up(total.amount_minor * 10_000, 10_000 + margin_bp)
    return Split(Money(person, total.currency), Money(total.amount_minor - person, total.currency))
