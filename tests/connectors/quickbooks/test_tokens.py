"""Refreshing: once for all threads and processes, and never severed by a lost reply."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from closebook.connectors.quickbooks.oauth import (
    Credentials,
    Endpoints,
    TokenEndpoint,
    authorize_url,
    callback_code,
    discover,
    new_state,
)
from closebook.connectors.quickbooks.tokens import FixedToken, RefreshedTokens, Tokens
from closebook.core.errors import LoginError, RejectedError, RetryError, UnknownOutcomeError
from tests.connectors.quickbooks.conftest import CREDENTIALS
from tests.connectors.quickbooks.service import Reply
from tests.connectors.quickbooks.stores import NOW, MemoryStore, tokens

ROOT = Path(__file__).resolve().parents[3]


def test_a_good_token_is_used_as_it_is(source, service):
    assert source.access_token() == "access-1"
    assert not service.refreshes


def test_a_token_that_ends_within_a_minute_is_refreshed_before_it_is_used(endpoint, service):
    store = MemoryStore(tokens(access_expires_at=NOW + dt.timedelta(seconds=30)))
    source = RefreshedTokens(endpoint, store, now=lambda: NOW)
    assert source.access_token() == "access-2"
    assert source.access_token() == "access-2"
    assert service.refreshes == ["refresh-1"]
    assert store.kept.access_expires_at == NOW + dt.timedelta(seconds=3600)
    assert store.kept.refresh_expires_at == NOW + dt.timedelta(seconds=8726400)


def test_the_refresh_is_sent_as_documented(source, service):
    source.refresh("access-1")
    method, path, _, body = service.requests[-1]
    assert (method, path, body) == ("POST", "/token", b"grant_type=refresh_token&refresh_token=refresh-1")
    assert service.headers[-1]["authorization"] == "Basic Y2xpZW50LTE6c2VjcmV0LTE="
    assert service.headers[-1]["content-type"] == "application/x-www-form-urlencoded"


def test_the_token_that_worked_is_kept_until_its_successor_has_worked(source, store):
    source.refresh("access-1")
    assert (store.kept.refresh_token, store.kept.previous) == ("refresh-2", "refresh-1")
    source.refresh("access-2")
    assert (store.kept.refresh_token, store.kept.previous) == ("refresh-3", "refresh-2")


def test_an_unchanged_refresh_token_leaves_nothing_to_keep(source, store, service):
    answer = {"access_token": "a", "refresh_token": "refresh-1", "expires_in": 3600}
    service.script.append(Reply(body=answer))
    assert source.refresh("access-1") == "a"
    assert (store.kept.refresh_token, store.kept.previous) == ("refresh-1", "")


def test_many_threads_refresh_once(endpoint, store, service):
    sources = [RefreshedTokens(endpoint, store) for _ in range(2)]
    answers: list[str] = []
    start = threading.Barrier(8)

    def work(number: int) -> None:
        start.wait()
        answers.append(sources[number % 2].refresh("access-1"))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["access-2"] * 8
    assert service.refreshes == ["refresh-1"]


_PROCESS = """
import sys
from pathlib import Path
from closebook.connectors.quickbooks.oauth import Credentials, Endpoints, TokenEndpoint
from closebook.connectors.quickbooks.tokens import RefreshedTokens
from closebook.transport.http import http_client
from tests.connectors.quickbooks.stores import FileStore
url, path = sys.argv[1:]
endpoint = TokenEndpoint(
    http_client(),
    Endpoints(url, url + "/token", url),
    Credentials("client-1", "secret-1", "https://example.com"),
)
source = RefreshedTokens(endpoint, FileStore(Path(path)))
sys.stdin.readline()
print(source.refresh("access-1"))
"""


def test_several_processes_refresh_once(service, tmp_path):
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps(asdict(tokens()), default=str))
    command = [sys.executable, "-c", _PROCESS, service.url, str(path)]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(2)
    ]
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0].strip() for process in running] == ["access-2", "access-2"]
    assert service.refreshes == ["refresh-1"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(drop=True, work=True),
        Reply(status=503, body=b"<html>", work=True),
        Reply(body=b"{", work=True),
        Reply(work=True, cut=10),
    ],
    ids=["dropped", "503", "cut-json", "cut"],
)
def test_a_lost_refresh_reply_is_asked_again_with_the_kept_token(source, store, service, pauses, reply):
    service.keep_former = True
    service.script.append(reply)
    assert source.refresh("access-1") == "access-2"
    assert service.refreshes == ["refresh-1", "refresh-1"]
    assert store.kept.refresh_token == "refresh-2"
    assert pauses == [0.5]


def test_a_silent_login_service_is_a_retry_and_keeps_the_tokens(source, store, service):
    service.script += [Reply(drop=True)] * 3
    with pytest.raises(RetryError) as caught:
        source.refresh("access-1")
    assert not isinstance(caught.value, UnknownOutcomeError)
    assert store.kept == tokens()
    assert source.refresh("access-1") == "access-2"


def test_the_token_before_is_tried_when_the_newest_is_refused(endpoint, service):
    store = MemoryStore(tokens(refresh="never-arrived-whole", previous="refresh-1"))
    assert RefreshedTokens(endpoint, store).refresh("access-1") == "access-2"
    assert service.refreshes == ["never-arrived-whole", "refresh-1"]
    assert (store.kept.refresh_token, store.kept.previous) == ("refresh-2", "refresh-1")


def test_an_ended_grant_is_final_for_everybody(endpoint, store, service):
    service.refresh = "somebody-else"
    first, second = RefreshedTokens(endpoint, store), RefreshedTokens(endpoint, store)
    second.access_token()
    for ask in (lambda: first.refresh("access-1"), first.access_token, lambda: second.refresh("access-1")):
        with pytest.raises(LoginError) as caught:
            ask()
        assert caught.value.code == "connection-ended"
    assert service.refreshes == ["refresh-1"]
    assert store.kept.broken


def test_refused_keys_are_a_login_error_that_keeps_the_tokens(source, store, service):
    service.script.append(Reply(status=401, body={"error": "invalid_client"}))
    with pytest.raises(LoginError) as caught:
        source.refresh("access-1")
    assert caught.value.code == "app-refused"
    assert not store.kept.broken


def test_a_malformed_request_is_refused_not_retried(source, service):
    service.script.append(Reply(status=400, body={"error": "invalid_request"}))
    with pytest.raises(RejectedError):
        source.refresh("access-1")
    assert len(service.requests) == 1


def test_the_way_to_the_consent_page_and_back():
    state = new_state()
    endpoints = Endpoints("https://host/connect", "", "")
    address = authorize_url(endpoints, CREDENTIALS, state)
    assert address.startswith(
        "https://host/connect?client_id=client-1&response_type=code&scope=com.intuit.quickbooks."
    )
    assert "redirect_uri=https%3A%2F%2Fexample.com%2Fcallback" in address
    assert callback_code({"code": "c", "state": state, "realmId": "9"}, state) == ("c", "9")
    assert new_state() != state


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"code": "c", "state": "forged", "realmId": "9"}, "state-mismatch"),
        ({"code": "c", "realmId": "9"}, "state-mismatch"),
        ({"error": "access_denied", "state": "s"}, "declined"),
        ({"code": "c", "state": "s"}, "callback-incomplete"),
    ],
)
def test_a_callback_that_is_not_ours_or_not_whole_is_refused(params, code):
    with pytest.raises(LoginError) as caught:
        callback_code(params, "s")
    assert caught.value.code == code


def test_a_code_gives_the_first_tokens_once(endpoint, service):
    answer = endpoint.exchange_code("code-1")
    first = Tokens.first(answer, NOW)
    assert (first.access_token, first.refresh_token, first.previous) == ("access-2", "refresh-2", "")
    assert b"redirect_uri=https%3A%2F%2Fexample.com%2Fcallback" in service.requests[-1][3]
    with pytest.raises(LoginError):
        endpoint.exchange_code("used")


def test_revoking_tells_whether_the_token_was_known(endpoint, service):
    assert endpoint.revoke("refresh-1") is True
    assert json.loads(service.requests[-1][3]) == {"token": "refresh-1"}
    assert endpoint.revoke("unknown") is False


def test_a_discovery_document_must_name_all_addresses(http, service):
    service.script.append(Reply(body={"token_endpoint": "x"}))
    with pytest.raises(RejectedError):
        discover(http, f"{service.url}/discovery")
    service.script.append(Reply(status=503, body=b""))
    with pytest.raises(RetryError):
        discover(http, f"{service.url}/discovery")


def test_a_fixed_token_has_no_other():
    assert FixedToken("abcdef").access_token() == "abcdef"
    with pytest.raises(LoginError) as caught:
        FixedToken("abcdef").refresh("abcdef")
    assert "abcdef" not in str(caught.value)


def test_the_keys_stand_in_no_error(http, service):
    endpoint = TokenEndpoint(
        http, Endpoints("", service.url + "/token", ""), Credentials("c", "top-secret", "r")
    )
    service.script.append(Reply(status=401, body={"error": "invalid_client"}))
    with pytest.raises(LoginError) as caught:
        endpoint.refresh("refresh-1")
    assert "top-secret" not in repr(caught.value)
    assert "refresh-1" not in str(caught.value)
