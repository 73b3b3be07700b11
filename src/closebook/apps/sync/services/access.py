"""The way into a company's books: one client for Intuit's service and for embedded companies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction

from closebook.apps.companies.models import Company
from closebook.apps.sync.models import BooksAccess
from closebook.connectors.quickbooks.client import QuickBooksClient, service_pacer
from closebook.connectors.quickbooks.oauth import (
    Credentials,
    Endpoints,
    TokenAnswer,
    TokenEndpoint,
    discover,
)
from closebook.connectors.quickbooks.tokens import RefreshedTokens, Tokens
from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.transport.http import HttpClient, http_client
from closebook.transport.inprocess import BASE_URL, acting_for, in_process_client

ACCESS_SECONDS = 3600
REFRESH_DAYS = 100


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
            "broken": False,
        },
    )


class StoredTokens:
    """The tokens of a company's access, in its row; the row's lock makes a refresh happen once."""

    def __init__(self, company_id: int) -> None:
        """Keep which company it is."""
        self._company_id = company_id

    def load(self) -> Tokens:
        """Return what is kept."""
        row = BooksAccess.objects.get(company_id=self._company_id)
        return Tokens(
            row.access_token,
            row.refresh_token,
            row.access_expires_at,
            row.refresh_expires_at,
            previous=row.previous_refresh_token,
            broken=row.broken,
        )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with transaction.atomic():
            BooksAccess.objects.select_for_update().get(company_id=self._company_id)
            yield

    def lock(self) -> AbstractContextManager[None]:
        """Return a lock that keeps every other thread and process from refreshing this connection."""
        return self._locked()

    def save(self, tokens: Tokens) -> None:
        """Keep new tokens."""
        BooksAccess.objects.filter(company_id=self._company_id).update(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            previous_refresh_token=tokens.previous,
            access_expires_at=tokens.access_expires_at,
            refresh_expires_at=tokens.refresh_expires_at,
            broken=tokens.broken,
        )


class _LateEndpoint(TokenEndpoint):
    """A token endpoint whose address is looked up when it is first needed: a run with nothing new never asks
    for it.
    """

    def __init__(self, http: HttpClient, base_url: str, credentials: Credentials) -> None:
        """Keep where to look the address up."""
        super().__init__(http, Endpoints("", "", ""), credentials)
        self._discovery = f"{base_url}/.well-known/openid_configuration"

    def refresh(self, refresh_token: str) -> TokenAnswer | None:
        """Return new tokens, or None when the service says that this refresh token is no good."""
        if not self._endpoints.token:
            self._endpoints = discover(self._http, self._discovery)
        return super().refresh(refresh_token)


@contextmanager
def books_client(company: Company, actor: str = "") -> Iterator[QuickBooksClient]:
    """Give a client of a company's books, closed at the end. InputError for a company without access.

    ``actor`` is whom embedded books note as the one who changes them: a person's name, or ``run 12``.
    """
    access = BooksAccess.objects.filter(company=company).first()
    if access is None:
        raise InputError("no-books", f"{company.name} has no books yet.", remedy="Run `closebook init`.")
    http = _http(access, actor)
    try:
        yield _client(company, access, http)
    finally:
        http.close()


def _http(access: BooksAccess, actor: str) -> HttpClient:
    if access.base_url:
        return http_client()
    application = get_wsgi_application()
    return in_process_client(acting_for(application, actor) if actor else application, connections.close_all)


def _client(company: Company, access: BooksAccess, http: HttpClient) -> QuickBooksClient:
    base_url = access.base_url or BASE_URL
    credentials = Credentials(access.client_id, access.client_secret, "")
    tokens = RefreshedTokens(_LateEndpoint(http, base_url, credentials), StoredTokens(company.pk))
    pacer = service_pacer(company.realm_id, access.client_id) if access.base_url else None
    return QuickBooksClient(base_url, company.realm_id, tokens, http, pacer)
