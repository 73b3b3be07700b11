"""Taking out of the books what another app posted of a shop's business: looked for, chosen, planned."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from closebook.apps.bank.selectors.cleared import records_cleared
from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.services.cleaning_up import cleanup_plan, doubled_look
from closebook.apps.sync.services.doubled import Doubled
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.outcome import told
from closebook.web.sync.scope import connection_of
from closebook.web.sync.words import WHAT_WORDS

_WORDS = {entity: WHAT_WORDS[kind.value] for kind, entity in ENTITY_OF.items()}


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def clean_up(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Show the documents of others when asked to look, and plan to take chosen ones out."""
    chosen = connection_of(request, connection_id)
    reconciled = records_cleared(request.company.pk)
    if request.method == "POST":
        with told(request):
            picked = request.POST.getlist("document")
            run = cleanup_plan(chosen, picked, request.user.get_username(), reconciled)
            return redirect("run", request.company.pk, run.pk)
        return redirect("connection_clean_up", request.company.pk, chosen.pk)
    facts: dict[str, Any] = {"connection": chosen, "looked": "look" in request.GET}
    if facts["looked"]:
        with told(request):
            found = doubled_look(chosen, reconciled)
            facts["goes"] = [(_what(one), one) for one in found if not one.stays]
            facts["stays"] = [(_what(one), one) for one in found if one.stays]
            facts["total_minor"] = sum(one.amount_minor for _what_words, one in facts["goes"])
    return render(request, "web/sync/clean_up.html", facts)


def _what(one: Doubled) -> str | Promise:
    return _WORDS.get(one.entity, one.entity)
