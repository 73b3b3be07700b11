"""The data folders of the sync's tests, and people who open pages in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from closebook.apps.companies.models import Company, Membership, Person
from closebook.apps.sync.models import Connection, ProfileVersion, SyncError
from closebook.core.planning.profile import default_profile
from closebook.core.planning.profile_json import profile_to_json
from closebook.transport import clock
from tests.apps.sync.harness import World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Pages:
    """A signed-in person's browser within a company."""

    def __init__(self, company: Company, role: str = "owner") -> None:
        self.company = company
        name = f"{role}-{company.pk}"
        self.person, _made = Person.objects.get_or_create(username=name, email=f"{name}@example.org")
        Membership.objects.get_or_create(person=self.person, company=company, defaults={"role": role})
        self.client = Client()
        self.client.force_login(self.person, backend=BACKEND)

    def get(self, path: str, status: int = 200, **query: object) -> str:
        answer = self.client.get(f"/c/{self.company.pk}/{path}", query)
        assert answer.status_code == status, answer.content.decode()[:500]
        return "".join(
            part.decode() for part in (answer.streaming_content if answer.streaming else [answer.content])
        )

    def post(self, path: str, status: int = 200, **fields: object) -> str:
        """Send a form and return the page to which it leads."""
        answer = self.client.post(f"/c/{self.company.pk}/{path}", fields, follow=True)
        assert answer.status_code == status, answer.content.decode()[:500]
        return answer.content.decode()


@pytest.fixture
def pages() -> Callable[..., Pages]:
    """Give browsers of people in the only company of a world, or in another one."""

    def browser(world: World, role: str = "owner", company: Company | None = None) -> Pages:
        return Pages(company or world.company(), role)

    return browser


@pytest.fixture
def stranger() -> Callable[[], SyncError]:
    """Make another company with a connection and an error, once a world is open."""

    def make() -> SyncError:
        company = Company.objects.create(name="Others", realm_id="77", created_at=clock.now())
        connection = Connection.objects.create(
            company=company, name="Secret shop", connector="etsy", currency="USD", created_at=clock.now()
        )
        body = profile_to_json(default_profile("Secret shop", "USD"))
        ProfileVersion.objects.create(connection=connection, number=1, body=body, created_at=clock.now())
        return SyncError.objects.create(
            connection=connection,
            code="number-taken",
            cause="A secret cause.",
            who_acts="user",
            key="order:1/sale",
            held=True,
            created_at=clock.now(),
        )

    return make
