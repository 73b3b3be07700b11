"""Tokens as the page of tokens lists them."""

from __future__ import annotations

from django.db.models import QuerySet

from closebook.apps.companies.models import ApiToken, Company, Person
from closebook.transport import clock


def tokens_of(company: Company, person: Person | None = None) -> QuerySet[ApiToken]:
    """Return a company's tokens, those of one person where one is given."""
    rows = ApiToken.objects.filter(company=company).select_related("person")
    return rows if person is None else rows.filter(person=person)


def state_of(token: ApiToken) -> str:
    """Return how a token stands: valid, revoked or ended."""
    if token.revoked_at is not None:
        return "revoked"
    return "valid" if token.expires_at > clock.now() else "ended"
