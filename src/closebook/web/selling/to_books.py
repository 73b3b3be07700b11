"""From an opportunity into the books: planned on the click, shown as a plan, and how it stands since."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import AnnualReport, Opportunity
from closebook.apps.selling.selectors.in_books import ENTITY, ESTIMATE, in_books, refuse_unfit
from closebook.apps.selling.services.to_books import deal_fields, deals_plan
from closebook.core.errors import HeldError, InputError, RemoteError
from closebook.web.books.kinds import document_address
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.selling.scope import opportunity_seen
from closebook.web.sync.words import tell


def standing_of(request: CompanyRequest, found: Opportunity) -> dict[str, Any]:
    """Return how an opportunity stands in the books, for its page."""
    stands = in_books(found)
    fits, company = _fits(found), request.company.pk
    now = deal_fields(found) if fits else None
    stood = stands.remote_id if found.state == "won" else stands.estimate_id
    return {
        "invoice": document_address(company, ENTITY, stands.remote_id) if stands.remote_id else "",
        "estimate": document_address(company, ESTIMATE, stands.estimate_id) if stands.estimate_id else "",
        "number": stands.remote_id,
        "estimate_number": stands.estimate_id,
        "stood": stood,
        "stands": bool(stands.remote_id or stands.estimate_id),
        "plan": stands.run,
        "run": stands.last_run,
        "differs": bool((stands.remote_id or stands.estimate_id) and stands.told != now),
        "may": Ability.RUN_SYNC in request.abilities,
        "fits": fits,
        "won": found.state == "won",
        "summaries": _summaries(request, found),
    }


def _fits(found: Opportunity) -> bool:
    try:
        refuse_unfit(found)
    except InputError:
        return False
    return True


def _summaries(request: CompanyRequest, found: Opportunity) -> list[AnnualReport]:
    """Return the sales summaries that count a won opportunity, for those who may see them."""
    if Ability.MANAGE_SELLING not in request.abilities or found.state != "won":
        return []
    rows = AnnualReport.objects.filter(
        company=request.company, start__lte=found.decided_on, end__gte=found.decided_on
    )
    return list(rows.order_by("-start", "-pk")[:5])


@company_page(Ability.RUN_SYNC)
@require_POST
def opportunity_books(request: CompanyRequest, opportunity_id: int) -> HttpResponse:
    """Plan what writes an opportunity into the books, or takes it out, and show the plan."""
    found = opportunity_seen(request, opportunity_id)
    try:
        run = deals_plan(found, request.user.username, withdraw="withdraw" in request.POST)
    except (InputError, HeldError, RemoteError) as error:
        tell(request, error)
        return redirect("opportunity", request.company.pk, found.pk)
    return redirect("run", request.company.pk, run.pk)
