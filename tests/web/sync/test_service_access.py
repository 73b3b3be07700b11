"""Square on the site: connected in steps, let in by token or consent, fetched, told by calls; its profile."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from closebook.apps.sync.models import Connection, ServiceAccess
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.pulling import wanted_tick
from tests.fakes.square.server import Square, serving
from tests.fakes.square.world import World as Account
from tests.web.sync.conftest import Site

TILL = "Corner shop"


@pytest.fixture
def square():
    with serving(Square(Account(5, dt.date(2026, 3, 1), days=6, per_day=2))) as service:
        yield service


@pytest.fixture
def site(bare):
    return Site(bare.company())


def _connected(site) -> Connection:
    """Walk the steps of the wizard to the page of access."""
    site.post("connections/new/", {"source": "square"})
    page = site.get("connections/new/shop/")
    assert "One summary for each payout" not in page
    site.post("connections/new/shop/", {"name": TILL, "currency": "USD"})
    site.post("connections/new/start/", {"since": "2026-03-01", "opening": "0"})
    assert "Or let Closebook fetch by itself" in site.get("connections/new/files/")
    address = site.post("connections/new/files/", {"fetch": "1"})
    chosen = Connection.objects.get(name=TILL)
    assert address.endswith(f"/connections/{chosen.pk}/access/")
    return chosen


def test_a_till_is_connected_by_token_fetched_and_planned(site, square) -> None:
    chosen = _connected(site)
    path = f"connections/{chosen.pk}/access/"
    said = site.follow(path, {"form": "token", "token": square.token, "place": square.url})
    assert "The token is kept" in said
    assert square.token not in said
    assert wanted_tick() == 1
    assert "Nothing new" not in site.get(f"connections/{chosen.pk}/")
    assert "0 new and 0 changed" in site.follow(f"connections/{chosen.pk}/fetch/")
    page = site.follow(f"connections/{chosen.pk}/plan/")
    assert "sales receipt" in page


def test_a_till_is_let_in_by_consent(site, square) -> None:
    chosen = _connected(site)
    path = f"connections/{chosen.pk}/access/"
    keys = {"form": "app", "client_id": "app-1", "client_secret": "app-secret", "place": square.url}
    page = site.follow(path, keys)
    link = unescape(re.search(r'href="([^"]+/oauth2/authorize[^"]+)"', page)[1])
    state = parse_qs(urlsplit(link).query)["state"][0]
    wrong = site.client.get(site.address(f"{path}back/?code=code-1&state=x"), follow=True)
    assert "does not belong" in wrong.content.decode()
    site.get(path)
    state = site.client.session[f"consent-{chosen.pk}"]
    right = site.client.get(site.address(f"{path}back/?code=code-1&state={state}"), follow=True)
    assert "Connected." in right.content.decode()
    assert ServiceAccess.objects.get().refresh_token == "refresh-1"
    site.follow(f"{path}drop/")
    assert not ServiceAccess.objects.exists()


def test_what_is_wrong_is_said(site, square) -> None:
    chosen = _connected(site)
    path = f"connections/{chosen.pk}/access/"
    site.post(path, {"form": "token", "token": ""}, code=400)
    assert "is no address" in site.follow(path, {"form": "token", "token": "x", "place": "nowhere"})
    assert "no access" in site.follow(f"connections/{chosen.pk}/fetch/")


def test_a_signed_call_is_taken_and_any_other_refused(site, square, settings) -> None:
    settings.CLOSEBOOK_BASE_URL = "https://books.example"
    chosen = _connected(site)
    path = f"connections/{chosen.pk}/access/"
    site.post(path, {"form": "token", "token": square.token, "place": square.url})
    assert f"https://books.example/hooks/{chosen.pk}/" in site.get(path)
    site.post(path, {"form": "key", "key": "secret"})
    ServiceAccess.objects.update(wanted=False)
    body = json.dumps({"event_id": "ev-1", "type": "payment.updated"}).encode()
    address = f"/hooks/{chosen.pk}/"
    made = hmac.new(b"secret", b"https://books.example" + address.encode() + body, hashlib.sha256).digest()
    headers = {"x-square-hmacsha256-signature": base64.b64encode(made).decode()}
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(address, body, "application/json").status_code == 403
    assert stranger.post("/hooks/999/", body, "application/json", headers=headers).status_code == 403
    assert not ServiceAccess.objects.get().wanted
    assert stranger.post(address, body, "application/json", headers=headers).status_code == 200
    assert ServiceAccess.objects.get().wanted


def test_the_profile_of_a_till_is_a_form_too(site, square) -> None:
    chosen = _connected(site)
    path = f"connections/{chosen.pk}/profile/"
    page = site.get(path)
    for words in ("Tips to pay out", "Item for gift cards", "Which tax is posted", "Cash in the drawer"):
        assert words in page
    assert profile_of(chosen).platform == "Square"


def test_an_etsy_shop_has_no_access_page(site, bare) -> None:
    bare.command("connect", "etsy", "Quill prints")
    shop = Connection.objects.get(connector="etsy")
    site.get(f"connections/{shop.pk}/access/", code=404)
    assert "Fetched from the service" not in site.get(f"connections/{shop.pk}/")
