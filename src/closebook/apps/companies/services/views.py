"""Saved views of statements."""

from __future__ import annotations

from closebook.apps.companies.models import Company, SavedView
from closebook.transport import clock


def view_save(company: Company, name: str, statement: str, query: str) -> SavedView:
    """Return the company's view of a name, made or changed to show a statement with these wishes."""
    facts = {"statement": statement, "query": query}
    view, _made = SavedView.objects.update_or_create(
        company=company, name=name, defaults=facts, create_defaults={**facts, "created_at": clock.now()}
    )
    return view


def view_delete(company: Company, view_id: int) -> SavedView | None:
    """Delete a view of the company and return what it was; None for one that the company has not."""
    view = SavedView.objects.filter(company=company, pk=view_id).first()
    if view is not None:
        SavedView.objects.filter(pk=view.pk).delete()
    return view
