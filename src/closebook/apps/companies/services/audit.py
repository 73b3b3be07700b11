"""The audit log: append-only lines, each chained to the one before by a digest."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.db import transaction

from closebook.apps.companies.models import AuditEvent, Company
from closebook.transport import clock

if TYPE_CHECKING:
    import datetime as dt


def _digest(before: str, number: int, at: dt.datetime, *texts: str) -> str:
    text = "\x1f".join((before, str(number), at.isoformat(), *texts))
    return hashlib.sha256(text.encode()).hexdigest()


def audit_append(
    company_id: int, actor: str, action: str, subject: str, details: dict[str, Any]
) -> AuditEvent:
    """Return the new line of a company's audit log; waits for any other writer of the same log."""
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company_id)
        last = AuditEvent.objects.filter(company_id=company_id).order_by("-number").first()
        number = last.number + 1 if last else 1
        at, text = clock.now(), json.dumps(details, sort_keys=True, ensure_ascii=False)
        digest = _digest(last.digest if last else "", number, at, actor, action, subject, text)
        return AuditEvent.objects.create(
            company_id=company_id,
            number=number,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            details=text,
            digest=digest,
        )


def audit_broken_at(company_id: int) -> int | None:
    """Return the number of the first line that does not follow from those before, None when all do."""
    before, expected = "", 1
    for event in AuditEvent.objects.filter(company_id=company_id).order_by("number").iterator():
        digest = _digest(
            before, event.number, event.at, event.actor, event.action, event.subject, event.details
        )
        if event.number != expected or event.digest != digest:
            return expected
        before, expected = event.digest, expected + 1
    return None
