"""A second factor, from its QR code to signing in with a recovery code."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from tests.web.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "books"])


ACTIVATE = "/accounts/2fa/totp/activate/"


def code_of(page: str) -> str:
    """Return the code that an app shows for the secret of a page."""
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page)
    assert secret is not None, page
    return format_hotp_value(hotp_value(secret[1], next(iter(yield_hotp_counters_from_time()))))


def test_a_code_of_the_app_and_a_recovery_code_let_one_in(world):
    cache.clear()
    client = Client()
    client.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    asked = client.get(ACTIVATE)["Location"]
    assert "Confirm that it is you" in client.get(asked).content.decode()
    client.post(asked, {"password": PASSWORD})
    answer = client.get(ACTIVATE)
    assert 'src="data:image/svg+xml;base64,' in answer.content.decode()
    wrong = client.post(ACTIVATE, {"code": "1"}).content.decode()
    assert "errorlist" in wrong
    code = code_of(wrong)
    shown = client.post(ACTIVATE, {"code": code}, follow=True).content.decode()
    codes = re.findall(r"<li><code>(\w+)</code></li>", shown)
    assert len(codes) == 10
    again = Client()
    answer = again.post("/accounts/login/", {"login": "ada", "password": PASSWORD})
    assert "/2fa/" in answer["Location"]
    assert again.post(answer["Location"], {"code": "000000"}).status_code == 200
    assert again.post(answer["Location"], {"code": codes[0]}).status_code == 302
    assert again.get("/preferences/").status_code == 200
    assert "9 left" in again.get("/accounts/2fa/").content.decode()
