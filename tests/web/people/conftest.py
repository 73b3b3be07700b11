"""Two companies with an owner each, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from closebook.apps.companies.models import AuditEvent, Company, Membership, Person, Role
from closebook.transport import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "a long and rare sentence"


@dataclass
class World:
    """Two companies: ``ada`` owns the first one, ``eve`` the other."""

    company: Company
    other: Company
    ada: Person
    eve: Person

    def client(self, person: Person | None = None) -> Client:
        made = Client()
        made.force_login(person or self.ada, backend=BACKEND)
        return made

    def member(self, name: str, role: Role = Role.READER, company: Company | None = None) -> Membership:
        person, _made = Person.objects.get_or_create(username=name, defaults={"email": f"{name}@example.org"})
        return Membership.objects.create(person=person, company=company or self.company, role=role)

    def role(self, name: str) -> str:
        """Return a person's role in the first company, "" for none."""
        found = Membership.objects.filter(company=self.company, person__username=name).first()
        return found.role if found else ""

    def log(self) -> list[tuple[str, str, str]]:
        rows = AuditEvent.objects.filter(company=self.company).order_by("number")
        return list(rows.values_list("actor", "action", "subject"))


@pytest.fixture
def world(db, settings) -> World:
    settings.CLOSEBOOK_BASE_URL = "http://testserver"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a slow one costs seconds
    companies = [
        Company.objects.create(name=name, realm_id=name, created_at=clock.now()) for name in ("Mugs", "Hats")
    ]
    people = [
        Person.objects.create_user(name, email=f"{name}@example.org", password=PASSWORD)
        for name in ("ada", "eve")
    ]
    for company, person in zip(companies, people, strict=True):
        Membership.objects.create(company=company, person=person, role=Role.OWNER)
    return World(*companies, *people)


@pytest.fixture
def undo() -> Callable[..., None]:
    """Return a function that presses Undo on a page, as a person would."""
    import re

    def press(client: Client, page: str) -> None:
        form = re.search(r'<form method="post" action="([^"]+)" class="undo".*?</form>', page, re.DOTALL)
        assert form is not None, page
        values = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0]))
        assert client.post(form[1], values).status_code == 302

    return press
