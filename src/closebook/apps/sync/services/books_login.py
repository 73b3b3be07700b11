"""Connecting a company's books at Intuit, by a person's consent, and ending that again."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import BooksAccess, Connection, Link, Run, RunState
from closebook.apps.sync.services.access import LOGIN_SECONDS, books_client
from closebook.apps.sync.services.app_keys import credentials_of, keys_of
from closebook.apps.sync.services.environments import discovery_url, environment
from closebook.apps.sync.services.manners import manners_read
from closebook.apps.sync.services.token_rows import tokens_values
from closebook.apps.sync.services.work import run_enqueue
from closebook.connectors.quickbooks.manners import Manners
from closebook.connectors.quickbooks.oauth import (
    Credentials,
    TokenEndpoint,
    authorize_url,
    discover,
)
from closebook.connectors.quickbooks.renewal import Tokens
from closebook.core.errors import InputError, RemoteError
from closebook.transport import clock
from closebook.transport.http import http_client


def consent_url(company: Company, name: str, state: str) -> str:
    """Return the address of the consent page. Raises InputError without keys, RetryError when Intuit is
    silent.
    """
    credentials = credentials_of(keys_of(company, name))
    with http_client(read_seconds=LOGIN_SECONDS) as http:
        endpoints = discover(http, environment(name).discovery_url)
    return authorize_url(endpoints, credentials, state)


def books_connect(company: Company, name: str, code: str, realm_id: str, actor: str) -> Manners:
    """Exchange the code of a consent, keep the login with the realm, and return what the books say.

    What waited for a login goes on. Raises InputError when these books cannot be the company's, LoginError
    for a refused code, RetryError when Intuit is silent.
    """
    place = environment(name)
    refuse_foreign(company, place.api_url, realm_id)
    credentials = credentials_of(keys_of(company, name))
    with http_client(read_seconds=LOGIN_SECONDS) as http:
        endpoint = TokenEndpoint(http, discover(http, place.discovery_url), credentials)
        tokens = Tokens.first(endpoint.exchange_code(code), clock.now())
    _keep(company, name, realm_id, credentials, tokens)
    with books_client(company) as client:
        manners = manners_read(company.pk, client)
    _currency_follow(company, manners)
    facts = {"realm": realm_id, "environment": name, "books": manners.name}
    audit_append(company.pk, actor, "books-connected", company.name, facts)
    waiting_resume(company)
    return manners


def refuse_foreign(company: Company, base_url: str, realm_id: str) -> None:
    """Raise InputError when the books belong to another company here, or this company posted elsewhere."""
    taken = BooksAccess.objects.filter(base_url=base_url, realm_id=realm_id).exclude(company=company)
    if taken.exists():
        raise InputError(
            "realm-taken",
            "These QuickBooks books are connected to another company here.",
            remedy="Open that company, or disconnect it first.",
        )
    access = BooksAccess.objects.filter(company=company).first()
    same = access is not None and (access.base_url, access.realm_id) == (base_url, realm_id)
    if not same and Link.objects.filter(connection__company=company, tombstone=False).exists():
        raise InputError(
            "books-in-use",
            "This company has posted into other books already.",
            remedy="Choose the same QuickBooks company as before, or make a new company for these books.",
        )


def _keep(company: Company, name: str, realm_id: str, keys: Credentials, tokens: Tokens) -> None:
    now = clock.now()
    with transaction.atomic():
        former = BooksAccess.objects.select_for_update().filter(company=company).first()
        # One more than before: what an older refresh still brings is not kept over the new consent.
        generation = former.generation + 1 if former else 0
        values: dict[str, Any] = {
            **tokens_values(tokens),
            "generation": generation,
            "base_url": environment(name).api_url,
            "environment": name,
            "realm_id": realm_id,
            "client_id": keys.client_id,
            "client_secret": keys.client_secret,
            "connected_at": now,
            "warned": 0,
            "refreshing": "",
            "refreshing_until": None,
        }
        BooksAccess.objects.update_or_create(company=company, defaults=values)
        Company.objects.filter(pk=company.pk).update(embedded=False)
        company.embedded = False


def _currency_follow(company: Company, manners: Manners) -> None:
    """Take over the books' currency while no shop is connected yet."""
    if manners.currency != company.home_currency and not Connection.objects.filter(company=company).exists():
        company.home_currency = manners.currency
        company.save(update_fields=["home_currency"])


def waiting_resume(company: Company) -> int:
    """Hand the runs that wait for a login back to the workers; return how many."""
    waiting = Run.objects.filter(connection__company=company, state=RunState.WAITING)
    for run in waiting.select_related("connection__company"):
        run_enqueue(run)
    return waiting.count()


def books_disconnect(company: Company, actor: str) -> bool:
    """End the login at Intuit and forget the tokens; return whether Intuit confirmed the end.

    What was posted stays, and so does the link to these books: connecting them again goes on where it was.
    """
    access = BooksAccess.objects.filter(company=company).exclude(base_url="").first()
    if access is None:
        raise InputError("not-connected", "No QuickBooks books are connected.", remedy="Connect them first.")
    confirmed = _revoked(access)
    BooksAccess.objects.filter(pk=access.pk).update(
        access_token="",
        refresh_token="",
        previous_refresh_token="",
        generation=access.generation + 1,
        broken=True,
        broken_at=clock.now(),
    )
    audit_append(company.pk, actor, "books-disconnected", company.name, {"confirmed": confirmed})
    return confirmed


def _revoked(access: BooksAccess) -> bool:
    """Tell whether the login service knows that the consent is over."""
    credentials = Credentials(access.client_id, access.client_secret, "")
    try:
        with http_client(read_seconds=LOGIN_SECONDS) as http:
            endpoints = discover(http, discovery_url(access.environment, access.base_url))
            TokenEndpoint(http, endpoints, credentials).revoke(access.refresh_token)
    except RemoteError:
        return False
    return True


def batches_set(company: Company, actor: str, *, on: bool) -> None:
    """Let records be sent thirty at a time, or each by itself."""
    BooksAccess.objects.filter(company=company).update(batches=on)
    audit_append(company.pk, actor, "batches-set", company.name, {"batches": on})
