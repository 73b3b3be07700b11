"""Calls of a payment service: which failures may have been carried out, and which surely were not.

Nothing that moves money is repeated here: the machine of a payment run decides that, with the same reference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

import msgspec

from closebook.connectors.payouts.base import Payout
from closebook.core.errors import LoginError, RetryError, UnknownOutcomeError
from closebook.core.workforce.pay_lines import LineState
from closebook.core.workforce.payruns import Absent, Accepted, Found, Lost, NotNow, Rejected
from closebook.transport.http import HttpClient, Reply, Request, exchange

Json: TypeAlias = dict[str, Any]
_SECONDS = 30
_JSON = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a service says of a payment: its state, its own code, and its fee in minor units."""

    state: LineState
    provider_ref: str = ""
    code: str = ""
    fee_minor: int = 0
    fee_currency: str = ""


class PayService(Protocol):
    """A payment service as a payment run uses it."""

    def ready(self) -> None:
        """Return when the service lets us in. Raises LoginError, RetryError or RejectedError."""

    def send(self, payout: Payout) -> Accepted | Rejected | NotNow | Lost:
        """Send a payment with its reference; sent twice it is one payment."""

    def probe(self, payout: Payout, provider_ref: str) -> Found | Absent | NotNow | Lost:
        """Ask for a payment. NotNow where the service cannot say."""

    def standing(self, payout: Payout, provider_ref: str) -> Standing | None:
        """Return how a payment stands; None when the service does not say."""

    def recall(self, payout: Payout, provider_ref: str) -> Standing | None:
        """Take back a payment that nobody has claimed; None where the service cannot or does not say."""

    def finish(self) -> None:
        """Close what was sent, so that a person can release it."""


@dataclass(slots=True)
class Caller:
    """Calls with a token that is fetched when it is needed, and once more when it is refused."""

    http: HttpClient
    base: str
    name: str
    fetch: Callable[[], str]
    _token: str = field(default="", repr=False)

    def renew(self) -> None:
        """Fetch a token. Raises LoginError or RetryError."""
        self._token = self.fetch()

    def ask(self, method: str, path: str, body: Json | None = None) -> Reply | NotNow | Lost:
        """Return the reply; NotNow when nothing was done, Lost when it may have been.

        Raises LoginError when the service does not let us in.
        """
        for _again in range(2):
            self._token = self._token or self.fetch()
            headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
            content = b"" if body is None else _JSON.encode(body)
            try:
                reply = exchange(self.http, Request(method, f"{self.base}{path}", {}, headers, content))
            except UnknownOutcomeError:  # also a RetryError, so it stands first
                return Lost()
            except RetryError:
                return NotNow(_SECONDS)
            if reply.status != 401:
                return self._judged(reply)
            self._token = ""
        raise LoginError(
            "pay-login", f"{self.name} refused the keys.", remedy="Enter them again in the settings."
        )

    def _judged(self, reply: Reply) -> Reply | NotNow | Lost:
        if reply.status == 403:
            raise LoginError(
                "pay-not-allowed", f"{self.name} does not allow this account to pay by program.",
                remedy="Ask for it there, or download the file instead.", status=403,
            )  # fmt: skip
        if reply.status == 429:
            asked = reply.header("retry-after")
            return NotNow(int(asked) if asked.isdecimal() and len(asked) < 6 else _SECONDS)
        return Lost() if reply.status >= 500 or reply.status == 408 else reply


def object_of(reply: Reply) -> Json:
    """Return the object of a reply, an empty one for anything else."""
    try:
        found = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def inner(found: Json, name: str) -> Json:
    """Return a member that is an object, an empty one for anything else."""
    value = found.get(name)
    return value if isinstance(value, dict) else {}
