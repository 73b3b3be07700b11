"""A company with the worked example of two years in its books, and people who look at it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.test import Client

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.transport import clock
from tests.apps.books.factories import Books, make_books, two_years

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
QUARTER = {"period": "custom", "from": "2026-01-01", "to": "2026-03-31"}


@dataclass
class Shop:
    """A company of the site with its books, and a client of its owner."""

    company: Company
    books: Books
    client: Client

    def address(self, path: str = "", **asked: str) -> str:
        """Return an address of the company."""
        return f"/c/{self.company.pk}/{path}" + (f"?{urlencode(asked)}" if asked else "")

    def text(self, path: str = "", status: int = 200, **asked: str) -> str:
        """Return a page of the company."""
        answer = self.client.get(self.address(path, **asked))
        assert answer.status_code == status, answer.content[:500]
        return answer.content.decode()

    def member(self, role: str) -> Client:
        """Return a client of somebody with a role."""
        person = Person.objects.create(username=f"{role}-{self.company.pk}")
        Membership.objects.create(person=person, company=self.company, role=role)
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client


def shop_of(books: Books, **facts: object) -> Shop:
    """Return the shop of some books with an owner."""
    realm = books.company.realm_id
    company = Company.objects.create(name=f"Harbor {realm}", realm_id=realm, created_at=clock.now(), **facts)
    made = Shop(company, books, Client())
    made.client = made.member(Role.OWNER)
    return made


@pytest.fixture
def shop(db) -> Shop:
    """A bicycle shop with two years of postings."""
    books = make_books()
    two_years(books)
    return shop_of(books)


@pytest.fixture
def empty_shop(db) -> Shop:
    """A shop without a posting."""
    return shop_of(make_books())
