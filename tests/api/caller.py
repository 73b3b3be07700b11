"""A program that calls the API with a token."""

from __future__ import annotations

import itertools
import json
from typing import Any

from django.test import Client

from closebook.apps.companies.abilities import abilities_of
from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.companies.services.tokens import token_make

ROOT = "/api/v1/"
_numbers = itertools.count(1)


def member(company: Company, role: str = Role.OWNER) -> Person:
    """Return a new person with a role in a company."""
    person = Person.objects.create(username=f"{role}-{next(_numbers)}")
    Membership.objects.create(person=person, company=company, role=role)
    return person


def caller(company: Company, role: str = Role.OWNER, abilities: Any = None) -> Caller:
    """Return a program that acts for a new member, with all that the role allows unless told otherwise."""
    person = member(company, role)
    wanted = [each.value for each in (abilities_of(role) if abilities is None else abilities)]
    token, plain = token_make(company, person, "Till", wanted, 30)
    return Caller(plain, token)


class Caller:
    """Calls addresses below /api/v1/ and gives the answers."""

    def __init__(self, plain: str = "", token: Any = None) -> None:
        self.plain, self.token = plain, token
        self.client = Client(enforce_csrf_checks=True)

    def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str
    ) -> Any:
        """Return the answer; a write gets a new idempotency key unless one is given ("" for none)."""
        headers = {"Authorization": f"Bearer {self.plain}", **headers} if self.plain else headers
        if method != "GET" and key != "":
            headers["Idempotency-Key"] = key or f"key-{next(_numbers)}"
        path = path if path.startswith("/") else ROOT + path
        text = b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, path, text, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        """Return the JSON of a read that succeeds."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, (path, answer.content)
        return answer.json()

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Return the JSON of a write that succeeds."""
        answer = self.call("POST", path, body, key=key)
        assert answer.status_code in {200, 202}, (path, answer.content)
        return answer.json()

    def all(self, path: str, limit: int) -> list[Any]:
        """Return the rows of all pages of a list."""
        found: list[Any] = []
        address: str | None = f"{ROOT}{path}{'&' if '?' in path else '?'}limit={limit}"
        while address:
            page = self.get(address)
            assert len(page["items"]) <= limit
            found += page["items"]
            address = page["next"]
        return found
