"""Consent, tokens and the signature of webhooks.

Source: Square OAuth API (code flow: access tokens of 30 days; the refresh token does not expire and may
stay the same); Square Webhooks, signature validation (base64 of HMAC-SHA256 over address and raw body).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from urllib.parse import urlencode

import msgspec

from closebook.connectors.base import App, Call, Grant, Notice
from closebook.connectors.square.service import VERSION, Json, decoded, error_of
from closebook.core.errors import LoginError, RetryError
from closebook.transport import clock
from closebook.transport.http import HttpClient, Request, exchange

ADDRESSES = {
    "production": "https://connect.squareup.com",
    "sandbox": "https://connect.squareupsandbox.com",
}
SCOPES = (
    "PAYMENTS_READ", "ORDERS_READ", "CUSTOMERS_READ", "ITEMS_READ", "MERCHANT_PROFILE_READ", "PAYOUTS_READ",
    "DISPUTES_READ", "INVOICES_READ", "GIFTCARDS_READ",
)  # fmt: skip
SIGNATURE = "x-square-hmacsha256-signature"
_DAYS_30 = 30 * 86_400


def consent_url(base_url: str, app: App, state: str) -> str:
    """Return the address of Square's consent page."""
    query = {
        "client_id": app.client_id,
        "scope": " ".join(SCOPES),
        "session": "false",
        "state": state,
        "redirect_uri": app.redirect_uri,
    }
    return f"{base_url.rstrip('/')}/oauth2/authorize?{urlencode(query)}"


def exchange_code(http: HttpClient, base_url: str, app: App, code: str) -> Grant:
    """Return the first tokens for a code. Raises LoginError when Square refuses it."""
    body = {"grant_type": "authorization_code", "code": code, "redirect_uri": app.redirect_uri}
    grant = _granted(http, base_url, app, body)
    if grant is None:
        raise LoginError("code-refused", "Square refused the code.", remedy="Connect again.")
    return grant


def renew(http: HttpClient, base_url: str, app: App, refresh_token: str) -> Grant | None:
    """Return new tokens, or None when Square does not take the refresh token any more."""
    return _granted(http, base_url, app, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def _granted(http: HttpClient, base_url: str, app: App, body: dict[str, str]) -> Grant | None:
    payload = {"client_id": app.client_id, "client_secret": app.client_secret, **body}
    headers = {"Content-Type": "application/json", "Square-Version": VERSION}
    url = f"{base_url.rstrip('/')}/oauth2/token"
    try:
        reply = exchange(http, Request("POST", url, headers=headers, body=msgspec.json.encode(payload)))
    except RetryError as error:
        raise RetryError("token-service-silent", f"Square's login did not answer. {error.message}") from error
    if reply.status in {400, 401}:
        return None
    if reply.status != 200:
        raise error_of(reply, "the tokens")
    found = decoded(reply.body)
    if not found.get("access_token"):
        raise RetryError("answer-unclear", "Square's login gave no token.")
    return Grant(str(found["access_token"]), str(found.get("refresh_token") or ""), _life(found))


def _life(found: Json) -> int:
    """Return the seconds that an access token lives, from the moment that Square names."""
    try:
        end = dt.datetime.fromisoformat(str(found.get("expires_at", "")))
    except ValueError:
        return _DAYS_30
    left = (end if end.tzinfo else end.replace(tzinfo=dt.UTC)) - clock.now()
    return max(int(left.total_seconds()), 0)


def notice_of(call: Call, key: str) -> Notice | None:
    """Return what a call says, or None when it is not signed with the key; compared in constant time."""
    wanted = base64.b64encode(hmac.new(key.encode(), call.url.encode() + call.body, hashlib.sha256).digest())
    if not key or not hmac.compare_digest(wanted, call.headers.get(SIGNATURE, "").encode()):
        return None
    found = decoded(call.body)
    return Notice(str(found.get("event_id", "")), str(found.get("type", "")))
