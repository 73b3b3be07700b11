"""A company's books at another server: keys, consent, callback, disconnecting, and what is refused."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from django.core import mail
from django.test import Client

from closebook.apps.companies.models import AuditEvent, Company, Membership, Person, Role
from closebook.apps.sync.models import AppKeys, BooksAccess, CallCount, Connection, Link
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.app_keys import redirect_problem
from closebook.apps.sync.services.login_watch import warn_if_near
from closebook.core.errors import LoginError
from closebook.transport import clock
from tests.conformance.server import REALM
from tests.conformance.test_consent import answer_consent as consent_page

pytestmark = pytest.mark.django_db(databases=["default", "books"], transaction=True)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SITE = "https://books.example.org"
CALLBACK = f"{SITE}/quickbooks/callback"


@pytest.fixture
def place(server, settings):
    """Let the second server be Intuit, with our address registered there."""
    settings.CLOSEBOOK_QBO_SANDBOX_API = server.url
    settings.CLOSEBOOK_QBO_SANDBOX_DISCOVERY = server.discovery
    settings.CLOSEBOOK_BASE_URL = SITE
    with closing(sqlite3.connect(server.folder / "books.sqlite3", timeout=30)) as books, books:
        books.execute(
            "UPDATE qbo_apiclient SET redirect_uris = ?", (f"https://example.com/callback\n{CALLBACK}",)
        )
    return server


class Owner:
    """A person with a browser, in a company whose books are still embedded."""

    def __init__(self, name: str = "Far Works", role: str = Role.OWNER) -> None:
        self.company, _made = Company.objects.get_or_create(
            name=name, realm_id=name, defaults={"created_at": clock.now()}
        )
        self.person = Person.objects.create(username=f"{role} {name}", email="ada@example.org")
        Membership.objects.create(person=self.person, company=self.company, role=role)
        self.client = Client()
        self.client.force_login(self.person, backend=BACKEND)

    def page(self, path: str = "", code: int = 200) -> str:
        found = self.client.get(f"/c/{self.company.pk}/quickbooks/{path}")
        assert found.status_code == code, (path, found.status_code)
        return found.content.decode()

    def post(self, path: str, data: dict[str, str] | None = None):
        return self.client.post(f"/c/{self.company.pk}/quickbooks/{path}", data or {})

    def keys(self, server, **other):
        given = {"client_id": server.facts["client_id"], "client_secret": server.facts["client_secret"]}
        return self.post("keys/development/", {**given, **other})

    def consent_address(self) -> str:
        self.page("consent/development/")
        found = self.client.get(f"/c/{self.company.pk}/quickbooks/consent/development/")
        return found.context["address"]

    def allow(self, answer: str = "allow") -> dict[str, str]:
        with requests.Session() as session:
            return consent_page(session, self.consent_address(), answer, CALLBACK)

    def come_back(self, params: dict[str, str]):
        return self.client.get(f"/quickbooks/callback?{urlencode(params)}")

    def connect(self, server) -> None:
        self.keys(server)
        answer = self.come_back(self.allow())
        assert answer.status_code == 302
        self.company.refresh_from_db()


def test_the_whole_way_from_keys_to_books_and_back(place):
    owner = Owner()
    assert "Begin with development" in owner.page()
    assert CALLBACK in owner.page("keys/development/")
    answer = owner.keys(place, verifier_token="word")
    assert answer["Location"].endswith("/quickbooks/consent/development/")
    address = urlsplit(owner.consent_address())
    query = parse_qs(address.query)
    assert f"{address.scheme}://{address.netloc}" == place.url
    assert query["redirect_uri"] == [CALLBACK]
    params = owner.allow()
    assert owner.come_back(params).status_code == 302
    access = BooksAccess.objects.get(company=owner.company)
    assert (access.base_url, access.realm_id, access.books_name) == (place.url, REALM, "Harbor Works")
    assert access.environment == "development"
    assert access.hard_expires_at is not None
    assert access.manners["country"] == "US"
    page = owner.page()
    assert "Harbor Works" in page
    assert place.facts["client_secret"] not in page + owner.page("keys/development/")
    owner.company.refresh_from_db()
    assert not owner.company.embedded
    with books_client(owner.company) as client:
        assert client.company_info()["CompanyName"] == "Harbor Works"
    counted = dict(CallCount.objects.filter(company=owner.company).values_list("kind", "count"))
    assert counted == {"read": 3}
    assert owner.come_back(params).status_code == 400  # the state works once
    assert owner.post("disconnect/").status_code == 302
    with pytest.raises(LoginError), books_client(owner.company) as client:
        client.company_info()
    assert "connect again" in owner.page()
    kinds = list(AuditEvent.objects.filter(company=owner.company).values_list("action", flat=True))
    assert kinds == ["app-keys-saved", "books-connected", "books-disconnected"]
    assert owner.come_back(owner.allow()).status_code == 302
    assert BooksAccess.objects.get(company=owner.company).broken is False


def test_secrets_lie_encrypted_in_the_database(place):
    owner = Owner()
    owner.keys(place, verifier_token="word")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret, verifier_token FROM sync_appkeys")
        row = cursor.fetchone()
    assert not {place.facts["client_secret"], "word"} & set(row)
    assert AppKeys.objects.get().client_secret == place.facts["client_secret"]


def test_wrong_keys_are_answered_at_their_field(place):
    owner = Owner()
    answer = owner.keys(place, client_secret="wrong")
    assert answer.status_code == 400
    assert "Intuit does not know these keys" in answer.content.decode()
    assert not AppKeys.objects.exists()
    assert owner.keys(place, client_id="two words").status_code == 400


def test_an_answer_without_our_state_is_refused(place):
    owner, other = Owner(), Owner("Other Works")
    owner.keys(place)
    params = owner.allow()
    assert owner.come_back({**params, "state": "forged"}).status_code == 400
    assert other.come_back(params).status_code == 400  # another browser's
    assert Client().get(f"/quickbooks/callback?{urlencode(params)}").status_code == 302  # asks to sign in
    assert not BooksAccess.objects.exists()


def test_a_person_who_says_no_is_told_so(place):
    owner = Owner()
    owner.keys(place)
    answer = owner.come_back(owner.allow("deny"))
    assert answer.status_code == 302
    assert "access was not allowed" in owner.page()
    assert not BooksAccess.objects.exists()


def test_books_belong_to_one_company_and_a_company_keeps_its_books(place):
    owner, other = Owner(), Owner("Other Works")
    owner.connect(place)
    other.keys(place)
    other.come_back(other.allow())
    assert not BooksAccess.objects.filter(company=other.company).exists()
    assert "connected to another company here" in other.page()
    third = Owner("Third Works")
    shop = Connection.objects.create(
        company=third.company, name="Shop", connector="etsy", currency="USD", created_at=clock.now()
    )
    Link.objects.create(connection=shop, key="a", kind="customer", remote_id="1", sync_token="0")
    BooksAccess.objects.filter(company=owner.company).update(realm_id="elsewhere")
    third.keys(place)
    third.come_back(third.allow())
    assert "posted into other books already" in third.page()


def test_only_who_manages_the_company_connects(place):
    reader = Owner("Far Works", Role.BOOKKEEPER)
    reader.page("keys/development/", 403)
    assert reader.post("disconnect/").status_code == 403
    reader.page()


@pytest.mark.parametrize(
    ("environment", "address", "problem"),
    [
        ("production", "https://books.example.org/x", ""),
        ("production", "http://books.example.org/x", "not-https"),
        ("production", "http://localhost:8000/x", "localhost"),
        ("development", "http://localhost:8000/x", ""),
        ("development", "http://127.0.0.1:8000/x", "ip-address"),
    ],
)
def test_the_redirect_address_follows_intuits_rules(environment, address, problem):
    assert redirect_problem(environment, address) == problem


def test_the_end_is_told_thirty_fourteen_seven_and_one_day_before(place):
    import datetime as dt

    owner = Owner()
    owner.connect(place)
    end = BooksAccess.objects.get().refresh_expires_at
    told = [
        warn_if_near(BooksAccess.objects.select_related("company").get(), end - dt.timedelta(days=days))
        for days in (90, 30, 29, 14, 13, 7, 3, 1, 1)
    ]
    assert told == [0, 30, 0, 14, 0, 7, 0, 1, 0]
    assert len(mail.outbox) == 4
    assert "/quickbooks/" in mail.outbox[0].body
