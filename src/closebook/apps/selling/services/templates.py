"""The owner's own Word template of yearly summaries: kept, given and dropped."""

from __future__ import annotations

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.selling.models import SummaryTemplate
from closebook.core.selling.word_template import template_checked
from closebook.transport import clock

_MOST_NAME = 200


@transaction.atomic
def template_keep(company: Company, name: str, data: bytes, by: str) -> SummaryTemplate:
    """Return the template that is kept instead of the one before. Raises InputError summary-template."""
    facts = {"name": name[-_MOST_NAME:], "data": template_checked(data), "by": by, "made_at": clock.now()}
    kept, _made = SummaryTemplate.objects.update_or_create(company=company, defaults=facts)
    audit_append(company.pk, by, "summary-template", kept.name, {})
    return kept


@transaction.atomic
def template_drop(company: Company, by: str) -> None:
    """Drop the template: Word files look as the product makes them again."""
    for kept in SummaryTemplate.objects.filter(company=company):
        audit_append(company.pk, by, "summary-template-dropped", kept.name, {})
        kept.delete()


def template_of(company: Company) -> bytes | None:
    """Return the company's own Word template, None without one."""
    kept = SummaryTemplate.objects.filter(company=company).first()
    return bytes(kept.data) if kept else None
