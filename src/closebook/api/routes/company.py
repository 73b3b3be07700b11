"""Who calls, the company, and its audit log."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ninja import Query, Router

from closebook.api.access import ApiRequest
from closebook.api.operations import reads
from closebook.api.paging import Page, PageWish, page_of
from closebook.api.schemas import AuditOut, CompanyOut, MeOut
from closebook.apps.books.models import BooksCompany
from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import AuditEvent, Company

router = Router(tags=["Company"])


@reads(router, "/me", Ability.SEE_COMPANY, MeOut)
def me(request: ApiRequest) -> dict[str, Any]:
    """Who calls: the person, the role, the company and the token."""
    use = request.auth
    return {
        "person": use.person.username,
        "role": use.role,
        "company": _plain(use.company),
        "token": {
            "name": use.token.name,
            "expires_at": use.token.expires_at,
            "abilities": sorted(ability.value for ability in use.abilities),
        },
    }


@reads(router, "/company", Ability.SEE_COMPANY, CompanyOut)
def company(request: ApiRequest) -> dict[str, Any]:
    """The company."""
    return _plain(request.auth.company)


def _plain(found: Company) -> dict[str, Any]:
    books = BooksCompany.objects.filter(realm_id=found.realm_id).first()
    return {
        "company": found.pk,
        "name": found.name,
        "realm_id": found.realm_id,
        "home_currency": found.home_currency,
        "zone": found.zone,
        "is_sample": found.is_sample,
        "books_here": books is not None,
        "fiscal_year_start_month": books.fiscal_year_start_month if books else None,
        "closed_until": books.closed_until if books else None,
    }


@reads(router, "/audit-log", Ability.SEE_AUDIT, Page[AuditOut])
def audit_log(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The lines of the audit log, oldest first."""
    return page_of(request, AuditEvent.objects.filter(company=request.auth.company), wish, _lines)


def _lines(events: Sequence[AuditEvent]) -> list[dict[str, Any]]:
    names = ("number", "at", "actor", "action", "subject", "digest")
    return [
        {**{name: getattr(event, name) for name in names}, "details": json.loads(event.details)}
        for event in events
    ]
