"""All runs of a company."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Connection, Run, RunState
from closebook.apps.sync.selectors.overview import runs_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.kit.states import STATE_WORDS

KINDS = (("sync", _("sync")), ("undo", _("undo")))


def kind_words(run: Run) -> str | Promise:
    """Return what a run is: a sync, or the undo of which run."""
    if run.undoes_id:
        return translated("undo of run %(number)s") % {"number": run.undoes_id}
    return dict(KINDS).get(run.kind, run.kind)


@company_page(Ability.SEE_SYNC)
@require_safe
def runs(request: CompanyRequest) -> HttpResponseBase:
    """Show the runs, newest first."""
    company_id = request.company.pk
    columns = (
        Column("run", _("Run"), lambda run: run.pk, kind="number", sort="pk",
               link=lambda run: reverse("run", args=[company_id, run.pk])),
        Column("connection", _("Connection"), lambda run: run.connection.name, sort="connection__name",
               link=lambda run: reverse("connection", args=[company_id, run.connection_id])),
        Column("kind", _("Kind"), kind_words, sort="kind"),
        Column("state", _("State"), lambda run: run.state, kind="tag", sort="state"),
        Column("finished", _("Done"), lambda run: run.finished, kind="number", sort="finished"),
        Column("total", _("Of"), lambda run: run.total, kind="number", sort="total"),
        Column("created", _("Planned"), lambda run: run.created_at, kind="time", sort="created_at"),
        Column("approved", _("Approved"), lambda run: run.approved_at, kind="time", sort="approved_at",
               hidden=True),
        Column("ended", _("Ended"), lambda run: run.ended_at, kind="time", sort="ended_at"),
        Column("reason", _("Reason"), lambda run: said(run.reason), hidden=True),
    )  # fmt: skip
    states = tuple((state.value, STATE_WORDS[state.value]) for state in RunState)
    names = Connection.objects.filter(company=request.company).order_by("name").values_list("pk", "name")
    choices = (
        Choice("state", _("State"), "state", states),
        Choice("kind", _("Kind"), "kind", KINDS),
        Choice("connection", _("Connection"), "connection_id", tuple((str(pk), name) for pk, name in names)),
    )
    return Listing(
        request, "runs", runs_of(request.company), columns, search=("connection__name", "reason"),
        choices=choices,
        empty=_("There are no runs yet. Hand in files on a connection's page, then plan: that is the first."),
    ).show("web/sync/runs.html")  # fmt: skip
