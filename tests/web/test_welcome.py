"""The first ten minutes of the owner, who is made once, at the machine itself, with a good password."""

from __future__ import annotations

import pytest
from django.test import Client

from closebook.apps.companies.models import Company, Membership, Person

pytestmark = pytest.mark.django_db(databases=["default", "books"])

FACTS = {
    "username": "ada",
    "email": "ada@example.org",
    "password": "a long and rare sentence",
    "company": "Mugs",
    "currency": "EUR",
}


def test_whoever_comes_first_becomes_the_owner_and_nobody_after(client):
    assert "/welcome/" in client.get("/").content.decode()
    answer = client.post("/welcome/", FACTS)
    company = Company.objects.get(name="Mugs")
    assert (answer.status_code, answer["Location"]) == (302, f"/c/{company.pk}/")
    assert Membership.objects.get(person__username="ada", company=company).role == "owner"
    assert client.get(answer["Location"]).status_code == 200
    assert Client().get("/welcome/").status_code == 404
    assert Client().post("/welcome/", {**FACTS, "username": "eve"}).status_code == 404
    assert not Person.objects.filter(username="eve").exists()


def test_only_from_the_machine_itself(client):
    assert client.get("/welcome/", REMOTE_ADDR="192.168.1.9").status_code == 404
    assert client.get("/welcome/", headers={"X-Forwarded-For": "192.168.1.9"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("password", "short"), ("password", "password123"), ("currency", "euro"), ("company", "")],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(client, field, value):
    answer = client.post("/welcome/", {**FACTS, field: value})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "errorlist" in page
    assert "ada@example.org" in page
    assert not Person.objects.exists()


def test_five_wrong_passwords_lock_the_name(client):
    Person.objects.create_user("ada", password="a long and rare sentence")
    wrong = {"login": "ada", "password": "not this one at all"}
    statuses = [client.post("/accounts/login/", wrong).status_code for _ in range(6)]
    assert statuses[0] == 200
    assert statuses[-1] in {403, 429}
    right = {"login": "ada", "password": "a long and rare sentence"}
    assert client.post("/accounts/login/", right).status_code in {403, 429}


def test_nobody_signs_up_uninvited(client):
    client.post(
        "/accounts/signup/",
        {
            "username": "eve",
            "email": "e@example.org",
            "password1": FACTS["password"],
            "password2": FACTS["password"],
        },
    )
    assert not Person.objects.filter(username="eve").exists()
