"""Drafts as one person may see them: an assistant sees only their own."""

from __future__ import annotations

from django.db.models import F, QuerySet

from closebook.apps.companies.models import Company, Person
from closebook.apps.workforce.models import Draft


def drafts_seen(company: Company, person: Person, *, manages: bool) -> QuerySet[Draft]:
    """Return a company's drafts: all for whoever manages work, else those of the person's contracts."""
    rows = Draft.objects.filter(company=company).select_related("contract__person", "task")
    return rows if manages else rows.filter(contract__person=person)


def drafts_waiting(company: Company, person: Person, *, manages: bool) -> QuerySet[Draft]:
    """Return the drafts that the person has to do something about, what ends first on top: to decide for
    the company, to mend or to send for the assistant.
    """
    states = ["proposed"] if manages else ["returned", "approved"]
    rows = drafts_seen(company, person, manages=manages).filter(state__in=states)
    return rows.order_by(F("expires_at").asc(nulls_last=True), "pk")
