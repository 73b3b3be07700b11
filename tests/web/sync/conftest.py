"""A signed-in owner in the data folders of the sync tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.sync.models import Run
from closebook.apps.sync.services import work
from closebook.transport import clock
from tests.apps.sync.harness import World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Site:
    """The pages of a company, as one of its people opens them."""

    def __init__(self, company: Company, role: str = Role.OWNER, name: str = "ada") -> None:
        self.company = company
        self.client = Client()
        person, _made = Person.objects.get_or_create(username=name)
        Membership.objects.update_or_create(person=person, company=company, defaults={"role": role})
        self.client.force_login(person, backend=BACKEND)

    def address(self, path: str) -> str:
        return f"/c/{self.company.pk}/{path}"

    def get(self, path: str, code: int = 200, **headers: Any) -> str:
        answer = self.client.get(self.address(path), headers=headers)
        assert answer.status_code == code, (path, answer.status_code)
        content = answer.content if not answer.streaming else b"".join(answer)
        return content.decode()

    def post(self, path: str, data: dict[str, Any] | None = None, code: int = 302) -> str:
        """Send a form; return the address that it leads to, or the page that shows what is wrong."""
        answer = self.client.post(self.address(path), data or {})
        assert answer.status_code == code, (path, answer.status_code, answer.content[:500])
        return answer["Location"] if code == 302 else answer.content.decode()

    def follow(self, path: str, data: dict[str, Any] | None = None) -> str:
        """Send a form, and return the page that follows."""
        address = self.post(path, data)
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.content.decode()


def worked(run: Run) -> Run:
    """Do what a worker does with a run that was handed over."""
    run.refresh_from_db()
    assert run.approved_at is not None
    assert work.job_standing(f"{run.pk}.{run.attempt}") is not None
    for _ in range(10_000):
        if work.advance(f"{run.pk}.{run.attempt}").finished:
            break
    run.refresh_from_db()
    return run


def other_company() -> Company:
    return Company.objects.create(name="Others", realm_id="77", home_currency="USD", created_at=clock.now())


@pytest.fixture
def empty_site(bare: World) -> Site:
    return Site(bare.company())


@pytest.fixture
def fresh_site(fresh: World) -> Site:
    return Site(fresh.company())


@pytest.fixture
def synced_site(synced: World) -> Site:
    return Site(synced.company())
