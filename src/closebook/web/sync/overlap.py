"""Who else posts a shop's business into the books, and what is to be done before the first plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.services.overlapping import FOUND, IGNORE, START_AFTER, overlap_choose
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.outcome import told
from closebook.web.sync.scope import connection_of


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def overlap(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Show who posts the same business, and keep what is to be done."""
    chosen = connection_of(request, connection_id)
    if request.method == "POST":
        with told(request):
            choice = request.POST.get("choice", "")
            overlap_choose(chosen, choice, request.user.get_username())
            messages.success(request, _("Kept. The first plan can be made now."))
            return redirect("connection_first", request.company.pk, chosen.pk)
        return redirect("connection_overlap", request.company.pk, chosen.pk)
    posters = [_shown(poster) for poster in chosen.foreign_posters]
    last = max((poster["last_day"] for poster in posters), default=None)
    facts: dict[str, Any] = {
        "connection": chosen,
        "posters": posters,
        "found": chosen.foreign == FOUND,
        "after": last + dt.timedelta(days=1) if last else None,
        "start_after": START_AFTER,
        "ignore": IGNORE,
    }
    return render(request, "web/sync/overlap.html", facts)


def _shown(poster: dict[str, Any]) -> dict[str, Any]:
    days = {name: dt.date.fromisoformat(poster[name]) for name in ("first_day", "last_day")}
    return {**poster, **days}
