"""The way of a person and a program to tokens: consent page, callback, rotation after a day, one refresh
for many.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import sqlite3
import threading
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from closebook.connectors.quickbooks.oauth import (
    Credentials,
    authorize_url,
    callback_code,
    discover,
    new_state,
)
from closebook.connectors.quickbooks.tokens import RefreshedTokens, Tokens
from closebook.core.errors import LoginError
from tests.conformance.conftest import REDIRECT
from tests.conformance.server import REALM
from tests.connectors.quickbooks.stores import FAR, MemoryStore


@pytest.fixture
def credentials(server) -> Credentials:
    return Credentials(server.facts["client_id"], server.facts["client_secret"], REDIRECT)


def answer_consent(
    session: requests.Session, address: str, answer: str, back: str = REDIRECT
) -> dict[str, str]:
    """Open the consent page, answer it, and return the parameters of the callback."""
    page = session.get(address, timeout=10)
    assert page.status_code == 200, page.text
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    form = {name: html.unescape(value) for name, value in pairs}
    target = address.partition("?")[0]
    sent = session.post(
        target, data={**form, "realm": REALM, "answer": answer}, allow_redirects=False, timeout=10
    )
    assert sent.status_code == 302
    assert sent.headers["Location"].startswith(back)
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["Location"]).query).items()}


def test_consent_gives_a_code_for_the_chosen_company_once(server, http, endpoint, credentials):
    state = new_state()
    address = authorize_url(discover(http, server.discovery), credentials, state)
    with requests.Session() as session:
        params = answer_consent(session, address, "allow")
    code, realm = callback_code(params, state)
    assert realm == REALM
    answer = endpoint.exchange_code(code)
    assert (answer.access_seconds, answer.refresh_seconds > 86400 * 90) == (3600, True)
    with pytest.raises(LoginError):
        endpoint.exchange_code(code)


def test_a_refusal_comes_back_as_one(server, http, credentials):
    state = new_state()
    address = authorize_url(discover(http, server.discovery), credentials, state)
    with requests.Session() as session, pytest.raises(LoginError) as caught:
        callback_code(answer_consent(session, address, "deny"), state)
    assert caught.value.code == "declined"


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "unknown"},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": REDIRECT + "/"},
    ],
)
def test_a_foreign_address_never_gets_a_redirect(server, change):
    query = {
        "client_id": server.facts["client_id"],
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "state": "s",
    }
    query |= {"scope": "com.intuit.quickbooks.accounting", **change}
    reply = requests.get(f"{server.url}/connect/oauth2?{urlencode(query)}", allow_redirects=False, timeout=10)
    assert reply.status_code == 400


def test_the_refresh_token_changes_after_a_day_and_the_old_one_dies(server, endpoint):
    store = MemoryStore(Tokens.first(endpoint.exchange_code(server.take_code()), FAR))
    source = RefreshedTokens(endpoint, store)
    source.refresh(store.kept.access_token)
    first = store.kept.refresh_token
    assert store.kept.previous == ""
    day_ago = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=25)).strftime("%Y-%m-%d %H:%M:%S")
    with sqlite3.connect(server.folder / "books.sqlite3", timeout=10) as books:
        books.execute("UPDATE qbo_grant SET refresh_changed_at = ?", (day_ago,))
    books.close()
    source.refresh(store.kept.access_token)
    assert store.kept.refresh_token != first
    assert store.kept.previous == first
    assert endpoint.refresh(first) is None
    source.refresh(store.kept.access_token)
    assert store.kept.previous == ""


def test_many_threads_share_one_refresh(server, endpoint):
    store = MemoryStore(Tokens.first(endpoint.exchange_code(server.take_code()), FAR))
    stale = store.kept.access_token
    sources = [RefreshedTokens(endpoint, store) for _ in range(6)]
    threads = [threading.Thread(target=source.refresh, args=(stale,)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.saves) == 1
    assert {source.access_token() for source in sources} == {store.kept.access_token}


def test_user_information_needs_a_live_token(server, endpoint, http):
    token = endpoint.exchange_code(server.take_code()).access_token
    address = discover(http, server.discovery).user_info
    assert requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=10).json()["sub"]
    assert requests.get(address, headers={"Authorization": "Bearer wrong"}, timeout=10).status_code == 401
