"""The embedded books behind a company's pages."""

from __future__ import annotations

from django.http import Http404

from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.selectors.records import books_company, record_of
from closebook.web.frame.access import CompanyRequest


def books_of(request: CompanyRequest) -> BooksCompany:
    """Return the books of the request's company. Raises Http404 for one whose books are kept elsewhere."""
    found = books_company(request.company.realm_id)
    if found is None:
        raise Http404
    return found


def record_or_404(books: BooksCompany, entity: str, wire_id: int) -> Record:
    """Return a live record of these books. Raises Http404 when there is none of that kind and id."""
    found = record_of(books.pk, entity, str(wire_id))
    if found is None:
        raise Http404
    return found
