"""The way to a connection's service: credentials encrypted at rest, tokens renewed once for all processes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import Connection, ServiceAccess
from closebook.connectors.base import Ability, App, FarSide, Grant, PullConnector
from closebook.core.errors import InputError, LoginError
from closebook.transport import clock
from closebook.transport.http import HttpClient, http_client
from closebook.transport.pacing import Limit, Pacers

_EARLY = dt.timedelta(days=1)
_READ_SECONDS = 60.0
_PACERS = Pacers((Limit(10, 1.0, burst=10),))
_RECONNECT = "Connect the service again, or give a new token."


def pulling_connector(connection: Connection) -> PullConnector:
    """Return the connector of a connection as one that pulls. Raises InputError when it reads files only."""
    # Looking whether a connection has access does not need the connectors.
    from closebook.connectors.registry import connector

    found = connector(connection.connector)
    if Ability.PULL not in found.info.abilities:
        raise InputError(
            "files-only", f"{found.info.title} is read from files only.", remedy="Hand in its files instead."
        )
    return cast("PullConnector", found)


def access_of(connection: Connection) -> ServiceAccess | None:
    """Return how a connection's service is reached, None when its files are handed in."""
    return ServiceAccess.objects.filter(connection=connection).first()


def address_of(connection: Connection, place: str) -> str:
    """Return the address of a service: an environment's word such as sandbox, or an address; "" is the usual.

    Raises InputError for anything else.
    """
    known = pulling_connector(connection).addresses
    if not place:
        return next(iter(known.values()))
    if place in known:
        return known[place]
    if not place.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        words = ", ".join(known)
        raise InputError("not-an-address", f"{place!r} is no address.", remedy=f"Use {words} or https://….")
    return place.rstrip("/")


@transaction.atomic
def token_save(connection: Connection, token: str, place: str, actor: str) -> ServiceAccess:
    """Return the access by a person's own token, kept encrypted, and ask for a first pull.

    Raises InputError for an empty token or a wrong address.
    """
    if not token.strip():
        raise InputError(
            "no-token", "There is no token.", remedy="Copy it from the service's developer page."
        )
    defaults = {
        "base_url": address_of(connection, place),
        "access_token": token.strip(),
        "refresh_token": "",
        "previous_refresh_token": "",
        "access_expires_at": None,
        "broken": False,
        "wanted": True,
        "problem": "",
    }
    access, _made = ServiceAccess.objects.update_or_create(connection=connection, defaults=defaults)
    facts = {"address": access.base_url, "by": "token"}
    audit_append(connection.company_id, actor, "service-connected", connection.name, facts)
    return access


@transaction.atomic
def app_save(connection: Connection, app: App, place: str) -> ServiceAccess:
    """Return the access with the keys of the person's own app, before anybody has let it in."""
    if not app.client_id.strip() or not app.client_secret.strip():
        raise InputError("no-keys", "The app's keys are missing.", remedy="Give its id and its secret.")
    defaults = {
        "base_url": address_of(connection, place),
        "client_id": app.client_id.strip(),
        "client_secret": app.client_secret.strip(),
    }
    access, _made = ServiceAccess.objects.update_or_create(connection=connection, defaults=defaults)
    return access


def consent_take(connection: Connection, code: str, redirect_uri: str, actor: str) -> ServiceAccess:
    """Return the access after a person let the app in, and ask for a first pull.

    Raises LoginError when the code is refused, RetryError when the service does not answer.
    """
    access = _access(connection)
    app = App(access.client_id, access.client_secret, redirect_uri)
    with _http() as http:
        grant = pulling_connector(connection).exchange(http, access.base_url, app, code)
    with transaction.atomic():
        _keep(access, grant, "")
        ServiceAccess.objects.filter(pk=access.pk).update(wanted=True, problem="")
        facts = {"address": access.base_url, "by": "consent"}
        audit_append(connection.company_id, actor, "service-connected", connection.name, facts)
    return access


@transaction.atomic
def access_drop(connection: Connection, actor: str) -> None:
    """Forget a connection's credentials; what was fetched stays."""
    ServiceAccess.objects.filter(connection=connection).delete()
    audit_append(connection.company_id, actor, "service-disconnected", connection.name, {})


@contextmanager
def far_side(connection: Connection) -> Iterator[FarSide]:
    """Give the service as a pull reaches it. Raises InputError when the connection has no access."""
    access = _access(connection)
    with _http() as http:
        tokens = StoredTokens(connection, http)
        yield FarSide(access.base_url, http, tokens, _PACERS.of(access.base_url))


class StoredTokens:
    """The tokens of one connection's service, in its row; the row's lock makes a renewal happen once."""

    def __init__(self, connection: Connection, http: HttpClient) -> None:
        """Keep whose tokens they are."""
        self._connection = connection
        self._http = http

    def access_token(self) -> str:
        """Return the kept token, renewed first when it ends within a day."""
        access = _access(self._connection)
        if access.broken:
            raise _ended()
        soon = access.access_expires_at is not None and access.access_expires_at <= clock.now() + _EARLY
        token: str = access.access_token
        return self.refresh(token) if soon and access.refresh_token else token

    def refresh(self, stale_token: str) -> str:
        """Return a newer token than ``stale_token``: another's renewal if there was one, else our own."""
        with transaction.atomic():
            access = ServiceAccess.objects.select_for_update().get(connection=self._connection)
            token: str = access.access_token
            if token != stale_token and not access.broken:
                return token
            grant, used = self._renewed(access)
            if grant is not None:
                _keep(access, grant, used)
                return grant.access_token
        ServiceAccess.objects.filter(connection=self._connection).update(broken=True)
        raise _ended()

    def _renewed(self, access: ServiceAccess) -> tuple[Grant | None, str]:
        """Return new tokens by the newest refresh token, else by the one before."""
        service = pulling_connector(self._connection)
        app = App(access.client_id, access.client_secret)
        for candidate in dict.fromkeys((access.refresh_token, access.previous_refresh_token)):
            grant = service.renew(self._http, access.base_url, app, candidate) if candidate else None
            if grant is not None:
                return grant, candidate
        return None, ""


def _keep(access: ServiceAccess, grant: Grant, used: str) -> None:
    """Keep new tokens durably before they are used; the one that worked last stays beside the newest."""
    access.access_token = grant.access_token
    newest = grant.refresh_token or used
    access.previous_refresh_token = used if used != newest else ""
    access.refresh_token = newest
    seconds = grant.access_seconds
    access.access_expires_at = None if seconds is None else clock.now() + dt.timedelta(seconds=seconds)
    access.broken = False
    access.save()


def _access(connection: Connection) -> ServiceAccess:
    found = access_of(connection)
    if found is None:
        raise InputError(
            "no-access",
            f"{connection.name!r} has no access to its service.",
            remedy="Give a token, or connect by consent, on the page of the connection.",
        )
    return found


def _ended() -> LoginError:
    return LoginError("connection-ended", "The service does not take the token any more.", remedy=_RECONNECT)


@contextmanager
def _http() -> Iterator[HttpClient]:
    http = http_client(read_seconds=_READ_SECONDS)
    try:
        yield http
    finally:
        http.close()
