"""The books of the caller's company."""

from __future__ import annotations

from closebook.api.access import ApiRequest
from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.companies import books_of
from closebook.core.errors import InputError


def books_here(request: ApiRequest) -> BooksCompany:
    """Return the embedded books. Raises InputError for a company whose books are elsewhere."""
    books = books_of(request.auth.company.realm_id)
    if books is None:
        raise InputError(
            "books-elsewhere",
            "The books of this company are not kept here.",
            remedy="Ask the service that keeps them.",
        )
    return books
