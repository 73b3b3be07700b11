"""The owner's home: how the business stands; and a plain welcome for who does not see the books."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.span import last_day
from closebook.apps.books.selectors.standing import Holdings, Standing
from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Role
from closebook.apps.companies.role_words import ROLE_WORDS
from closebook.apps.sync.models import Run
from closebook.apps.sync.selectors.connections import errors_open
from closebook.apps.sync.selectors.provenance import connections_of
from closebook.core.periods import DateRange, Month
from closebook.core.reports.fiscal import fiscal_year, previous_year
from closebook.web.books.places import address_of
from closebook.web.books.sheet import reference_day
from closebook.web.books.standing import uses_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.work.waiting import desk_waiting

_RUNS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A figure of a period beside the same days a year before, and the page that it opens."""

    title: str
    minor: int
    before_minor: int
    address: str


@dataclass(frozen=True, slots=True)
class Period:
    """A period of the home with its figures."""

    title: str
    days: DateRange
    lines: list[Line]


@company_page(Ability.SEE_COMPANY)
@require_safe
def home(request: CompanyRequest) -> HttpResponse:
    """Show how the company stands; to roles without the books, what they may do."""
    books = books_of(request.company.realm_id)
    context: dict[str, Any] = {"role": ROLE_WORDS[Role(request.role)], "desk": desk_waiting(request)}
    if Ability.SEE_BOOKS in request.abilities and books is not None:
        context |= _standing(request, books)
    if Ability.SEE_SYNC in request.abilities:
        context |= _sync(request)
    return render(request, "web/home.html", context)


def _standing(request: CompanyRequest, books: BooksCompany) -> dict[str, Any]:
    """Return the figures; all of them come from the books."""
    today = reference_day(request.company, books)
    uses, clearing = uses_of(request.company, books)
    standing = Standing(books.pk, uses)
    month = DateRange(Month.of(today).first_day, today)
    year = DateRange(fiscal_year(today, books.fiscal_year_start_month).start, today)
    return {
        "sees_books": True,
        "today": today,
        "currency": books.home_currency,
        "holdings": list(_held(request, standing.holdings(today), today, clearing)),
        "periods": [
            _period(request, standing, _("This month"), month),
            _period(request, standing, _("Year to date"), year),
        ],
        "anything": last_day(books.pk) is not None,
    }


def _held(request: CompanyRequest, held: Holdings, today: dt.date, clearing: str) -> Iterator[Line]:
    """Yield what there is, each with its page."""
    company = request.company.pk
    asked = urlencode({"period": "custom", "from": today.replace(month=1, day=1), "to": today})
    sheet = f"{reverse('statement', args=[company, 'balance-sheet'])}?{asked}"
    owed = f"{reverse('statement', args=[company, 'aged-receivables'])}?{asked}"
    way = (address_of("register", company, clearing) if clearing else "") or sheet
    yield Line(_("Payouts on their way"), held.on_its_way_minor, 0, way)
    yield Line(_("Cash"), held.cash_minor, 0, sheet)
    yield Line(_("Customers owe"), held.receivable_minor, 0, owed)


def _period(request: CompanyRequest, standing: Standing, title: str, days: DateRange) -> Period:
    now, then = standing.flow(days), standing.flow(previous_year(days.start, days.end))
    asked = urlencode({"period": "custom", "from": days.start, "to": days.end, "compare": "previous-year"})
    page = f"{reverse('statement', args=[request.company.pk, 'profit-and-loss'])}?{asked}"
    figures = (
        (_("Sales"), now.sales_minor, then.sales_minor),
        (_("Refunds"), now.refunds_minor, then.refunds_minor),
        (_("Fees"), now.fees_minor, then.fees_minor),
        (_("Net income"), now.net_minor, then.net_minor),
    )
    return Period(title, days, [Line(*figure, page) for figure in figures])


def _sync(request: CompanyRequest) -> dict[str, Any]:
    """Return what waits for somebody, and the last runs."""
    connections = connections_of(request.company.pk)
    runs = Run.objects.filter(connection__company=request.company).select_related("connection")
    waiting = [
        {"title": _("Errors"), "count": errors_open(connections, held=False).count(), "page": "errors"},
        {"title": _("Holds"), "count": errors_open(connections, held=True).count(), "page": "holds"},
    ]
    for one in waiting:
        one["address"] = address_of(str(one["page"]), request.company.pk)
    return {
        "sees_sync": True,
        "connections": connections,
        "waiting": waiting,
        "runs": [
            (run, address_of("run", request.company.pk, run.pk)) for run in runs.order_by("-pk")[:_RUNS]
        ],
    }
