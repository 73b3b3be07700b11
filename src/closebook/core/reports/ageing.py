"""What is open on receivable and payable accounts on a day, and how long it is overdue.

Each document counts with what it posted to the receivable or payable accounts less what was applied to it
up to that day; a payment counts, negative, with what it has not been applied to. So the sum is always the
ledger account's balance. Source: QuickBooks Online reports, AgedReceivables and AgedPayables: by due date
against the report's day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from closebook.core.money import divide_half_up
from closebook.core.reports.cash_basis import Application, Document

BUCKET_DAYS = 30
BUCKETS = 4


@dataclass(slots=True)
class OpenItem:
    """A document's share of the balance: ``size_minor`` is all of it, ``open_minor`` what is left; owed is
    positive.
    """

    record: int
    counterparty: int
    day: dt.date
    size_minor: int
    open_minor: int
    base: int  # the size in the document's own currency, not negative
    used: int = 0


def _item(document: Document, sign: int) -> OpenItem:
    size = sign * sum(one.amount_minor for one in document.postings)
    base = abs(sum(one.foreign_minor or one.amount_minor for one in document.postings))
    counterparty = document.postings[0].counterparty or 0
    return OpenItem(document.record, counterparty, document.day, size, size, base)


def _apply(items: dict[int, OpenItem], application: Application) -> None:
    target, source = items.get(application.target), items.get(application.source)
    if target is None or not target.base:
        return
    before = divide_half_up(target.size_minor * target.used, target.base)
    target.used = min(target.used + application.amount_minor, target.base)
    part = divide_half_up(target.size_minor * target.used, target.base) - before
    target.open_minor -= part
    if source is not None:
        source.open_minor += part


def open_items(
    documents: Iterable[Document], applications: Iterable[Application], *, payable: bool
) -> list[OpenItem]:
    """Return what is open, given the postings on the receivable (or payable) accounts and what was applied
    by then.
    """
    sign = -1 if payable else 1
    items = {document.record: _item(document, sign) for document in documents if document.postings}
    for application in applications:
        if application.payable is payable:
            _apply(items, application)
    return [item for item in items.values() if item.open_minor]


def bucket_titles(days: int = BUCKET_DAYS, count: int = BUCKETS) -> list[str]:
    """Return the titles of the age classes.

    >>> bucket_titles()
    ['Current', '1 - 30', '31 - 60', '61 - 90', '91 and over']
    """
    ranges = [f"{index * days + 1} - {(index + 1) * days}" for index in range(count - 1)]
    return ["Current", *ranges, f"{(count - 1) * days + 1} and over"]


def bucket_of(due: dt.date, as_of: dt.date, days: int = BUCKET_DAYS, count: int = BUCKETS) -> int:
    """Return the number of the age class: 0 is not overdue.

    >>> [bucket_of(dt.date(2026, 3, day), dt.date(2026, 3, 31)) for day in (31, 30, 1)]
    [0, 1, 1]
    """
    overdue = (as_of - due).days
    return 0 if overdue <= 0 else min((overdue - 1) // days + 1, count)


def bucketed(items: Iterable[tuple[int, int, int]], count: int = BUCKETS) -> dict[int, list[int]]:
    """Return per name the amounts of each age class and their sum, from (name, age class, amount)."""
    found: dict[int, list[int]] = {}
    for name, bucket, amount in items:
        values = found.setdefault(name, [0] * (count + 2))
        values[bucket] += amount
        values[-1] += amount
    return found


def detail_titles(days: int = BUCKET_DAYS, count: int = BUCKETS) -> Sequence[str]:
    """Return the headings of the age classes in detail, oldest first, with their numbers' order reversed.

    >>> detail_titles()[0], detail_titles()[-1]
    ('91 or more days past due', 'Current')
    """
    ranges = [f"{index * days + 1} - {(index + 1) * days} days past due" for index in range(count - 1)]
    return [f"{(count - 1) * days + 1} or more days past due", *reversed(ranges), "Current"]
