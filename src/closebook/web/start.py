"""The page at the root: what the sample company shows of itself, and where programs find the protocol."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.statements import statement
from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Run
from closebook.core.money import format_grouped
from closebook.core.periods import Month
from closebook.core.reports.output import reading_lines
from closebook.core.reports.table import Table
from closebook.transport import clock
from closebook.web.books.spoken import spoken
from closebook.web.frame.access import company_of_choice, public
from closebook.web.people.welcome import may_welcome

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement on a page; ``amounts`` are texts, the last one that of the whole period."""

    depth: int
    label: str
    amounts: tuple[str, ...]
    total: bool


@public
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the site is up, for watchers."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead people to the company where they worked last; show others the sample, whose figures are invented.

    While nobody has ever signed in, a person at the machine itself is offered to make the owner.
    """
    if request.user.is_authenticated:
        membership = company_of_choice(request)  # type: ignore[arg-type]  # a PersonRequest
        if membership is not None:
            return redirect("home", membership.company_id)
    company = Company.objects.filter(is_sample=True).order_by("pk").first()
    context = {
        "first_run": may_welcome(request),
        "base_url": settings.CLOSEBOOK_BASE_URL,
        "sample": company,
        "others": Company.objects.filter(is_sample=False).count(),
        **(_sample(company) if company else {}),
    }
    return render(request, "web/start.html", context)


def _sample(company: Company) -> dict[str, object]:
    run = Run.objects.filter(connection__company=company, started_at__isnull=False).order_by("-pk").first()
    books = BooksCompany.objects.get(realm_id=company.realm_id)
    first, last = year_up_to(_last_day(run))
    table = spoken(statement(books.pk, "profit-and-loss", day_from=first, day_to=last, by="quarter"))
    return {
        "run": run,
        "table": table,
        "heads": [column.title for column in table.columns[1:]],
        "lines": list(_lines(table)),
        "realm_id": company.realm_id,
    }


def year_up_to(day: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the twelve months that end with a day's month.

    >>> year_up_to(dt.date(2024, 2, 29))
    (datetime.date(2023, 3, 1), datetime.date(2024, 2, 29))
    """
    month = Month.of(day)
    return month.shift(1 - _MONTHS).first_day, month.last_day


def _last_day(run: Run | None) -> dt.date:
    """Return the last day that the run's files speak of, today when there is none."""
    files = run.connection.sourcefile_set.exclude(last_day=None) if run else None
    latest = files.order_by("-last_day").first() if files is not None else None
    return latest.last_day if latest and latest.last_day else clock.today()


def _lines(table: Table) -> Iterator[StatementLine]:
    for depth, cells in reading_lines(table):
        amounts = [
            format_grouped(cell.value, table.currency) if isinstance(cell.value, int) else ""
            for cell in cells[1:]
        ]
        label = str(cells[0].value or "")
        yield StatementLine(depth, label, tuple(amounts), label.startswith(("Total", "Gross", "Net")))
