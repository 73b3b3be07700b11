"""Checklists by kind of service, and when a task that repeats is due again."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from closebook.core.wording import shown


@dataclass(frozen=True, slots=True)
class Checklist:
    """The points to tick off in a usual piece of work."""

    title: str
    points: tuple[str, ...]


CHECKLISTS: Mapping[str, Checklist] = {
    "calendar": Checklist(
        shown("Calendar"),
        (
            shown("Clashes in the calendar are solved or asked about."),
            shown("Everybody has an invitation with place or link, in their own time zone."),
            shown("Time to travel and to prepare is blocked."),
        ),
    ),
    "travel": Checklist(
        shown("Travel"),
        (
            shown("Dates, budget and wishes are confirmed."),
            shown("Two or three options are proposed with price and terms of cancelling."),
            shown("The booking was approved before it was paid."),
            shown("Tickets and addresses are in the calendar, receipts are in the files."),
        ),
    ),
    "purchases": Checklist(
        shown("Purchases within a limit"),
        (
            shown("The price with tax and shipping is below the limit; above it, approval came first."),
            shown("Prices of two sellers were compared."),
            shown("The receipt is in the files."),
            shown("What arrived is what was ordered."),
        ),
    ),
    "posts": Checklist(
        shown("Posts"),
        (
            shown("The text is in the voice of the company, without mistakes."),
            shown("Pictures may be used, and have a description."),
            shown("The post was approved before it was planned."),
            shown("Links lead where they should."),
            shown("Questions below it are answered within a day."),
        ),
    ),
    "research": Checklist(
        shown("Research"),
        (
            shown("The question is written down in one sentence."),
            shown("Each fact has a source and a date."),
            shown("What could not be found is said."),
            shown("The answer is on top, in a few sentences."),
        ),
    ),
    "mail": Checklist(
        shown("Customer mail"),
        (
            shown("Spam is gone, the rest is sorted."),
            shown("Every customer has an answer, or knows when one comes."),
            shown("Answers that promise money or dates were approved."),
            shown("What needs the company is listed."),
        ),
    ),
    "bookkeeping": Checklist(
        shown("Bookkeeping chores"),
        (
            shown("Every receipt is attached to its document."),
            shown("Bank lines of the period are matched or asked about."),
            shown("Overdue invoices were reminded of as agreed."),
            shown("Nothing was deleted; questions are listed."),
        ),
    ),
}
REPEATS = ("daily", "weekly", "monthly")


def next_due(due: dt.date, repeats: str) -> dt.date:
    """Return when a task that repeats daily, weekly or monthly is due again; the last of a month stays so.

    >>> next_due(dt.date(2027, 1, 31), "monthly"), next_due(dt.date(2027, 2, 28), "monthly")
    (datetime.date(2027, 2, 28), datetime.date(2027, 3, 31))
    """
    if repeats != "monthly":
        return due + dt.timedelta(days=7 if repeats == "weekly" else 1)
    first = (due.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    last = calendar.monthrange(first.year, first.month)[1]
    was_last = due.day == calendar.monthrange(due.year, due.month)[1]
    return first.replace(day=last if was_last else min(due.day, last))


def due_after(due: dt.date, repeats: str, today: dt.date) -> dt.date:
    """Return the first day after today on which a task that repeats is due."""
    while due <= today:
        due = next_due(due, repeats)
    return due
