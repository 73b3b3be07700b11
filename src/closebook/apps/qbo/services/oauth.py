"""Access for programs: consent, codes, tokens and their rotation. All times are arguments.

Source: QuickBooks Online, OAuth 2.0: access tokens live one hour, refresh tokens 100 days since their last
use and get a new
value once a day; a consent ends after five years; RFC 6749 for the errors, RFC 7636 for the challenge.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import BooksCompany
from closebook.apps.qbo.gate import ACCOUNTING, digest
from closebook.apps.qbo.models import AccessToken, ApiClient, AuthorizationCode, Grant

ACCESS_SECONDS = 3600
REFRESH_LIFE = dt.timedelta(days=100)
HARD_LIFE = dt.timedelta(days=5 * 365)
ROTATION = dt.timedelta(hours=24)
CODE_LIFE = dt.timedelta(minutes=10)
MOST_TOKEN = 512
SCOPES = frozenset(
    {ACCOUNTING, "com.intuit.quickbooks.payment", "openid", "profile", "email", "phone", "address"}
)


class OAuthError(Exception):
    """A refusal of the token endpoint: RFC 6749 word, description and status."""

    def __init__(self, error: str, description: str = "", status: int = 400) -> None:
        """Keep the three."""
        super().__init__(f"{error} {description}")
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a program needs to call a company; the secrets are shown once and kept only as digests."""

    client_id: str
    client_secret: str
    access_token: str
    refresh_token: str
    realm_id: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that the token endpoint answers with."""

    access_token: str
    refresh_token: str
    refresh_seconds: int
    hard_seconds: int
    scope: str


def client_create(
    company: BooksCompany,
    *,
    now: dt.datetime,
    name: str = "",
    redirect_uris: tuple[str, ...] = (),
    person: str = "",
) -> Credentials:
    """Return the credentials of a new client that may act in a company at once."""
    client_id = "AB" + secrets.token_urlsafe(36).replace("-", "x").replace("_", "y")
    secret = secrets.token_urlsafe(30)
    with transaction.atomic(using=BOOKS):
        client = ApiClient.objects.using(BOOKS).create(
            client_id=client_id,
            secret_digest=digest(secret),
            name=name or f"{company.name} client",
            redirect_uris="\n".join(redirect_uris),
            created_at=now,
        )
        tokens = grant_create(client, company.pk, ACCOUNTING, person, now)
    return Credentials(client_id, secret, tokens.access_token, tokens.refresh_token, company.realm_id)


def grant_create(client: ApiClient, company_id: int, scope: str, person: str, now: dt.datetime) -> Tokens:
    """Return the first tokens of a new consent."""
    refresh = _refresh_value()
    grant = Grant.objects.using(BOOKS).create(
        client=client,
        company_id=company_id,
        person=person,
        scope=scope,
        refresh_digest=digest(refresh),
        refresh_changed_at=now,
        refresh_expires_at=now + REFRESH_LIFE,
        hard_expires_at=now + HARD_LIFE,
    )
    return _tokens(grant, refresh, now)


def _refresh_value() -> str:
    return "AB11" + secrets.token_urlsafe(40)


def _tokens(grant: Grant, refresh: str, now: dt.datetime) -> Tokens:
    access = secrets.token_urlsafe(96)
    AccessToken.objects.using(BOOKS).filter(grant=grant, expires_at__lt=now).delete()
    AccessToken.objects.using(BOOKS).create(
        grant=grant, digest=digest(access), expires_at=now + dt.timedelta(seconds=ACCESS_SECONDS)
    )
    ends = min(grant.refresh_expires_at, grant.hard_expires_at)
    return Tokens(
        access,
        refresh,
        int((ends - now).total_seconds()),
        int((grant.hard_expires_at - now).total_seconds()),
        grant.scope,
    )


def client_of(authorization: str, form: Mapping[str, str]) -> ApiClient:
    """Return the client of a Basic authorization header or, without one, of the form's ``client_id`` and
    ``client_secret``. Raises OAuthError invalid_client (401).

    Source: RFC 6749, 2.3.1: either way is a client's password.
    """
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    if authorization or not secret:
        client_id, secret = _basic(authorization)
    client = client_named(client_id)
    if client is None or not hmac.compare_digest(client.secret_digest, digest(secret)):
        raise OAuthError("invalid_client", status=401)
    return client


def _basic(authorization: str) -> tuple[str, str]:
    """Return id and secret of a Basic authorization header. Raises OAuthError invalid_client."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except ValueError as error:
        raise OAuthError("invalid_client", status=401) from error
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client", status=401)
    return client_id, secret


def client_named(client_id: str) -> ApiClient | None:
    """Return the client with an id, None when there is none."""
    if "\x00" in client_id:
        return None
    return ApiClient.objects.using(BOOKS).filter(client_id=client_id).first()


def company_of_realm(realm: str) -> BooksCompany | None:
    """Return the company of a realm, None when there is none."""
    return None if "\x00" in realm else BooksCompany.objects.using(BOOKS).filter(realm_id=realm).first()


def companies() -> list[BooksCompany]:
    """Return the companies that a consent can be given for, by name, at most 200."""
    return list(BooksCompany.objects.using(BOOKS).order_by("name")[:200])


def code_create(
    client: ApiClient,
    company_id: int,
    *,
    scope: str,
    redirect_uri: str,
    person: str,
    now: dt.datetime,
    challenge: str = "",
    method: str = "",
) -> str:
    """Return a new authorization code."""
    code = "AB11" + secrets.token_urlsafe(32)
    AuthorizationCode.objects.using(BOOKS).create(
        client=client,
        company_id=company_id,
        digest=digest(code),
        scope=scope,
        redirect_uri=redirect_uri,
        person=person,
        challenge=challenge,
        challenge_method=method,
        expires_at=now + CODE_LIFE,
    )
    return code


def code_exchange(client: ApiClient, code: str, redirect_uri: str, verifier: str, now: dt.datetime) -> Tokens:
    """Return the tokens of a code, which works once. Raises OAuthError invalid_grant."""
    with transaction.atomic(using=BOOKS):
        rows = AuthorizationCode.objects.using(BOOKS).select_for_update()
        found = rows.filter(digest=digest(code), client=client).first()
        if (
            found is None
            or found.used_at is not None
            or found.expires_at <= now
            or found.redirect_uri != redirect_uri
        ):
            raise OAuthError("invalid_grant", "Token has been expired or revoked")
        if found.challenge and not _verified(found, verifier):
            raise OAuthError("invalid_grant", "Incorrect code verifier")
        found.used_at = now
        found.save(using=BOOKS, update_fields=["used_at"])
        return grant_create(client, found.company_id, found.scope, found.person, now)


def _verified(code: AuthorizationCode, verifier: str) -> bool:
    if code.challenge_method.upper() != "S256":
        return hmac.compare_digest(code.challenge, verifier)
    hashed = hashlib.sha256(verifier.encode("ascii", "replace")).digest()
    expected = base64.urlsafe_b64encode(hashed).rstrip(b"=").decode("ascii")
    return hmac.compare_digest(code.challenge.rstrip("="), expected)


def refresh(client: ApiClient, refresh_token: str, now: dt.datetime) -> Tokens:
    """Return new tokens; the refresh token gets a new value when its last change lies a day back, and the
    old one dies.

    Raises OAuthError invalid_grant.
    """
    with transaction.atomic(using=BOOKS):
        rows = Grant.objects.using(BOOKS).select_for_update()
        grant = rows.filter(refresh_digest=digest(refresh_token)).first()
        if grant is None or len(refresh_token) > MOST_TOKEN:
            raise OAuthError("invalid_grant", "Incorrect or invalid refresh token")
        if grant.client_id != client.pk:
            raise OAuthError("invalid_grant", "Incorrect Token type or clientID")
        if grant.revoked_at is not None or min(grant.refresh_expires_at, grant.hard_expires_at) <= now:
            raise OAuthError("invalid_grant", "Token has been expired or revoked")
        value = refresh_token
        if now - grant.refresh_changed_at > ROTATION:
            value = _refresh_value()
            grant.refresh_digest = digest(value)
            grant.refresh_changed_at = now
        grant.refresh_expires_at = now + REFRESH_LIFE
        grant.save(using=BOOKS, update_fields=["refresh_digest", "refresh_changed_at", "refresh_expires_at"])
        return _tokens(grant, value, now)


def revoke(client: ApiClient, token: str, now: dt.datetime) -> bool:
    """End the consent that an access or refresh token belongs to; return whether there was one."""
    key = digest(token)
    grants = Grant.objects.using(BOOKS).filter(client=client, revoked_at=None)
    found = grants.filter(refresh_digest=key).first() or grants.filter(accesstoken__digest=key).first()
    if found is None:
        return False
    found.revoked_at = now
    found.save(using=BOOKS, update_fields=["revoked_at"])
    return True


def grant_of_access(token: str, now: dt.datetime) -> Grant | None:
    """Return the live consent of an access token, None for any other token."""
    rows = AccessToken.objects.using(BOOKS).select_related("grant")
    found = rows.filter(digest=digest(token), expires_at__gt=now, grant__revoked_at=None).first()
    return found.grant if found else None


def token_answer(tokens: Tokens, *, hard: bool = False) -> dict[str, Any]:
    """Return the body of the token endpoint's answer; ``hard`` adds the seconds to the end of the consent."""
    body: dict[str, Any] = {
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "x_refresh_token_expires_in": tokens.refresh_seconds,
    }
    if hard:
        body["x_refresh_token_hard_expires_in"] = tokens.hard_seconds
    return body
