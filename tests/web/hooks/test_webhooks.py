"""The pages of webhooks: added, changed, paused, a new secret, the log with its attempts, sending again."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from closebook.apps.companies.models import Company, Membership, Person, Role
from closebook.apps.hooks.models import Attempt, Delivery, Endpoint
from closebook.apps.hooks.services.endpoints import endpoint_make
from closebook.apps.hooks.services.replaying import trial_send
from closebook.transport import clock

pytestmark = pytest.mark.django_db(databases=["default", "books"])
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
URL = "https://example.com/in"


@pytest.fixture
def companies(db) -> list[Company]:
    return [Company.objects.create(name=n, realm_id=n, created_at=clock.now()) for n in ("One", "Two")]


@pytest.fixture
def owner(companies) -> Client:
    person = Person.objects.create(username="ada")
    Membership.objects.create(person=person, company=companies[0], role=Role.OWNER)
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def made(company: Company) -> Endpoint:
    return endpoint_make(company, URL, (), "", "ada")[0]


def test_an_address_is_added_and_its_secret_shown_once(companies, owner):
    number = companies[0].pk
    assert "No program is told" in owner.get(reverse("webhooks", args=[number])).content.decode()
    wrong = owner.post(reverse("webhook-new", args=[number]), {"url": "https://10.0.0.1/", "note": "kept"})
    assert wrong.status_code == 400
    assert "kept" in wrong.content.decode()
    good = owner.post(reverse("webhook-new", args=[number]), {"url": URL, "events": ["run.done"]})
    (secret,) = re.findall(r"whsec_[\w-]+", good.content.decode())
    assert good["Cache-Control"] == "no-store"
    endpoint = Endpoint.objects.get()
    assert endpoint.secret == secret
    page = owner.get(reverse("webhook", args=[number, endpoint.pk])).content.decode()
    assert secret not in page
    new = owner.post(reverse("webhook-rotate", args=[number, endpoint.pk])).content.decode()
    assert secret not in new
    assert "former secret" in new


def test_it_is_changed_paused_started_and_deleted(companies, owner):
    endpoint = made(companies[0])
    where = [companies[0].pk, endpoint.pk]
    owner.post(reverse("webhook-edit", args=where), {"url": URL + "2", "events": ["run.held"], "note": "x"})
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.events, endpoint.note) == (URL + "2", ["run.held"], "x")
    owner.post(reverse("webhook-pause", args=where))
    assert "is paused" in owner.get(reverse("webhook", args=where)).content.decode()
    refused = owner.post(reverse("webhook-test", args=where), follow=True).content.decode()
    assert "Start it again first" in refused
    owner.post(reverse("webhook-pause", args=where), {"wish": "start"})
    owner.post(reverse("webhook-test", args=where))
    assert Delivery.objects.get().event == "test"
    owner.post(reverse("webhook-delete", args=where))
    assert not Endpoint.objects.exists()


def test_the_log_shows_attempts_and_sends_again_what_was_missed(companies, owner):
    endpoint = made(companies[0])
    delivery = trial_send(endpoint, "ada")
    Attempt.objects.create(delivery=delivery, at=clock.now(), status=503, reply="<b>busy</b>", milliseconds=7)
    Delivery.objects.update(state="failed", next_at=None)
    where = [companies[0].pk, delivery.pk]
    page = owner.get(reverse("webhook-delivery", args=where)).content.decode()
    assert "503" in page
    assert "&lt;b&gt;busy" in page
    owner.post(reverse("webhook-again", args=where))
    assert Delivery.objects.get().state == "waiting"
    Delivery.objects.update(state="failed", next_at=None)
    span = [companies[0].pk, endpoint.pk]
    assert owner.post(reverse("webhook-missed", args=span), {"first": "x"}).status_code == 400
    day = clock.now().date()
    wish = {"first": day - dt.timedelta(days=1), "last": day}
    owner.post(reverse("webhook-missed", args=span), wish)
    assert Delivery.objects.get().state == "waiting"


def test_another_companys_addresses_and_deliveries_are_not_found(companies, owner):
    endpoint = made(companies[1])
    delivery = trial_send(endpoint, "eve")
    mine = companies[0].pk
    for name in ("webhook", "webhook-edit"):
        assert owner.get(reverse(name, args=[mine, endpoint.pk])).status_code == 404
    for name in ("webhook-rotate", "webhook-pause", "webhook-delete", "webhook-test", "webhook-missed"):
        assert owner.post(reverse(name, args=[mine, endpoint.pk])).status_code == 404
    assert owner.get(reverse("webhook-delivery", args=[mine, delivery.pk])).status_code == 404
    assert owner.post(reverse("webhook-again", args=[mine, delivery.pk])).status_code == 404
    assert Endpoint.objects.get().state == "active"


def test_the_number_of_queries_does_not_grow_with_rows(companies, owner):
    endpoint = made(companies[0])
    counted = []
    for more in (1, 12):
        for _ in range(more):
            trial_send(endpoint, "ada")
            made(companies[0])
        for address in (
            reverse("webhooks", args=[companies[0].pk]),
            reverse("webhook", args=[companies[0].pk, endpoint.pk]),
        ):
            owner.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert owner.get(address).status_code == 200
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
