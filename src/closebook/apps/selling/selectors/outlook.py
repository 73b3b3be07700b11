"""Reading the kept forecast: its rows, the open opportunities behind each, and what was judged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from closebook.apps.companies.models import Company
from closebook.apps.selling.models import Judgement, Opportunity
from closebook.apps.selling.selectors.plan import in_force
from closebook.apps.selling.selectors.sold import Actuals
from closebook.core.money import divide_half_up
from closebook.core.periods import DateRange
from closebook.core.selling.forecast import WHOLE
from closebook.core.selling.outlook import ALL, Deal, Row

Facts = Mapping[str, Any]


def rows_kept(facts: Facts, owner: str) -> dict[str, Row]:
    """Return somebody's rows by what they are of, "" for the company's."""
    return {what: Row(*numbers) for whose, what, *numbers in facts.get("rows", ()) if whose == owner}


def people_kept(facts: Facts) -> list[tuple[str, Row]]:
    """Return each salesperson's row of all, the largest first."""
    found = [
        (whose, Row(*numbers)) for whose, what, *numbers in facts.get("rows", ()) if whose and what == ALL
    ]
    return sorted(found, key=lambda pair: (-pair[1].expected_minor, pair[0]))


def spans_of(facts: Facts) -> dict[str, DateRange]:
    """Return the days of each row of a span: what is left of this month, the months after, and all."""
    start, ends = dt.date.fromisoformat(facts["on"]), [dt.date.fromisoformat(end) for end in facts["ends"]]
    starts = [start, *(end + dt.timedelta(days=1) for end in ends[:-1])]
    found = {str(n): DateRange(*pair) for n, pair in enumerate(zip(starts, ends, strict=True))}
    return found | {ALL: DateRange(start, ends[-1])}


@dataclass(frozen=True, slots=True)
class Behind:
    """An open opportunity behind a number: its value, its chance in millionths, and what it adds."""

    pk: int
    value_minor: int
    millionths: int

    @property
    def adds_minor(self) -> int:
        """Return value times chance, not corrected."""
        return divide_half_up(self.value_minor * self.millionths, WHOLE)


def behind(facts: Facts, what: str, rows: QuerySet[Opportunity]) -> list[Behind]:
    """Return the opportunities behind a number, those that add most first."""
    chances, place = facts.get("deals", {}), int(what) if what.isdigit() else None
    found = [
        Behind(pk, value, Deal(value, tuple(by_end)).within(place))
        for pk, value in rows.order_by().values_list("pk", "value_minor")
        if (by_end := chances.get(str(pk)))
    ]
    return sorted(found, key=lambda one: (-one.value_minor * one.millionths, -one.millionths, one.pk))


def with_rows(found: Sequence[Behind], rows: QuerySet[Opportunity]) -> list[tuple[Behind, Opportunity]]:
    """Return some of them with their opportunities, in the same order."""
    known = rows.in_bulk([one.pk for one in found])
    return [(one, known[one.pk]) for one in found if one.pk in known]


@dataclass(frozen=True, slots=True)
class Open:
    """What is open: how many opportunities and their value; ``unvalued`` have none."""

    count: int
    value_minor: int
    unvalued: int


def open_of(rows: Any, currency: str) -> Open:
    """Return what is open of some opportunities in a currency."""
    found = rows.filter(state="open", currency=currency).order_by()
    sums = found.aggregate(count=Count("pk"), value=Sum("value_minor"))
    return Open(sums["count"], sums["value"] or 0, found.filter(value_minor=0).count())


def target_left(company: Company, targets: Any, year: int) -> int | None:
    """Return what is left of the company's certain target of a year; None without a target in force."""
    one = in_force(targets.filter(year=year, kind="company", level="certain", state="agreed"))
    if one is None:
        return None
    actuals, start, end = Actuals(company, customers=False), dt.date(year, 1, 1), dt.date(year, 12, 31)
    came = sum(sold.minor for sold in actuals.months(start, end, actuals.source(start, end)))
    return max(one.amount_minor - came, 0)


def judgements_of(company: Company) -> list[Judgement]:
    """Return what was judged, the newest first; at most two hundred."""
    return list(Judgement.objects.filter(company=company).order_by("-made_at", "-pk")[:200])
