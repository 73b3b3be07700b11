"""The embedded books behind a company's pages."""

from __future__ import annotations

from django.http import Http404

from closebook.apps.books.models import BooksCompany, Record
from closebook.apps.books.selectors.companies import books_of as embedded_books
from closebook.apps.books.selectors.records import record_of
from closebook.apps.companies.models import Company
from closebook.web.frame.access import CompanyRequest


def company_books(company: Company) -> BooksCompany:
    """Return the company's embedded books. Raises Http404 for a company whose books are kept elsewhere."""
    books = embedded_books(company.realm_id)
    if books is None:
        raise Http404
    return books


def books_of(request: CompanyRequest) -> BooksCompany:
    """Return the books of the request's company. Raises Http404 as ``company_books`` does."""
    return company_books(request.company)


def record_or_404(books: BooksCompany, entity: str, wire_id: int) -> Record:
    """Return a live record of these books. Raises Http404 when there is none of that kind and id."""
    found = record_of(books.pk, entity, str(wire_id))
    if found is None:
        raise Http404
    return found
