"""What was sold, by day or month, for targets: net sales of the embedded books, or opportunities won."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet, Sum

from closebook.apps.books.selectors.companies import books_of
from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Opportunity
from closebook.apps.selling.selectors.from_books import Ledger
from closebook.apps.selling.selectors.in_books import parties_of
from closebook.core.periods import DateRange, Month
from closebook.core.selling.identities import shared
from closebook.core.selling.summary.gathered import Sale

BOOKS, DEALS = "books", "deals"


@dataclass(frozen=True, slots=True)
class Sold:
    """What came in on a day, or in the month that begins on it, in minor units; "" is nobody's."""

    day: dt.date
    minor: int
    region: str = ""
    person: str = ""
    customer: str = ""


class Actuals:
    """Reads what a company sold, in its home currency, from one source."""

    def __init__(self, company: Company, source: str = "", *, customers: bool = True) -> None:
        """Keep the company; without a wish the source is the books where they hold sales.

        Without ``customers`` won opportunities are added up over them.
        """
        self._company, self._wish, self._customers = company, source, customers

    @cached_property
    def _ledger(self) -> Ledger | None:
        books = books_of(self._company.realm_id) if self._company.embedded else None
        if books is None:
            return None
        return Ledger(books, parties_of(self._company.pk))

    def source(self, start: dt.date, end: dt.date) -> str:
        """Return books or deals: what was asked for, else the books if they hold sales of these days."""
        if self._ledger is None:
            return DEALS
        if self._wish in (BOOKS, DEALS):
            return self._wish
        return BOOKS if self._ledger.total(start, end) else DEALS

    def months(self, start: dt.date, end: dt.date, source: str) -> list[Sold]:
        """Return what came in by month; of the books or of won opportunities."""
        if source == BOOKS and self._ledger is not None:
            return list(_of_sales(self._ledger.sales(start, end)))
        return list(self._won(start, end, by_month=True))

    def days(self, start: dt.date, end: dt.date, source: str) -> list[Sold]:
        """Return what came in by day."""
        if source == BOOKS and self._ledger is not None:
            return [
                Sold(day, sale.minor, sale.region, sale.person, sale.customer)
                for day, sale in self._ledger.sales_by_day(start, end)
            ]
        return list(self._won(start, end, by_month=False))

    def left_out(self, start: dt.date, end: dt.date) -> int:
        """Return how many won opportunities are in other currencies and so are not counted."""
        won = Opportunity.objects.filter(company=self._company, state="won", decided_on__range=(start, end))
        return won.exclude(currency=self._company.home_currency).count()

    def _won(self, start: dt.date, end: dt.date, *, by_month: bool) -> Iterator[Sold]:
        rows = Opportunity.objects.filter(
            company=self._company,
            state="won",
            decided_on__range=(start, end),
            currency=self._company.home_currency,
        )
        names = ("customer__region", "owner", *(["customer__name"] if self._customers else []))
        whole = rows.filter(shares=[]).order_by()
        yield from _by_month(whole, names, start, end) if by_month else _by_day(whole, names)
        for one in rows.exclude(shares=[]).select_related("customer"):
            day = one.decided_on or start
            place = (one.customer.region, one.customer.name) if one.customer else ("", "")
            for person, minor in shared(one.came_minor, [(name, part) for name, part in one.shares]):
                yield Sold(day.replace(day=1) if by_month else day, minor, place[0], person, place[1])


def _of_sales(sales: Iterable[Sale]) -> Iterator[Sold]:
    for one in sales:
        yield Sold(Month.parse(one.month).first_day, one.minor, one.region, one.person, one.customer)


def _by_month(
    rows: QuerySet[Opportunity], names: Sequence[str], start: dt.date, end: dt.date
) -> Iterator[Sold]:
    """Yield the sums of whole months by one question, with a column for each month."""
    months = [month.first_day for month in DateRange(start, end).months()]
    sums = {
        f"m{n}": Sum("came_minor", filter=Q(decided_on__range=(day, Month.of(day).last_day)))
        for n, day in enumerate(months)
    }
    for row in rows.values_list(*names).annotate(**sums):
        whose = _names(*row[: len(names)])
        yield from (
            Sold(day, minor, *whose) for day, minor in zip(months, row[len(names) :], strict=True) if minor
        )


def _by_day(rows: QuerySet[Opportunity], names: Sequence[str]) -> Iterator[Sold]:
    for row in rows.values_list("decided_on", *names).annotate(sum=Sum("came_minor")):
        day, *whose, minor = row
        yield Sold(day, minor, *_names(*whose))


def _names(region: str | None, person: str, customer: str | None = "") -> tuple[str, str, str]:
    return region or "", person, customer or ""
