"""Every page of the site, walked as nobody, as a stranger of another company and as each role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from closebook.apps.companies.abilities import ABILITIES, Ability, abilities_of
from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.qbo import urls as protocol
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
API = "api/v1/"  # its operations are walked by tests/api/test_routes.py
PUBLIC = {
    "start", "healthz", "welcome", "invitation", "books_webhook", "service_call",
    "job", "job_sent", "applied", "applied_trial", "applied_account", "applied_interview", "feed",
    "profile-page",
}  # fmt: skip
FOREIGN_PACKAGES = ("allauth.", "closebook.web.people.sign_in")


@dataclass(frozen=True)
class Route:
    """One address: its pattern as text, its name, its view."""

    pattern: str
    name: str
    view: object

    @property
    def access(self) -> object:
        return getattr(self.view, "access", None)

    def address(self, company_id: int) -> str:
        """Return an address of the pattern, with 1 for whatever else it asks for."""
        text = self.pattern.replace("<int:company_id>", str(company_id))
        return "/" + re.sub(r"<[^>]+>", "1", text)


def routes(resolver: URLResolver | None = None, before: str = "") -> Iterator[Route]:
    for found in (resolver or get_resolver()).url_patterns:
        if found in protocol.urlpatterns or str(found.pattern) == API:
            continue
        text = before + str(found.pattern)
        if isinstance(found, URLPattern):
            yield Route(text, found.name or "", found.callback)
        else:
            yield from routes(found, text)


OURS = [r for r in routes() if not r.view.__module__.startswith(FOREIGN_PACKAGES)]
OF_COMPANY = [r for r in OURS if "<int:company_id>" in r.pattern]


@pytest.fixture
def companies(db) -> list[Company]:
    return [
        Company.objects.create(name=name, realm_id=name, created_at=clock.now()) for name in ("One", "Two")
    ]


def person_in(company: Company, role: str) -> Client:
    person = Person.objects.create(username=f"{role}-{company.pk}")
    Membership.objects.create(person=person, company=company, role=role)
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def calls(client: Client, route: Route, company_id: int) -> Iterator[int]:
    address = route.address(company_id)
    for method in ("get", "post", "put", "patch", "delete"):
        yield getattr(client, method)(address).status_code


def test_there_are_routes_to_walk():
    assert len(OF_COMPANY) >= 3


@pytest.mark.parametrize("route", OURS, ids=lambda route: route.pattern)
def test_each_page_says_who_may_open_it(route):
    if "<int:company_id>" in route.pattern:
        assert isinstance(route.access, Ability)
    else:
        assert route.access == ("public" if route.name in PUBLIC else "signed-in")


def test_nobody_opens_a_page_without_signing_in(companies, client):
    for route in OURS:
        if route.access == "public":
            continue
        for status in calls(client, route, companies[0].pk):
            assert status in {302, 401, 403}, route
        answer = client.get(route.address(companies[0].pk))
        assert "/accounts/login/" in answer["Location"], route


def test_a_member_of_another_company_finds_nothing(companies):
    stranger = person_in(companies[1], Role.OWNER)
    for route in OF_COMPANY:
        assert set(calls(stranger, route, companies[0].pk)) == {404}, route


@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_ability_is_refused(companies, role):
    client = person_in(companies[0], role)
    for route in OF_COMPANY:
        if route.access not in abilities_of(role):
            assert set(calls(client, route, companies[0].pk)) == {403}, route


def test_every_role_has_its_abilities():
    assert set(ABILITIES) == set(Role)
    assert ABILITIES[Role.OWNER] == set(Ability)
    assert all(Ability.SEE_COMPANY in abilities for abilities in ABILITIES.values())
    assert Ability.SEE_BOOKS not in ABILITIES[Role.ASSISTANT] | ABILITIES[Role.CONTRIBUTOR]
