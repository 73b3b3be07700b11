"""Consent, codes, tokens and their rotation."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from closebook.apps.qbo.models import ApiClient, Grant
from closebook.apps.qbo.services import oauth
from closebook.apps.qbo.services.oauth import OAuthError, client_create

from .conftest import NOW

pytestmark = pytest.mark.django_db(databases=["default", "books"])

BACK = "https://shop.example/back"
ACCOUNTING = "com.intuit.quickbooks.accounting"


@pytest.fixture
def keys(company):
    """Return the credentials of a client with a redirect address."""
    return client_create(company, now=NOW, redirect_uris=(BACK,))


@pytest.fixture
def known(keys):
    """Return the client's row."""
    return ApiClient.objects.using("books").get(client_id=keys.client_id)


def refused(call, *arguments):
    with pytest.raises(OAuthError) as caught:
        call(*arguments)
    return caught.value.error


def hours(number):
    return NOW + dt.timedelta(hours=number)


def test_refresh_token_keeps_its_value_within_a_day(known, keys):
    first = oauth.refresh(known, keys.refresh_token, hours(23))
    assert first.refresh_token == keys.refresh_token
    assert first.access_token != keys.access_token


def test_refresh_token_changes_after_a_day_and_the_old_one_dies(known, keys):
    second = oauth.refresh(known, keys.refresh_token, hours(25))
    assert second.refresh_token != keys.refresh_token
    assert refused(oauth.refresh, known, keys.refresh_token, hours(25)) == "invalid_grant"
    assert oauth.refresh(known, second.refresh_token, hours(48)).refresh_token == second.refresh_token
    assert oauth.refresh(known, second.refresh_token, hours(50)).refresh_token != second.refresh_token


def test_refresh_token_lives_a_hundred_days_since_its_last_use(known, keys):
    used = oauth.refresh(known, keys.refresh_token, hours(24 * 90))
    assert used.refresh_seconds == 8_640_000
    later = oauth.refresh(known, used.refresh_token, hours(24 * 180))
    assert refused(oauth.refresh, known, later.refresh_token, hours(24 * 281)) == "invalid_grant"


def test_consent_ends_after_five_years(known, keys):
    token, day = keys.refresh_token, 0
    while day + 90 < 5 * 365:
        day += 90
        tokens = oauth.refresh(known, token, hours(24 * day))
        token = tokens.refresh_token
    assert tokens.refresh_seconds == tokens.hard_seconds == (5 * 365 - day) * 86400
    assert refused(oauth.refresh, known, token, hours(24 * 5 * 365)) == "invalid_grant"


def test_refresh_by_another_client(company, keys):
    other = client_create(company, now=NOW, name="other")
    row = ApiClient.objects.using("books").get(client_id=other.client_id)
    assert refused(oauth.refresh, row, keys.refresh_token, NOW) == "invalid_grant"


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_revoking_either_token_ends_both(known, keys, which):
    assert oauth.revoke(known, getattr(keys, which), NOW)
    assert refused(oauth.refresh, known, keys.refresh_token, NOW) == "invalid_grant"
    assert oauth.grant_of_access(keys.access_token, NOW) is None


def test_nothing_secret_is_stored(known, keys):
    grant = Grant.objects.using("books").get()
    stored = f"{known.secret_digest} {grant.refresh_digest}"
    assert keys.client_secret not in stored
    assert keys.refresh_token not in stored


def code(known, company, **more):
    arguments = {"scope": ACCOUNTING, "redirect_uri": BACK, "person": "Ada Quill", "now": NOW, **more}
    return oauth.code_create(known, company.pk, **arguments)


def test_code_works_once(known, company):
    given = code(known, company)
    assert oauth.code_exchange(known, given, BACK, "", NOW).scope == ACCOUNTING
    assert refused(oauth.code_exchange, known, given, BACK, "", NOW) == "invalid_grant"


def test_code_is_bound_to_its_address_and_time(known, company):
    assert refused(oauth.code_exchange, known, code(known, company), BACK + "/", "", NOW) == "invalid_grant"
    assert refused(oauth.code_exchange, known, code(known, company), BACK, "", hours(1)) == "invalid_grant"


def test_challenge_is_checked(known, company):
    hashed = base64.urlsafe_b64encode(hashlib.sha256(b"verifier").digest()).rstrip(b"=").decode()
    given = code(known, company, challenge=hashed, method="S256")
    assert refused(oauth.code_exchange, known, given, BACK, "wrong", NOW) == "invalid_grant"
    assert oauth.code_exchange(known, given, BACK, "verifier", NOW).access_token


def basic(keys, secret=None):
    pair = f"{keys.client_id}:{secret or keys.client_secret}".encode()
    return "Basic " + base64.b64encode(pair).decode()


TOKEN = "/oauth2/v1/tokens/bearer"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": "no"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "no", "redirect_uri": BACK}, 400, "invalid_grant"),
    ],
)
def test_token_endpoint_refuses(client, keys, form, status, error):
    response = client.post(TOKEN, form, headers={"Authorization": basic(keys)})
    assert (response.status_code, response.json()["error"]) == (status, error)


@pytest.mark.parametrize("header", ["", "Basic !!", "Bearer x"])
def test_token_endpoint_wants_the_secret(client, keys, header):
    form = {"grant_type": "refresh_token", "refresh_token": keys.refresh_token}
    headers = {"Authorization": header or basic(keys, "wrong")}
    response = client.post(TOKEN, form, headers=headers)
    assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})


def test_token_endpoint_answers(client, known, company):
    keys = client_create(company, now=oauth_now())
    form = {"grant_type": "refresh_token", "refresh_token": keys.refresh_token}
    headers = {"Authorization": basic(keys), "x-include-refresh-token-hard-expires-in": "true"}
    body = client.post(TOKEN, form, headers=headers).json()
    assert (body["token_type"], body["expires_in"], body["refresh_token"]) == (
        "bearer",
        3600,
        keys.refresh_token,
    )
    assert 8_639_940 <= body["x_refresh_token_expires_in"] <= 8_640_000
    assert body["x_refresh_token_hard_expires_in"] > body["x_refresh_token_expires_in"]


def oauth_now():
    from closebook.transport import clock

    return clock.now()


@pytest.mark.parametrize(
    "path", ["openid_configuration", "openid_sandbox_configuration", "openid_configuration/"]
)
def test_discovery(client, path):
    body = client.get(f"/.well-known/{path}").json()
    assert body["token_endpoint"] == "http://testserver/oauth2/v1/tokens/bearer"
    assert {
        "issuer",
        "authorization_endpoint",
        "userinfo_endpoint",
        "revocation_endpoint",
        "jwks_uri",
    } <= body.keys()


ASK = {"client_id": "", "redirect_uri": BACK, "response_type": "code", "scope": ACCOUNTING, "state": "s 1"}


def test_whole_flow_in_debug(client, keys, company, settings):
    settings.DEBUG = True
    ask = {**ASK, "client_id": keys.client_id}
    page = client.get("/connect/oauth2", ask)
    form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.content.decode()))
    sent = {**form, "realm": company.realm_id, "answer": "allow"}
    back = urlsplit(client.post("/connect/oauth2", sent)["Location"])
    answer = {name: value[0] for name, value in parse_qs(back.query).items()}
    assert (answer["state"], answer["realmId"]) == ("s 1", company.realm_id)
    form = {"grant_type": "authorization_code", "code": answer["code"], "redirect_uri": BACK}
    tokens = client.post(TOKEN, form, headers={"Authorization": basic(keys)}).json()
    info = client.get(
        "/v1/openid_connect/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}
    )
    assert info.json()["sub"]
    revoked = client.post(
        "/v2/oauth2/tokens/revoke",
        {"token": tokens["refresh_token"]},
        content_type="application/json",
        headers={"Authorization": basic(keys)},
    )
    assert revoked.status_code == 200


def test_consent_needs_the_page_that_was_shown(client, keys, company, settings):
    settings.DEBUG = True
    sent = {
        **ASK,
        "client_id": keys.client_id,
        "realm": company.realm_id,
        "answer": "allow",
        "token": "guessed",
    }
    assert "error=access_denied" in client.post("/connect/oauth2", sent)["Location"]


def test_no_consent_page_outside_debug(client, keys, settings):
    settings.DEBUG = False
    response = client.get("/connect/oauth2", {**ASK, "client_id": keys.client_id})
    assert response.status_code == 403
    assert b"closebook keys" in response.content


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"state": ""}, "invalid_request"),
        ({"scope": "everything"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
    ],
)
def test_bad_authorization_request_goes_back_with_an_error(client, keys, change, error):
    response = client.get("/connect/oauth2", {**ASK, "client_id": keys.client_id, **change})
    assert f"error={error}" in response["Location"]


@pytest.mark.parametrize("change", [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/"}])
def test_unknown_client_or_address_is_never_sent_back(client, keys, change):
    response = client.get("/connect/oauth2", {**ASK, "client_id": keys.client_id, **change})
    assert (response.status_code, response.has_header("Location")) == (400, False)


def test_revoking_an_unknown_token(client, keys):
    response = client.post(
        "/v2/oauth2/tokens/revoke", {"token": "no"}, headers={"Authorization": basic(keys)}
    )
    assert response.status_code == 400


def test_oauth_answers_bear_the_id_of_the_call(client, keys):
    basic = base64.b64encode(f"{keys.client_id}:{keys.client_secret}".encode()).decode()
    for path in ("/oauth2/v1/tokens/bearer", "/v2/oauth2/tokens/revoke"):
        refused = client.post(path, {"grant_type": "none"}, headers={"Authorization": f"Basic {basic}"})
        assert (refused.status_code, bool(refused.headers.get("intuit_tid"))) == (400, True)
    assert client.get("/v1/openid_connect/userinfo").headers["intuit_tid"]
