"""The keys of a company's own app at Intuit: what may be entered, whether Intuit accepts it, and the redirect
address.

Source: QuickBooks Online OAuth 2.0, redirect addresses: exactly as registered; in production https, no
localhost, no IP address; in development also ``http://localhost``.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings

from closebook.apps.companies.models import Company
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import AppKeys
from closebook.apps.sync.services.access import LOGIN_SECONDS
from closebook.apps.sync.services.environments import PRODUCTION, environment
from closebook.connectors.quickbooks.oauth import Credentials, TokenEndpoint, discover
from closebook.core.errors import InputError, LoginError
from closebook.transport import clock
from closebook.transport.http import http_client

CALLBACK_PATH = "/quickbooks/callback"
WEBHOOK_PATH = "/quickbooks/webhook"
_NO_TOKEN = "closebook-looks-whether-these-keys-are-good"  # noqa: S105 - a text that is no token
_MOST = 120


def redirect_uri() -> str:
    """Return the address to which the consent page returns, to be registered exactly like this."""
    return f"{settings.CLOSEBOOK_BASE_URL.rstrip('/')}{CALLBACK_PATH}"


def redirect_problem(name: str, address: str) -> str:
    """Return why Intuit would not register an address for an environment, "" when it would: a code of
    ``not-https``, ``localhost`` or ``ip-address``.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if host == "localhost":
        return "localhost" if name == PRODUCTION else ""
    if _is_ip(host):
        return "ip-address"
    return "" if parts.scheme == "https" else "not-https"


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def keys_save(
    company: Company,
    name: str,
    *,
    client_id: str,
    client_secret: str,
    verifier_token: str = "",
    actor: str = "owner",
) -> AppKeys:
    """Keep the keys of an app once Intuit accepted them; an empty secret or verifier leaves what is kept.

    Raises InputError for keys that cannot be any or that are refused, RetryError when Intuit does not answer.
    """
    environment(name)
    former = AppKeys.objects.filter(company=company, environment=name).first()
    secret = client_secret.strip() or (former.client_secret if former else "")
    client_id = client_id.strip()
    for text in (client_id, secret):
        if not text or not text.isascii() or len(text) > _MOST or len(text.split()) > 1:
            raise InputError(
                "not-keys",
                "These are no keys of an app.",
                remedy="Copy client id and client secret from the app's page Keys and credentials.",
            )
    _check(name, client_id, secret)
    verifier = verifier_token.strip() or (former.verifier_token if former else "")
    values = {
        "client_id": client_id,
        "client_secret": secret,
        "verifier_token": verifier,
        "saved_at": clock.now(),
    }
    kept, _made = AppKeys.objects.update_or_create(company=company, environment=name, defaults=values)
    audit_append(company.pk, actor, "app-keys-saved", company.name, {"environment": name})
    return kept


def _check(name: str, client_id: str, client_secret: str) -> None:
    """Ask the login service with a token that is none: it refuses the token, but the keys only if they are
    wrong.
    """
    with http_client(read_seconds=LOGIN_SECONDS, connect_seconds=LOGIN_SECONDS / 2) as http:
        endpoints = discover(http, environment(name).discovery_url)
        try:
            TokenEndpoint(http, endpoints, Credentials(client_id, client_secret, "")).ask(_NO_TOKEN)
        except LoginError as error:
            raise InputError(
                "keys-refused",
                "Intuit does not know these keys.",
                remedy="Look whether they are those of development or of production, and copy them again.",
            ) from error


def keys_of(company: Company, name: str) -> AppKeys:
    """Return the keys of an environment. InputError when there are none."""
    kept = AppKeys.objects.filter(company=company, environment=name).first()
    if kept is None:
        raise InputError(
            "no-keys", f"No keys for {name} are kept.", remedy="Enter client id and client secret first."
        )
    return kept


def credentials_of(keys: AppKeys) -> Credentials:
    """Return the credentials with which consents and codes are asked for."""
    return Credentials(keys.client_id, keys.client_secret, redirect_uri())
