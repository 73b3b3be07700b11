"""The audit log of a company, and whether its chain holds."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import AuditEvent
from closebook.apps.companies.services.audit import audit_broken_at
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.people.audit_facts import Reader, joined
from closebook.web.people.audit_words import ACTION_CHOICES, action_words


def _columns(read: Reader) -> tuple[Column, ...]:
    return (
        Column("number", _("No."), lambda event: event.number, kind="number", sort="number"),
        Column("at", _("When"), lambda event: event.at, kind="time", sort="at"),
        Column("actor", _("Who"), read.actor, sort="actor", link=read.actor_page),
        Column("action", _("Did what"), lambda event: action_words(event.action), sort="action"),
        Column("subject", _("To what"), read.subject, sort="subject", link=read.subject_page),
        Column("details", _("Details"), read.details),
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
        _columns(Reader(request.company, request.abilities)),
        search=("actor", "action", "subject", "details"),
        choices=(Choice("action", _("Did what"), "action", ACTION_CHOICES),),
        order=("-number",),
        empty=_("Nothing was done yet. Every plan, run, undo and change of a role leaves a line here."),
        facts=_state(request),
        joined=joined,
    )
    return listing.show("web/people/audit.html")


def _state(request: CompanyRequest) -> dict[str, object]:
    """Return whether the chain was checked just now, and where it breaks; a check reads the whole log."""
    checked = "check" in request.GET
    return {"checked": checked, "broken_at": audit_broken_at(request.company.pk) if checked else None}
