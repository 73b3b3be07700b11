"""The page of tokens: made and shown once, listed, revoked, and what each role sees of them."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.companies.models import ApiToken, AuditEvent, Company, Membership, Person, Role
from closebook.apps.companies.services.tokens import token_check, token_make
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def companies(db) -> list[Company]:
    return [Company.objects.create(name=n, realm_id=n, created_at=clock.now()) for n in ("One", "Two")]


def signed_in(company: Company, role: str, name: str) -> Client:
    person = Person.objects.create(username=name)
    Membership.objects.create(person=person, company=company, role=role)
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def token_in(company: Company, name: str) -> ApiToken:
    return token_make(company, Person.objects.get(username=name), f"Till of {name}", ["see-company"], 9)[0]


def text_of(client: Client, name: str, *args: int, status: int = 200) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status
    return answer.content.decode()


def test_a_token_is_made_shown_once_and_works(companies):
    client = signed_in(companies[0], Role.BOOKKEEPER, "ada")
    assert "There is no token yet" in text_of(client, "tokens", companies[0].pk)
    assert "run-sync" in text_of(client, "token-new", companies[0].pk)
    facts = {"name": "Till", "abilities": ["see-company", "run-sync"], "days": "30"}
    made = client.post(reverse("token-new", args=[companies[0].pk]), facts)
    (plain,) = re.findall(r'value="(cb_[^"]+)"', made.content.decode())
    assert made["Cache-Control"] == "no-store"
    assert f"Bearer {plain}" in made.content.decode()
    assert {each.value for each in token_check(plain).abilities} == {"see-company", "run-sync"}
    listed = text_of(client, "tokens", companies[0].pk)
    assert "Till" in listed
    assert plain not in listed + text_of(client, "token", companies[0].pk, ApiToken.objects.get().pk)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"abilities": []}, {"abilities": ["manage-people"]}, {"days": "0"}, {"days": "366"}],
)
def test_a_bad_form_keeps_what_was_typed(companies, wrong):
    client = signed_in(companies[0], Role.READER, "ada")
    facts = {"name": "Till", "abilities": ["see-company"], "days": "30", **wrong}
    answer = client.post(reverse("token-new", args=[companies[0].pk]), facts)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert ("Till" in answer.content.decode()) == ("name" not in wrong)
    assert not ApiToken.objects.exists()


def test_each_sees_and_revokes_their_own_and_the_owner_all(companies):
    owner = signed_in(companies[0], Role.OWNER, "olga")
    clients = {name: signed_in(companies[0], Role.READER, name) for name in ("ada", "bob")}
    tokens = {name: token_in(companies[0], name) for name in clients}
    assert "Till of bob" not in text_of(clients["ada"], "tokens", companies[0].pk)
    for name in ("ada", "bob"):
        assert f"Till of {name}" in text_of(owner, "tokens", companies[0].pk)
    text_of(clients["ada"], "token", companies[0].pk, tokens["bob"].pk, status=404)
    revoke = [reverse("token-revoke", args=[companies[0].pk, tokens[name].pk]) for name in ("ada", "bob")]
    assert clients["ada"].post(revoke[1]).status_code == 404
    assert clients["ada"].post(revoke[0]).status_code == 302
    assert owner.post(revoke[1]).status_code == 302
    assert not ApiToken.objects.filter(revoked_at=None).exists()
    assert "revoked" in text_of(owner, "token", companies[0].pk, tokens["bob"].pk).lower()
    who = AuditEvent.objects.filter(action="token-revoked").order_by("number").values_list("actor", flat=True)
    assert list(who) == ["ada", "olga"]


def test_tokens_of_another_company_are_not_there(companies):
    signed_in(companies[0], Role.OWNER, "ada")
    found = token_in(companies[0], "ada")
    stranger = signed_in(companies[1], Role.OWNER, "eve")
    assert "Till of ada" not in text_of(stranger, "tokens", companies[1].pk)
    text_of(stranger, "token", companies[1].pk, found.pk, status=404)
    assert stranger.post(reverse("token-revoke", args=[companies[1].pk, found.pk])).status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_many_tokens_cost_the_queries_of_one(companies, django_assert_num_queries):
    client = signed_in(companies[0], Role.OWNER, "ada")
    token_in(companies[0], "ada")
    text_of(client, "tokens", companies[0].pk)
    with CaptureQueriesContext(connection) as one:
        text_of(client, "tokens", companies[0].pk)
    for _ in range(29):
        token_in(companies[0], "ada")
    with django_assert_num_queries(len(one.captured_queries)):
        text_of(client, "tokens", companies[0].pk)


def test_the_docs_page_shows_every_operation_without_foreign_hosts(client, db):
    answer = client.get("/api/v1/docs")
    text = answer.content.decode()
    assert answer.status_code == 200
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"] == "3.1.0"
    for methods in description["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in text
    assert not re.findall(r'(?:src|href)="https?://', text)
    assert "unsafe" not in answer["Content-Security-Policy"]
