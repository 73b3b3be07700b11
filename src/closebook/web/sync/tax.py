"""The tax check of a till: each document whose tax is not what the books reckon, by which cent and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import ActionRow
from closebook.apps.sync.services.tax_checking import connection_tax_check
from closebook.core.errors import InputError
from closebook.core.planning.tax_check import TaxFinding
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.scope import run_of
from closebook.web.sync.words import tell

_PAGE_ROWS = 50
TILLS = frozenset({"square"})
"""The connectors whose own sales tax comes into the books."""


@dataclass(frozen=True, slots=True)
class Row:
    """A finding as the page shows it; ``key`` is that of the plan's action, "" when it is not in the plan."""

    one: TaxFinding
    key: str


@company_page(Ability.SEE_SYNC)
@require_safe
def run_tax(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Show the tax differences of a till's documents, those of this plan first."""
    run = run_of(request, run_id)
    try:
        checked = connection_tax_check(run.connection)
    except InputError as error:
        tell(request, error)
        return redirect("run", request.company.pk, run.pk)
    keys = _keys(run.pk)
    rows = [Row(one, keys.get(one.ref, "")) for one in checked.findings]
    rows.sort(key=lambda row: (not row.key, row.one.day, row.one.ref))
    facts = {
        "run": run,
        "connection": run.connection,
        "sales": checked.sales,
        "page": Paginator(rows, _PAGE_ROWS).get_page(request.GET.get("page")),
        "count": len(rows),
        "apart": sum(row.one.difference_minor for row in rows),
        "in_plan": sum(bool(row.key) for row in rows),
    }
    return render(request, "web/sync/run_tax.html", facts)


def _keys(run_id: int) -> dict[str, str]:
    """Return the keys of a run's actions by the reference of the sale that they are about."""
    found = ActionRow.objects.filter(run=run_id).values_list("key", flat=True)
    return {key.partition("/")[0].rpartition(":")[2]: key for key in found}
