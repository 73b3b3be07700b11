"""The way into a company's books: one client for Intuit's service and for embedded companies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.wsgi import get_wsgi_application
from django.db import connections

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import BooksAccess
from closebook.apps.sync.services.environments import discovery_url
from closebook.apps.sync.services.paces import SharedPacer
from closebook.apps.sync.services.token_rows import StoredTokens
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.oauth import (
    Credentials,
    Endpoints,
    TokenAnswer,
    TokenEndpoint,
    discover,
)
from closebook.connectors.quickbooks.tokens import RefreshedTokens
from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.transport.http import HttpClient, http_client
from closebook.transport.inprocess import BASE_URL, acting_for, in_process_client

ACCESS_SECONDS = 3600
REFRESH_DAYS = 100
LOGIN_SECONDS = 20.0
"""How long an answer of the login service is waited for: a claim to refresh outlives it."""


def access_save(
    company: Company, *, client_id: str, client_secret: str, refresh_token: str, access_token: str
) -> None:
    """Keep the credentials with which Closebook itself writes into a company's books."""
    now = clock.now()
    BooksAccess.objects.update_or_create(
        company=company,
        defaults={
            "client_id": client_id,
            "client_secret": client_secret,
            "refresh_token": refresh_token,
            "access_token": access_token,
            "previous_refresh_token": "",
            "access_expires_at": now + dt.timedelta(seconds=ACCESS_SECONDS),
            "refresh_expires_at": now + dt.timedelta(days=REFRESH_DAYS),
            "renewed_at": now,
            "broken": False,
        },
    )


class _LateEndpoint(TokenEndpoint):
    """A token endpoint whose address is looked up when it is first needed: a run with nothing new never asks
    for it.
    """

    def __init__(self, http: HttpClient, address: str, credentials: Credentials) -> None:
        """Keep where to look the address up."""
        super().__init__(http, Endpoints("", "", ""), credentials)
        self._discovery = address

    def ask(self, refresh_token: str) -> TokenAnswer | None:
        """Return new tokens, or None when the service says that this refresh token is no good."""
        if not self._endpoints.token:
            self._endpoints = discover(self._http, self._discovery)
        return super().ask(refresh_token)


@contextmanager
def books_client(company: Company, actor: str = "") -> Iterator[QuickBooksClient]:
    """Give a client of a company's books, closed at the end. InputError for a company without access.

    ``actor`` is whom embedded books note as the one who changes them: a person's name, or ``run 12``.
    """
    access = BooksAccess.objects.filter(company=company).first()
    if access is None:
        raise InputError("no-books", f"{company.name} has no books yet.", remedy="Run `closebook init`.")
    with books_http(access, actor) as http, login_http(access, http) as login:
        yield _client(company, access, http, token_source(access, login))


@contextmanager
def books_http(access: BooksAccess, actor: str = "") -> Iterator[HttpClient]:
    """Give the HTTP client that reaches the books: by network, or within this process."""
    if access.base_url:
        http = http_client()
    else:
        application = get_wsgi_application()
        acting = acting_for(application, actor) if actor else application
        http = in_process_client(acting, connections.close_all)
    with http:
        yield http


@contextmanager
def login_http(access: BooksAccess, http: HttpClient) -> Iterator[HttpClient]:
    """Give the HTTP client for the login service, which waits less long for an answer."""
    if not access.base_url:
        yield http
        return
    with http_client(read_seconds=LOGIN_SECONDS, connect_seconds=LOGIN_SECONDS / 2) as login:
        yield login


def token_source(access: BooksAccess, login: HttpClient) -> RefreshedTokens:
    """Return the source of access tokens of a company's books."""
    credentials = Credentials(access.client_id, access.client_secret, "")
    address = discovery_url(access.environment, access.base_url)
    return RefreshedTokens(_LateEndpoint(login, address, credentials), StoredTokens(access.company_id))


def _client(
    company: Company, access: BooksAccess, http: HttpClient, tokens: RefreshedTokens
) -> QuickBooksClient:
    realm_id = access.realm_id or company.realm_id
    pacer = SharedPacer(company.pk, realm_id, access.client_id) if access.base_url else None
    return QuickBooksClient(access.base_url or BASE_URL, realm_id, tokens, http, pacer)
