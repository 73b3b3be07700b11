"""One call to the service: pacing, access token, one refresh when it was refused, errors, repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from closebook.connectors.quickbooks.faults import error_of_reply, fault_in, is_login_error
from closebook.connectors.quickbooks.tokens import TokenSource
from closebook.connectors.quickbooks.wire import decode
from closebook.core.errors import (
    InvariantError,
    LoginError,
    Place,
    RemoteError,
    RetryError,
    UnknownOutcomeError,
)
from closebook.transport import clock
from closebook.transport.http import HttpClient, Reply, Request, exchange
from closebook.transport.pacing import Limit, Pacer

_Answer = TypeVar("_Answer")
MINOR_VERSION = 75
REQUEST_ID_LENGTH = 50
BATCH_KIND = "batch"
LIMITS = (
    Limit(490, 60.0, burst=8),
    Limit(9, 1.0),
    Limit(390, 600.0, kind=BATCH_KIND),
)
"""Ours, just below the service's own: 500 requests a minute and 10 a second, 40 batches a minute. What is
left over is for requests that arrive closer together than they left.

Source: QuickBooks Online Accounting API, limits and throttles.
"""
THROTTLED_SECONDS = 60
"""How long the service wants to be left alone when it does not say."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request below ``/v3/company/<realm>/``. A call with a ``request_id`` is a write, any other a
    read.
    """

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "application/json"
    accept: str = "application/json"
    request_id: str | None = None
    kind: str = ""
    place: Place | None = None

    @property
    def write(self) -> bool:
        """Tell whether the call may change something."""
        return self.request_id is not None


@dataclass(frozen=True, slots=True)
class ReadRepeats:
    """How often a failed read is tried in all, and the longest pause before the next try."""

    attempts: int = 3
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 5.0

    def pause_seconds(self, attempt: int, error: RetryError) -> float:
        """Return the pause after a failed attempt (the first is 1): as asked, else doubling."""
        asked = error.retry_after_seconds
        return float(asked) if asked is not None else self.first_pause_seconds * 2 ** (attempt - 1)


@dataclass(slots=True)
class Caller:
    """Sends calls to one company's address."""

    base_url: str
    realm_id: str
    tokens: TokenSource
    http: HttpClient
    pacer: Pacer
    minorversion: int = MINOR_VERSION
    repeats: ReadRepeats = field(default_factory=ReadRepeats)
    sleep: Callable[[float], None] = clock.sleep_seconds

    def answer(self, call: Call) -> dict[str, Any]:
        """Return the decoded JSON object of a call's answer; raise as ``reply`` does, and for any fault in
        it.
        """
        return self._repeated(call, self._decoded)

    def reply(self, call: Call) -> Reply:
        """Return the successful reply of a call whose body is not JSON.

        Raises RetryError, UnknownOutcomeError (writes only), RejectedError and its kinds, StaleError,
        LoginError.
        """
        return self._repeated(call, self._successful)

    def _repeated(self, call: Call, attempt_call: Callable[[Call], _Answer]) -> _Answer:
        """Run a call; a read is tried again after failures that may pass, a write never."""
        attempts = 1 if call.write else self.repeats.attempts
        for attempt in range(1, attempts):
            try:
                return attempt_call(call)
            except RetryError as error:
                pause = self.repeats.pause_seconds(attempt, error)
                if pause > self.repeats.longest_pause_seconds:
                    raise
                self.sleep(pause)
        return attempt_call(call)

    def _decoded(self, call: Call) -> dict[str, Any]:
        reply = self._successful(call)
        body = decode(reply.body)
        if not isinstance(body, dict) or fault_in(body) is not None:
            raise error_of_reply(reply, write=call.write, place=call.place)
        return body

    def _successful(self, call: Call) -> Reply:
        """Return a reply with status 200; a refused access token is refreshed once and the call sent once
        more.
        """
        token = self.tokens.access_token()
        reply = self._sent(call, token)
        error = _failure(reply, call)
        if error is not None and reply.status == 401 and is_login_error(error):
            reply = self._sent(call, self.tokens.refresh(token))
            error = _failure(reply, call)
        if reply.status == 429 and isinstance(error, RetryError):
            self.pacer.hold(error.retry_after_seconds or THROTTLED_SECONDS)
        if isinstance(error, LoginError) and reply.status == 401:
            error.remedy = "Connect the company to QuickBooks again."
        if error is not None:
            raise error
        return reply

    def _sent(self, call: Call, token: str) -> Reply:
        self.pacer.wait(call.kind, write=call.write)
        headers = {"Authorization": f"Bearer {token}", "Accept": call.accept}
        if call.method == "POST":
            headers["Content-Type"] = call.content_type
        params = {**call.params, "minorversion": str(self.minorversion)}
        if call.request_id is not None:
            params["requestid"] = _checked_request_id(call.request_id)
        url = f"{self.base_url.rstrip('/')}/v3/company/{self.realm_id}/{call.path}"
        try:
            return exchange(self.http, Request(call.method, url, params, headers, call.body))
        except UnknownOutcomeError as error:
            if call.write:
                raise
            raise RetryError(error.code, error.message) from error


def _failure(reply: Reply, call: Call) -> RemoteError | None:
    """Return the error of a reply whose status is not success."""
    if reply.status == 200:
        return None
    return error_of_reply(reply, write=call.write, place=call.place)


def _checked_request_id(request_id: str) -> str:
    if not 0 < len(request_id) <= REQUEST_ID_LENGTH or not request_id.isascii():
        raise InvariantError("bad-request-id", f"{request_id!r} cannot be the id of a request.")
    return request_id
