"""Reading the audit log."""

from __future__ import annotations

import json

from closebook.apps.companies.models import AuditEvent


def writers_of(company_id: int, subject: str) -> dict[str, str]:
    """Return who wrote each version of a record, by the version's token as text."""
    lines = AuditEvent.objects.filter(company_id=company_id, subject=subject, action__startswith="record-")
    return {
        str(json.loads(details).get("token", "")): actor
        for actor, details in lines.values_list("actor", "details")
    }


def is_noted(company_id: int, subject: str, request_id: str) -> bool:
    """Tell whether a request that wrote a record has its line."""
    lines = AuditEvent.objects.filter(company_id=company_id, subject=subject)
    return lines.filter(details__contains=json.dumps(request_id)).exists()
