"""Work before anything is written, followed on a page of its own until its result is there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Preparation, PreparationState
from closebook.apps.sync.services.beats import worker_lives
from closebook.apps.sync.services.preparing import preparation_lives, preparation_stop
from closebook.apps.sync.services.wishes import LOOK, PLAN, TIE_OUT, TRIAL, UNDO
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.scope import preparation_of
from closebook.web.sync.words import duration_words

_TITLES = {
    PLAN: gettext_lazy("A plan is being made"),
    UNDO: gettext_lazy("An undo is being made"),
    LOOK: gettext_lazy("What would be taken back is being worked out"),
    TIE_OUT: gettext_lazy("Source and books are being compared"),
    TRIAL: gettext_lazy("A changed profile is being tried"),
}
_STEPS = {
    "reading": gettext_lazy("Rows read"),
    "actions": gettext_lazy("Actions read"),
    "books": gettext_lazy("Records in the books looked at"),
    "documents": gettext_lazy("Documents read from the books"),
    "planning": gettext_lazy("Documents planned"),
    "storing": gettext_lazy("The plan is being written down"),
}


@company_page(Ability.SEE_SYNC)
@require_safe
def preparation(request: CompanyRequest, preparation_id: int) -> HttpResponse:
    """Show how far the work is, or why it was refused; once it is done, what came of it."""
    made = preparation_of(request, preparation_id)
    lives = preparation_lives(made)
    if made.state == PreparationState.DONE:
        return redirect(_result(request, made))
    facts = {
        **_progress_facts(made),
        "connection": made.connection,
        "lives": lives,
        "again": _next(request) or _start(request, made),
        "worker_lives": not lives or worker_lives(),
    }
    return render(request, "web/sync/preparation.html", facts)


@company_page(Ability.SEE_SYNC)
@require_safe
def preparation_progress(request: CompanyRequest, preparation_id: int) -> HttpResponse:
    """Show how far the work is; once it ended, have the page loaded anew."""
    made = preparation_of(request, preparation_id)
    facts = {**_progress_facts(made), "company": request.company}
    # Asked for every second: the frame around pages is not made for it.
    answer = HttpResponse(render_to_string("web/sync/preparation_progress.html", facts))
    if not preparation_lives(made):
        answer["HX-Refresh"] = "true"
    return answer


@company_page(Ability.RUN_SYNC)
@require_POST
def preparation_end(request: CompanyRequest, preparation_id: int) -> HttpResponse:
    """Stop the work; nothing of it is written."""
    made = preparation_of(request, preparation_id)
    if preparation_stop(made):
        messages.success(request, _("It was stopped; nothing was written."))
    return redirect(_start(request, made))


def redirect_to_preparation(request: CompanyRequest, made: Preparation) -> HttpResponse:
    """Lead to the page of work that is under way, and from there back to this page."""
    address = reverse("preparation", args=[request.company.pk, made.pk])
    back = request.get_full_path() if request.method == "GET" else ""
    return redirect(f"{address}?{urlencode({'next': back})}" if back else address)


def redirect_to_result(request: CompanyRequest, made: Preparation) -> HttpResponse:
    """Lead to what came of some work, to its page while it is under way, or to where it was refused."""
    if made.state == PreparationState.DONE:
        return redirect(_result(request, made))
    return redirect("preparation", request.company.pk, made.pk)


def _result(request: CompanyRequest, made: Preparation) -> str:
    """Return the address of what came of it; where there is nothing, a message says so."""
    if made.kind in {LOOK, TIE_OUT, TRIAL}:
        return _next(request) or _start(request, made)
    run = made.made
    if run is not None:
        return reverse("run", args=[request.company.pk, run.pk])
    if made.kind == PLAN:
        messages.success(request, _("Nothing to do: the books hold what the files say."))
    else:
        messages.info(request, _("There is nothing to take back any more."))
    return _start(request, made)


def _start(request: CompanyRequest, made: Preparation) -> str:
    """Return the address of the page on which the work was asked for."""
    company_id = request.company.pk
    if made.run_id:
        return reverse("run", args=[company_id, made.run_id])
    return reverse("connection", args=[company_id, made.connection_id])


def _next(request: CompanyRequest) -> str:
    """Return the page of this site that waits for the work, "" for none."""
    address = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours and address.startswith(f"/c/{request.company.pk}/") else ""


def _progress_facts(made: Preparation) -> dict[str, Any]:
    """Return how far the work is, how much it does a second, and how long the step still takes."""
    began, done = made.step_at, made.done
    seconds = max(1, int((clock.now() - began).total_seconds())) if began else 1
    left = (made.total - done) * seconds // done if began and done and made.total > done else None
    return {
        "made": made,
        "title": _TITLES[made.kind],
        "step": _STEPS.get(made.step, ""),
        "rate": done // seconds if began else 0,
        "left": "" if left is None else duration_words(left),
    }


def under_way(request: CompanyRequest, connection_id: int) -> Preparation | None:
    """Return the work that is under way for a connection, None when there is none."""
    going = (PreparationState.WAITING, PreparationState.WORKING)
    rows = Preparation.objects.filter(connection_id=connection_id, state__in=going)
    return rows.filter(connection__company=request.company).defer("answer").order_by("-pk").first()
