"""Dealers with their sales of twelve months and the twelve before, how late they pay, and proposed grades."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Max, QuerySet, Sum

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import BooksCompany, Record, RecordLink
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.directory import whole_list
from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Customer, GradeChange, Opportunity
from closebook.apps.selling.selectors.from_books import Ledger
from closebook.apps.selling.selectors.in_books import parties_of
from closebook.core.selling.dealers import Dealer, Grade, grades

YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class DealerRow:
    """A dealer, in minor units of the home currency; ``days_late`` is None when no invoice tells.

    ``grade`` is what the figures propose, ``change`` the latest decision.
    """

    customer: Customer
    sales_minor: int
    before_minor: int
    days_late: int | None
    grade: Grade
    change: GradeChange | None

    @property
    def agrees(self) -> bool:
        """Tell whether the grade is the proposed one."""
        return self.customer.grade == self.grade.grade

    @property
    def percent(self) -> int | None:
        """Return the change of sales in whole percent, None where nothing was sold before."""
        if self.before_minor <= 0:
            return None
        difference = self.sales_minor - self.before_minor
        return (200 * difference + self.before_minor) // (2 * self.before_minor)


def dealers_of(company: Company, on: dt.date) -> list[DealerRow]:
    """Return all dealers of a company, most sales first, with the grades that twelve months propose."""
    rows = list(Customer.objects.filter(company=company, kind="dealer").order_by("name", "pk"))
    if not rows:
        return []
    now, before, late = _figures(company, on)
    given = [Dealer(str(one.pk), now.get(one.pk, 0), late.get(one.pk, 0), one.scores) for one in rows]
    proposed = {one.name: one for one in grades(given)}
    changes = GradeChange.objects.filter(company=company, customer__in=rows).order_by("pk")
    latest = {one.customer_id: one for one in changes}
    found = [
        DealerRow(
            one, now.get(one.pk, 0), before.get(one.pk, 0), late.get(one.pk), proposed[str(one.pk)],
            latest.get(one.pk),
        )
        for one in rows
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row.sales_minor, row.customer.name, row.customer.pk))


def _figures(company: Company, on: dt.date) -> tuple[Mapping[int, int], Mapping[int, int], Mapping[int, int]]:
    """Return sales by customer of the last twelve months and of those before, and the mean of days late."""
    books = books_of(company.realm_id) if company.embedded else None
    start, earlier = on - YEAR + dt.timedelta(days=1), on - 2 * YEAR + dt.timedelta(days=1)
    end = start - dt.timedelta(days=1)
    if books is not None:
        parties = parties_of(company.pk)
        ledger = Ledger(books, parties)
        now, before = ledger.by_customer(start, on), ledger.by_customer(earlier, end)
        if now or before:
            return now, before, _days_late(books, parties, start, on)
    return _won(company, start, on), _won(company, earlier, end), {}


def _won(company: Company, start: dt.date, end: dt.date) -> dict[int, int]:
    rows = Opportunity.objects.filter(
        company=company, state="won", decided_on__range=(start, end), currency=company.home_currency
    ).exclude(customer=None)
    return dict(rows.order_by().values_list("customer").annotate(sum=Sum("came_minor")))


def _days_late(
    books: BooksCompany, parties: Mapping[str, Customer], start: dt.date, on: dt.date
) -> dict[int, int]:
    """Return by dealer the mean of days late over the invoices of a period that were paid or are due."""
    known = whole_list(books.pk, "Customer")
    dealers = {
        key: parties[one.wire_id].pk
        for key, one in known.items()
        if one.wire_id in parties and parties[one.wire_id].kind == "dealer"
    }
    days: dict[int, list[int]] = defaultdict(list)
    for party, late in _lateness(books, dealers, start, on):
        days[dealers[party]].append(late)
    return {pk: (2 * sum(each) + len(each)) // (2 * len(each)) for pk, each in days.items()}


def _lateness(
    books: BooksCompany, parties: Collection[int], start: dt.date, on: dt.date
) -> list[tuple[int, int]]:
    invoices = Record.objects.using(BOOKS).filter(
        company=books, entity="Invoice", deleted_at=None, party__in=parties, txn_date__range=(start, on)
    )
    paid = RecordLink.objects.using(BOOKS).filter(
        company=books, target__in=invoices, source__deleted_at=None, source__entity="Payment"
    )
    last = dict(paid.order_by().values_list("target").annotate(day=Max("source__txn_date")))
    found = []
    for pk, party, due, left in invoices.values_list("pk", "party", "due_date", "balance_minor"):
        day = on if left else last.get(pk)
        if party and day and due and (not left or due < on):
            found.append((party, max((day - due).days, 0)))
    return found


def grade_counts(rows: Collection[DealerRow], company: Company, on: dt.date) -> list[tuple[str, int, int]]:
    """Return (grade, dealers now, dealers a year ago) for each grade and for those without one."""
    ago = Counter(grades_on(Customer.objects.filter(company=company, kind="dealer"), on - YEAR).values())
    now = Counter(row.customer.grade for row in rows)
    return [(grade, now[grade], ago[grade]) for grade in ("A", "B", "C", "")]


def grades_on(customers: QuerySet[Customer], day: dt.date) -> dict[str, str]:
    """Return the grades that customers had at the end of a day by their keys; "" is none.

    Before the first change that was kept a grade was what that change found.
    """
    rows = list(customers.values_list("pk", "key", "grade"))
    later = GradeChange.objects.filter(customer__in=[pk for pk, _key, _grade in rows], day__gt=day)
    first = {one.customer_id: one.before for one in later.order_by("-day", "-pk")}
    return {key: first.get(pk, grade) for pk, key, grade in rows}
