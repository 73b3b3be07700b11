"""The start page: what the sample company shows of itself, and where programs find the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closebook import __version__
from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.statements import statement
from closebook.apps.companies.models import Company
from closebook.apps.sync.models import Run
from closebook.cli.output import money
from closebook.cli.statement import table_lines
from closebook.transport import clock

if TYPE_CHECKING:
    from closebook.core.reports.table import Table


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a statement on a page."""

    depth: int
    label: str
    amount: str
    total: bool


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the site is up, for watchers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Show the sample company, whose invented figures anybody may see; other companies need a person who signed in."""
    company = Company.objects.filter(is_sample=True).order_by("pk").first()
    context = {
        "version": __version__,
        "base_url": settings.CLOSEBOOK_BASE_URL,
        "company": company,
        "others": Company.objects.filter(is_sample=False).count(),
        **(_sample(company) if company else {}),
    }
    return render(request, "web/start.html", context)


def _sample(company: Company) -> dict[str, object]:
    run = Run.objects.filter(connection__company=company, started_at__isnull=False).order_by("-pk").first()
    books = BooksCompany.objects.get(realm_id=company.realm_id)
    last = clock.today()
    if run:
        last = run.connection.sourcefile_set.order_by("-last_day").values_list("last_day", flat=True).first() or last
    first = last.replace(year=last.year - 1)
    table = statement(books.pk, "profit-and-loss", day_from=first, day_to=last)
    return {"run": run, "table": table, "lines": _lines(table), "realm_id": company.realm_id}


def _lines(table: Table) -> list[StatementLine]:
    lines = []
    for depth, cells in table_lines(table):
        value = cells[-1].value
        amount = money(value, table.currency) if isinstance(value, int) else ""
        label = str(cells[0].value or "")
        lines.append(StatementLine(depth, label, amount, label.startswith(("Total", "Gross", "Net"))))
    return lines
