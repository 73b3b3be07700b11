"""Consent, tokens and the signature of webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from closebook.connectors.base import App, Call
from closebook.connectors.square import SQUARE
from closebook.core.errors import LoginError
from tests.connectors.square.pulls import FIRST, puller
from tests.fakes.square.world import World

APP = App("app-1", "app-secret", "https://books.example/back")
URL = "https://books.example/hooks/1"
BODY = json.dumps({"event_id": "ev-1", "type": "payment.updated"}).encode()


def _signed(url: str, body: bytes, key: str = "key") -> dict[str, str]:
    made = hmac.new(key.encode(), url.encode() + body, hashlib.sha256).digest()
    return {"x-square-hmacsha256-signature": base64.b64encode(made).decode()}


def test_the_way_to_the_consent_page_names_what_is_read() -> None:
    parts = urlsplit(SQUARE.consent_url("https://square.example", APP, "state-1"))
    query = parse_qs(parts.query)
    assert parts.path == "/oauth2/authorize"
    assert query["client_id"] == ["app-1"]
    assert query["state"] == ["state-1"]
    assert "PAYOUTS_READ" in query["scope"][0]
    assert "WRITE" not in query["scope"][0]


def test_a_code_becomes_tokens_and_they_are_renewed() -> None:
    with puller(World(1, FIRST, days=1)) as one:
        grant = SQUARE.exchange(one.http, one.square.url, APP, "code-1")
        assert (grant.access_token, grant.refresh_token) == ("token-2", "refresh-1")
        assert grant.access_seconds is not None
        assert 29 * 86_400 < grant.access_seconds <= 30 * 86_400
        again = SQUARE.renew(one.http, one.square.url, APP, grant.refresh_token)
        assert again is not None
        assert again.access_token == one.square.token == "token-3"


def test_a_wrong_code_and_a_spent_refresh_token_are_refused() -> None:
    with puller(World(1, FIRST, days=1)) as one:
        with pytest.raises(LoginError):
            SQUARE.exchange(one.http, one.square.url, APP, "wrong")
        assert SQUARE.renew(one.http, one.square.url, APP, "spent") is None


def test_a_signed_call_is_read() -> None:
    notice = SQUARE.notice(Call(URL, _signed(URL, BODY), BODY), "key")
    assert notice is not None
    assert (notice.event_id, notice.kind) == ("ev-1", "payment.updated")


@pytest.mark.parametrize(
    ("url", "body", "key"),
    [
        (URL + "/", BODY, "key"),
        (URL, BODY + b" ", "key"),
        (URL, BODY, "other"),
        (URL, BODY, ""),
    ],
)
def test_anything_else_is_not_read(url: str, body: bytes, key: str) -> None:
    assert SQUARE.notice(Call(url, _signed(URL, BODY), body), key) is None
    assert SQUARE.notice(Call(URL, {}, BODY), "key") is None
