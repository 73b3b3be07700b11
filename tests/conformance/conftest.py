"""One served company for the whole session, reached by the published libraries and by our own client."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from intuitlib.client import AuthClient
from quickbooks import QuickBooks

from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.oauth import Credentials, TokenEndpoint, discover
from closebook.connectors.quickbooks.tokens import RefreshedTokens, Tokens
from closebook.transport.http import HttpClient, http_client
from tests.apps.sync.harness import copied
from tests.conformance.factory import Factory
from tests.conformance.server import REALM, Served, served
from tests.connectors.quickbooks.stores import FAR, MemoryStore

REDIRECT = "https://example.com/callback"
os.environ.setdefault("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture(scope="session")
def server(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(copied(tables, tmp_path_factory.mktemp("conformance"))) as running:
        yield running


def connect(server: Served) -> AuthClient:
    """Return the OAuth library's client with the tokens of a consent of its own."""
    auth = AuthClient(
        server.facts["client_id"], server.facts["client_secret"], REDIRECT, server.discovery, realm_id=REALM
    )
    auth.get_bearer_token(server.take_code())
    return auth


@pytest.fixture(scope="session")
def auth(server: Served) -> AuthClient:
    return connect(server)


@pytest.fixture(scope="session")
def qb(server: Served, auth: AuthClient) -> Any:
    made = QuickBooks(auth_client=auth, refresh_token=auth.refresh_token, company_id=REALM, minorversion=75)
    made.api_url_v3 = made.sandbox_api_url_v3 = server.api
    return made


@pytest.fixture(scope="session")
def make(qb: Any) -> Factory:
    return Factory(qb)


@pytest.fixture(scope="session")
def http() -> Iterator[HttpClient]:
    with http_client() as client:
        yield client


@pytest.fixture(scope="session")
def endpoint(server: Served, http: HttpClient) -> TokenEndpoint:
    keys = Credentials(server.facts["client_id"], server.facts["client_secret"], REDIRECT)
    return TokenEndpoint(http, discover(http, server.discovery), keys)


@pytest.fixture(scope="session")
def our_client(server: Served, http: HttpClient, endpoint: TokenEndpoint) -> Callable[..., QuickBooksClient]:
    """Return a function that makes our client for a realm, with tokens of its own."""

    def make(realm: str = REALM, store: MemoryStore | None = None) -> QuickBooksClient:
        kept = store or MemoryStore()
        kept.kept = Tokens.first(endpoint.exchange_code(server.take_code(realm)), FAR)
        return QuickBooksClient(server.url, realm, RefreshedTokens(endpoint, kept), http)

    return make


@pytest.fixture(scope="session")
def client(our_client: Callable[..., QuickBooksClient]) -> QuickBooksClient:
    return our_client()
