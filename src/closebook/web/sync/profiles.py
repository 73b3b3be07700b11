"""The posting profile of a connection: shown, tried on a month, and saved as a new version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Connection, ProfileVersion
from closebook.apps.sync.selectors.profiles import connection_in, profile_version
from closebook.apps.sync.services.connecting import profile_change
from closebook.apps.sync.services.trying import Trial, TrialLine, chart_read, cut_off_try, profile_trial
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.outcome import address_of, linked, told
from closebook.web.sync.profile_form import Chart, ProfileForm, path_text
from closebook.web.sync.profile_words import KINDS


def connection_or_404(request: CompanyRequest, connection_id: int) -> Connection:
    """Return a connection of the request's company. Raises Http404 for any other."""
    found = connection_in(request.company.pk, connection_id)
    if found is None:
        raise Http404
    return found


@company_page(Ability.CHANGE_CONNECTIONS)
@require_http_methods(["GET", "POST"])
def profile(request: CompanyRequest, connection_id: int) -> HttpResponse:
    """Show the profile in force as a form; try a changed one on a month, or save it."""
    connection = connection_or_404(request, connection_id)
    version, chart = profile_version(connection), _chart(request, connection)
    form = ProfileForm(
        request.POST or None,
        former=version.body,
        chart=chart,
        currency=connection.currency,
        number=version.number,
    )
    trying = request.POST.get("do") == "try"
    if request.method == "POST" and form.is_valid() and not trying:
        return _save(request, connection, form)
    facts = _facts(connection, version, form, chart)
    if trying and form.is_valid():
        with told(request):
            facts.update(_tried(connection, version, form))
    return render(request, "web/sync/profile.html", facts, status=400 if form.errors else 200)


def _chart(request: CompanyRequest, connection: Connection) -> Chart:
    """Return the ledger accounts of the books; none, with a message, when the books do not answer."""
    with told(request):
        return chart_read(connection)
    return {}


def _facts(
    connection: Connection, version: ProfileVersion, form: ProfileForm, chart: Chart
) -> dict[str, Any]:
    paths = sorted(path_text(use.path) for use in chart.values())
    return {"connection": connection, "in_force": version, "form": form, "chart": paths, "trial": None}


def _tried(connection: Connection, version: ProfileVersion, form: ProfileForm) -> dict[str, Any]:
    trial = profile_trial(connection, form.body)
    moved = form.body.get("since") != version.body.get("since")
    cut_off = cut_off_try(connection, form.body) if moved else None
    return {
        "tried": True,
        "trial": _trial_shown(trial) if trial else None,
        "cut_off": cut_off.in_words(connection.currency) if cut_off else (),
    }


def _trial_shown(trial: Trial) -> dict[str, Any]:
    return {
        "month": str(trial.month),
        "kinds": [(KINDS.get(line.name, line.name), line) for line in trial.kinds],
        "ledger_accounts": [(line, line.then_minor - line.now_minor) for line in trial.ledger_accounts],
        "same": all(_same(line) for line in trial.ledger_accounts),
    }


def _same(line: TrialLine) -> bool:
    return line.now_minor == line.then_minor


def _save(request: CompanyRequest, connection: Connection, form: ProfileForm) -> HttpResponse:
    """Store the changed profile and lead back to it; the next plan shows what it changes in the books."""
    with told(request):
        saved = profile_change(connection, form.body, request.user.username)
        if saved is None:
            messages.info(request, _("Nothing differs from the version in force, so no version was made."))
        else:
            say_saved(request, connection, saved)
    return redirect("profile", request.company.pk, connection.pk)


def say_saved(request: CompanyRequest, connection: Connection, version: ProfileVersion) -> None:
    """Say that a version is in force, and where it is planned."""
    words = _("Version {number} is in force.").format(number=version.number)
    address = address_of("schedule", request.company.pk, connection.pk)
    following = linked(address, _("Plan now to see what it changes; nothing is written before you approve."))
    messages.success(request, format_html("{} {}", words, following))
