"""A company's own ranges of what an hour usually costs, each with a source and a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import RateRange
from closebook.core.errors import InputError
from closebook.transport import clock


@transaction.atomic
def range_add(company: Company, facts: Mapping[str, Any], actor: str) -> RateRange:
    """Return a new range; the newest one of a kind counts. Raises InputError for one out of order."""
    if not 0 <= facts["low_minor"] <= facts["high_minor"]:
        raise InputError(
            "range-out-of-order", "The range goes from low to high.", remedy="Put the smaller rate first."
        )
    made = RateRange.objects.create(company=company, actor=actor, made_at=clock.now(), **facts)
    audit_append(company.pk, actor, "rate-range-added", made.kind, {"range": made.pk})
    return made
