"""One record of the list: its closest partners, and a search for another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.matching.models import MatchList, MatchRow
from closebook.apps.matching.selectors.desk import partners_by_id, partners_found
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.matching.desk import known_of, lines_of
from closebook.web.matching.scope import list_of, row_of
from closebook.web.matching.words import reasons_said, score_said


@company_page(Ability.SEE_SYNC)
@require_safe
def match_row(request: CompanyRequest, list_id: int, row_id: int) -> HttpResponse:
    """Show who else it may be."""
    match_list = list_of(request, list_id)
    chosen = row_of(match_list, row_id)
    words = request.GET.get("q", "").strip()
    facts = {
        "list": match_list,
        "row": chosen,
        "line": next(lines_of(match_list, [chosen])),
        "words": words,
        "closest": list(_closest(match_list, chosen)),
        "found": [(one, known_of(one.facts)) for one in partners_found(match_list, words)] if words else [],
    }
    return render(request, "web/matching/row.html", facts)


def _closest(match_list: MatchList, chosen: MatchRow) -> Iterator[dict[str, Any]]:
    """Yield the likeliest partners, the proposed one first."""
    listed = {one[0]: one for one in chosen.closest}
    if chosen.proposed_id:
        listed = {chosen.proposed_id: [chosen.proposed_id, chosen.score, chosen.reasons]} | listed
    partners = partners_by_id(match_list, listed)
    for remote_id, score, reasons in listed.values():
        partner = partners.get(remote_id)
        if partner:
            rule = chosen.rule if remote_id == chosen.proposed_id else ""
            why = reasons_said(rule, reasons)
            yield {
                "partner": partner,
                "known": known_of(partner.facts),
                "score": score_said(score),
                "why": why,
            }
