"""Finding the embedded books of a company."""

from __future__ import annotations

from closebook.apps.books.models import BooksCompany


def books_of(realm_id: str) -> BooksCompany | None:
    """Return the embedded books of a realm, None for a company whose books are elsewhere."""
    return BooksCompany.objects.filter(realm_id=realm_id).first()
