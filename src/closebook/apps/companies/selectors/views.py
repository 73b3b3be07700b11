"""Reading saved views."""

from __future__ import annotations

from closebook.apps.companies.models import Company, SavedView


def views_of(company: Company) -> list[SavedView]:
    """Return a company's saved views by name."""
    return list(SavedView.objects.filter(company=company).order_by("name"))
