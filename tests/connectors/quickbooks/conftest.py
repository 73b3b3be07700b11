"""The service, and a client of it that never really waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from closebook.connectors.quickbooks.calls import Caller, ReadRepeats
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.oauth import Credentials, TokenEndpoint, discover
from closebook.connectors.quickbooks.tokens import FixedToken, RefreshedTokens, TokenSource
from closebook.transport.http import HttpClient, http_client
from tests.connectors.quickbooks.service import REALM, Service, served
from tests.connectors.quickbooks.stores import MemoryStore

CREDENTIALS = Credentials("client-1", "secret-1", "https://example.com/callback")


@pytest.fixture
def service() -> Iterator[Service]:
    with served() as running:
        yield running


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with http_client(read_seconds=5.0, connect_seconds=2.0) as client:
        yield client


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def endpoint(service: Service, http: HttpClient, pauses: list[float]) -> TokenEndpoint:
    endpoints = discover(http, f"{service.url}/discovery")
    service.requests.clear()
    service.headers.clear()
    return TokenEndpoint(http, endpoints, CREDENTIALS, sleep=pauses.append)


@pytest.fixture
def source(endpoint: TokenEndpoint, store: MemoryStore) -> RefreshedTokens:
    return RefreshedTokens(endpoint, store)


@pytest.fixture
def make_client(service: Service, http: HttpClient, pauses: list[float]) -> Callable[..., QuickBooksClient]:
    def make(tokens: TokenSource | None = None, *, repeats: ReadRepeats | None = None) -> QuickBooksClient:
        client = QuickBooksClient(service.url, REALM, tokens or FixedToken("access-1"), http, repeats=repeats)
        caller: Caller = client._caller
        caller.sleep = pauses.append
        return client

    return make


@pytest.fixture
def client(make_client: Callable[..., QuickBooksClient]) -> QuickBooksClient:
    return make_client()
