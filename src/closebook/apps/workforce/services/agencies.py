"""Agencies: companies that send people and are paid for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.workforce.models import Agency
from closebook.core.errors import InputError
from closebook.transport import clock


@transaction.atomic
def agency_save(company: Company, pk: int | None, facts: Mapping[str, Any], actor: str) -> Agency:
    """Return an agency, made or changed; ``facts`` are name, email and margin_bp (basis points).

    Raises InputError agency-known for a name that another one has.
    """
    Company.objects.select_for_update().get(pk=company.pk)
    rows = Agency.objects.filter(company=company)
    if rows.filter(name__iexact=facts["name"]).exclude(pk=pk or 0).exists():
        raise InputError(
            "agency-known",
            "There is an agency of this name.",
            remedy="Change it, or type another name.",
        )
    found = rows.filter(pk=pk).first() if pk else None
    one = found or Agency(company=company, actor=actor, made_at=clock.now())
    for name, value in facts.items():
        setattr(one, name, value)
    one.save()
    audit_append(company.pk, actor, "agency-saved", one.name, {"agency": one.pk})
    return one
