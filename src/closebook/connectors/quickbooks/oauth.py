"""OAuth 2.0 of QuickBooks Online: the way to the consent page and back, and the token endpoint.

Source: QuickBooks Online OAuth 2.0 guide and discovery document; RFC 6749 for the error words.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, overload
from urllib.parse import urlencode

from closebook.connectors.quickbooks.wire import decode, encode
from closebook.core.errors import LoginError, RejectedError, RemoteError, RetryError
from closebook.transport import clock
from closebook.transport.http import HttpClient, Reply, Request, exchange

ACCOUNTING = "com.intuit.quickbooks.accounting"
_RECONNECT = "Connect the company to QuickBooks again."
_PAUSES_SECONDS = (0.5, 2.0)
_ASK_END = "x-include-refresh-token-hard-expires-in"


@dataclass(frozen=True, slots=True)
class Environment:
    """One of the places where the protocol is spoken: the addresses of its API and of its discovery
    document.
    """

    api_url: str
    discovery_url: str


PRODUCTION = Environment(
    "https://quickbooks.api.intuit.com", "https://developer.api.intuit.com/.well-known/openid_configuration"
)
SANDBOX = Environment(
    "https://sandbox-quickbooks.api.intuit.com",
    "https://developer.api.intuit.com/.well-known/openid_sandbox_configuration",
)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The addresses that the discovery document names."""

    authorize: str
    token: str
    revoke: str
    user_info: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The keys of the app, and the address to which the consent page returns (exactly as registered)."""

    client_id: str
    client_secret: str
    redirect_uri: str

    def basic(self) -> str:
        """Return the value of the Authorization header."""
        pair = f"{self.client_id}:{self.client_secret}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """A successful answer of the token endpoint; life times in seconds from now.

    ``hard_seconds`` is the time to the end of the consent, whatever is done (None when it was not told).
    """

    access_token: str
    refresh_token: str
    access_seconds: int
    refresh_seconds: int
    hard_seconds: int | None = None


def discover(http: HttpClient, discovery_url: str) -> Endpoints:
    """Return the addresses of a discovery document. Raises RetryError or RejectedError when it cannot be
    had.
    """
    reply = exchange(http, Request("GET", discovery_url, headers={"Accept": "application/json"}))
    found = decode(reply.body)
    if reply.status != 200 or not isinstance(found, dict):
        raise _endpoint_error(reply, "the discovery document")
    names = ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint")
    authorize, token, revoke, user_info = (str(found.get(name, "")) for name in names)
    if not (authorize and token and revoke):
        raise RejectedError("discovery-incomplete", f"{discovery_url} does not name all addresses.")
    return Endpoints(authorize, token, revoke, user_info)


def new_state() -> str:
    """Return an unguessable text that ties a callback to the browser that asked."""
    return secrets.token_urlsafe(24)


def authorize_url(
    endpoints: Endpoints, credentials: Credentials, state: str, scopes: tuple[str, ...] = (ACCOUNTING,)
) -> str:
    """Return the address of the consent page."""
    query = {
        "client_id": credentials.client_id,
        "response_type": "code",
        "scope": " ".join(scopes),
        "redirect_uri": credentials.redirect_uri,
        "state": state,
    }
    return f"{endpoints.authorize}?{urlencode(query)}"


def callback_code(params: Mapping[str, str], expected_state: str) -> tuple[str, str]:
    """Return (code, realm id) of a callback.

    Raises LoginError when the state is not the one that was sent, when the person declined, or when a part
    is missing.
    """
    if not hmac.compare_digest(params.get("state", "").encode(), expected_state.encode()):
        raise LoginError(
            "state-mismatch", "The answer does not belong to this request.", remedy="Start again."
        )
    declined = params.get("error", "")
    if declined:
        raise LoginError(
            "declined", f"QuickBooks was not connected: {declined}.", remedy="Connect and allow access."
        )
    code, realm_id = params.get("code", ""), params.get("realmId", "")
    if not code or not realm_id:
        raise LoginError(
            "callback-incomplete", "The answer names no company.", remedy="Choose a company and try again."
        )
    return code, realm_id


class TokenEndpoint:
    """The token endpoint, asked on behalf of one app."""

    def __init__(
        self,
        http: HttpClient,
        endpoints: Endpoints,
        credentials: Credentials,
        *,
        sleep: Callable[[float], None] = clock.sleep_seconds,
    ) -> None:
        self._http = http
        self._endpoints = endpoints
        self._credentials = credentials
        self.sleep = sleep

    def exchange_code(self, code: str) -> TokenAnswer:
        """Return the first tokens for a code, which works once and for minutes. Raises LoginError when it
        is refused.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._credentials.redirect_uri,
        }
        answer = self._granted(self._posted(form))
        if answer is None:
            raise LoginError("code-refused", "QuickBooks refused the code.", remedy="Connect again.")
        return answer

    def refresh(self, refresh_token: str) -> TokenAnswer | None:
        """Return new tokens, or None when the service says that this refresh token is no good.

        A lost reply or a failing service is asked again with the same token, then a RetryError says so:
        never an UnknownOutcomeError, since nothing was written to the books.
        """
        for pause in _PAUSES_SECONDS:
            try:
                return self.ask(refresh_token)
            except RetryError:
                self.sleep(pause)
        return self.ask(refresh_token)

    def ask(self, refresh_token: str) -> TokenAnswer | None:
        """Return the same, asked once. Raises RetryError when the reply was lost or the service failed."""
        return self._granted(self._posted({"grant_type": "refresh_token", "refresh_token": refresh_token}))

    def revoke(self, token: str) -> bool:
        """End the connection; return False when the service did not know the token (any more)."""
        headers = {**self._headers(), "Content-Type": "application/json"}
        reply = self._sent(
            Request("POST", self._endpoints.revoke, headers=headers, body=encode({"token": token}))
        )
        if reply.status not in {200, 400}:
            raise _endpoint_error(reply, "revoking")
        return reply.status == 200

    def _headers(self) -> dict[str, str]:
        return {"Authorization": self._credentials.basic(), "Accept": "application/json"}

    def _posted(self, form: Mapping[str, str]) -> Reply:
        headers = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded", _ASK_END: "true"}
        return self._sent(
            Request("POST", self._endpoints.token, headers=headers, body=urlencode(form).encode("ascii"))
        )

    def _sent(self, request: Request) -> Reply:
        try:
            return exchange(self._http, request)
        except RetryError as error:
            raise RetryError(
                "token-service-silent", f"The login service did not answer. {error.message}"
            ) from error

    def _granted(self, reply: Reply) -> TokenAnswer | None:
        """Return the tokens of a reply, None for ``invalid_grant``; raise for everything else."""
        found = decode(reply.body)
        if (
            reply.status == 200
            and isinstance(found, dict)
            and found.get("access_token")
            and found.get("refresh_token")
        ):
            return _answer(found)
        if isinstance(found, dict) and found.get("error") == "invalid_grant":
            return None
        raise _endpoint_error(reply, "the tokens")


def _answer(found: dict[str, Any]) -> TokenAnswer:
    return TokenAnswer(
        str(found["access_token"]),
        str(found["refresh_token"]),
        _seconds(found.get("expires_in"), 3600),
        _seconds(found.get("x_refresh_token_expires_in"), 8_640_000),
        _seconds(found.get("x_refresh_token_hard_expires_in"), None),
    )


@overload
def _seconds(value: object, otherwise: int) -> int: ...
@overload
def _seconds(value: object, otherwise: None) -> int | None: ...
def _seconds(value: object, otherwise: int | None) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() and len(text) < 12 else otherwise


def _endpoint_error(reply: Reply, wanted: str) -> RemoteError:
    """Return the error of a login service's reply that is no answer to what was wanted."""
    found = decode(reply.body)
    word = str(found.get("error", "")) if isinstance(found, dict) else ""
    if reply.status >= 500 or reply.status in {200, 408, 429}:
        wait = 60 if reply.status == 429 else None
        return RetryError(
            "token-service-down",
            f"The login service failed for {wanted} (status {reply.status}).",
            status=reply.status,
            retry_after_seconds=wait,
        )
    if word in {"invalid_client", "unauthorized_client"} or reply.status in {401, 403}:
        return LoginError(
            "app-refused",
            "QuickBooks does not accept the app's keys.",
            remedy="Check client id and client secret in the settings.",
            remote_code=word,
            status=reply.status,
        )
    return RejectedError(
        "login-request-refused",
        f"The login service refused {wanted}: {word or reply.status}.",
        remedy=_RECONNECT,
        remote_code=word,
        status=reply.status,
    )
