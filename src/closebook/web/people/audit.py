"""The audit log of a company, and whether its chain holds."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import AuditEvent
from closebook.apps.companies.services.audit import audit_broken_at
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing

COLUMNS = (
    Column("number", _("No."), lambda event: event.number, kind="number", sort="number"),
    Column("at", _("When"), lambda event: event.at, kind="time", sort="at"),
    Column("actor", _("Who"), lambda event: event.actor, sort="actor"),
    Column("action", _("Did what"), lambda event: event.action, sort="action"),
    Column("subject", _("To what"), lambda event: event.subject, sort="subject"),
    Column("details", _("Details"), lambda event: "" if event.details == "{}" else event.details),
    Column("digest", _("Digest"), lambda event: event.digest, hidden=True),
)


@company_page(Ability.SEE_AUDIT)
@require_safe
def audit(request: CompanyRequest) -> HttpResponseBase:
    """Show the lines of the audit log, newest first."""
    rows = AuditEvent.objects.filter(company=request.company)
    listing = Listing(
        request,
        "audit",
        rows,
        COLUMNS,
        search=("actor", "action", "subject", "details"),
        order=("-number",),
        empty=_("Nothing was done yet. Every plan, run, undo and change of a role leaves a line here."),
        facts=_state(request),
    )
    return listing.show("web/people/audit.html")


def _state(request: CompanyRequest) -> dict[str, object]:
    """Return whether the chain was checked just now, and where it breaks; a check reads the whole log."""
    checked = "check" in request.GET
    return {"checked": checked, "broken_at": audit_broken_at(request.company.pk) if checked else None}
