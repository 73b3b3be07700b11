"""Following up: after a refusal, in regular visits, on hot prospects, quotations and promises; the day's
list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.errors import InputError

SECOND_DAYS = 5
MOST_REFUSALS = 3
REST_DAYS = 90
INTERVALS: Mapping[str, int] = {"A": 14, "B": 30, "C": 90}
QUOTE_DAYS = (3, 7, 14)


class Rule(StrEnum):
    """Why a follow-up is due; in the order of the day's list."""

    HOT = "hot_prospect"
    REFUSED = "second_after_refusal"
    PROMISE = "promise"
    COMPLAINT = "complaint"
    QUESTION = "question"
    QUOTE = "quote"
    PAYMENT = "payment"
    REVISIT = "revisit"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something due with a customer; ``due`` None is due at once. ``key`` names it for who closes it."""

    rule: Rule
    customer: str
    person: str
    due: dt.date | None
    about: str = ""
    key: str = ""

    def late_days(self, on: dt.date) -> int:
        """Return how many days it is overdue; 0 when it is not."""
        return max((on - self.due).days, 0) if self.due else 0


def working_day_after(day: dt.date, count: int, free: Collection[dt.date] = ()) -> dt.date:
    """Return the day that lies so many working days later; ``free`` are days off beside weekends.

    >>> working_day_after(dt.date(2026, 1, 2), 5)
    datetime.date(2026, 1, 9)
    """
    while count > 0:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5 and day not in free
    return day


@dataclass(frozen=True, slots=True)
class Contact:
    """A real contact with a customer: a visit, call, meeting, mail that was answered."""

    customer: str
    person: str
    day: dt.date
    outcome: str = ""


def after_refusals(
    contacts: Sequence[Contact], days: int = SECOND_DAYS, free: Collection[dt.date] = ()
) -> FollowUp | None:
    """Return what is due with a customer whose last contact was a refusal; None when it was not.

    After the third refusal in a row the prospect rests, and is visited again after ninety days.
    """
    ordered = sorted(contacts, key=lambda one: one.day)
    if not ordered or ordered[-1].outcome != "refused":
        return None
    last, row = ordered[-1], 0
    for contact in reversed(ordered):
        if contact.outcome != "refused":
            break
        row += 1
    if row >= MOST_REFUSALS:
        rest = last.day + dt.timedelta(days=REST_DAYS)
        return FollowUp(Rule.REVISIT, last.customer, last.person, rest, "rest")
    due = working_day_after(last.day, days, free)
    return FollowUp(Rule.REFUSED, last.customer, last.person, due, str(row + 1))


def followed(
    contacts: Sequence[Contact], days: int = SECOND_DAYS, free: Collection[dt.date] = ()
) -> tuple[int, int]:
    """Return (refusals with a further contact within the days, refusals) of all customers."""
    by_customer: dict[str, list[Contact]] = {}
    for contact in sorted(contacts, key=lambda one: one.day):
        by_customer.setdefault(contact.customer, []).append(contact)
    done = refusals = 0
    for row in by_customer.values():
        for at, contact in enumerate(row):
            if contact.outcome == "refused":
                refusals += 1
                limit = working_day_after(contact.day, days, free)
                done += any(later.day <= limit for later in row[at + 1 :])
    return done, refusals


def revisit(
    customer: str,
    person: str,
    grade: str,
    last_contact: dt.date | None,
    own_interval: int | None = None,
    intervals: Mapping[str, int] = INTERVALS,
) -> FollowUp | None:
    """Return the next regular visit, counted from the last real contact; None for a grade without interval.

    A customer who was never seen is due at once.
    """
    days = own_interval or intervals.get(grade)
    if not days:
        return None
    due = last_contact + dt.timedelta(days=days) if last_contact else None
    return FollowUp(Rule.REVISIT, customer, person, due)


def revisits_kept(
    contacts: Sequence[dt.date], interval_days: int, start: dt.date, end: dt.date
) -> tuple[int, int]:
    """Return (regular visits made in time, regular visits due from start to end) of one customer.

    A visit is due an interval after the last contact it counts from; of the contacts until then the last one
    counts. After a missed one it runs from the next contact.

    >>> days = [dt.date(2025, 1, 1), dt.date(2025, 1, 10), dt.date(2025, 2, 20)]
    >>> revisits_kept(days, 14, dt.date(2025, 1, 1), dt.date(2025, 2, 28))
    (1, 2)
    """
    days, done, due = sorted(set(contacts)), 0, 0
    base = days[0] if days else None
    while base is not None:
        limit = base + dt.timedelta(days=interval_days)
        if limit > end:
            break
        later = [day for day in days if day > base]
        kept = [day for day in later if day <= limit]
        due += limit >= start
        done += limit >= start and bool(kept)
        base = kept[-1] if kept else next(iter(later), None)
    return done, due


def hot(customer: str, person: str, next_step: dt.date | None) -> FollowUp:
    """Return what a prospect of strong interest needs: its next step, or one at once when none is dated."""
    return FollowUp(Rule.HOT, customer, person, next_step, "" if next_step else "no-next-step")


def quotation(
    customer: str, person: str, sent: dt.date, contacts_since: int, days: Sequence[int] = QUOTE_DAYS
) -> FollowUp | None:
    """Return the next follow-up of a quotation; None once all were made."""
    if contacts_since >= len(days):
        return None
    return FollowUp(Rule.QUOTE, customer, person, sent + dt.timedelta(days=days[contacts_since]))


def day_list(items: Iterable[FollowUp], on: dt.date) -> list[FollowUp]:
    """Return what is due by a day: hot prospects without a next step first, then the most overdue."""
    order = list(Rule)
    due = [item for item in items if item.due is None or item.due <= on]
    return sorted(
        due,
        key=lambda item: (
            item.about != "no-next-step",
            -item.late_days(on),
            order.index(item.rule),
            item.customer,
        ),
    )


def closed(item: FollowUp, *, done: bool, reason: str = "") -> FollowUp:
    """Return the follow-up that is closed. InputError selling-follow-up unless it was done or a reason is
    given.
    """
    if not done and not reason.strip():
        raise InputError(
            "selling-follow-up", "A follow-up is closed by doing it.", remedy="Or type why it is dropped."
        )
    return item
