"""One HTTP exchange, and which of its failures may have been carried out by the other side.

Everything that speaks HTTP goes through ``exchange``: nothing else knows the HTTP library. Nothing is
repeated here; who calls decides that from the class of the error.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import httpx2

from closebook.core.errors import InvariantError, RetryError, UnknownOutcomeError

HttpClient = httpx2.Client
Params = Mapping[str, str]

_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
_CHUNK_BYTES = 8192
_NEVER_SENDABLE = (httpx2.UnsupportedProtocol, httpx2.InvalidURL, httpx2.LocalProtocolError)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``params`` are not yet encoded, ``body`` is sent as it is."""

    method: str
    url: str
    params: Params = field(default_factory=dict)
    headers: Params = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """One whole reply: status, headers with lower-case names, and the body after decompression."""

    status: int
    headers: Params
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, or ""."""
        return self.headers.get(name.lower(), "")


def http_client(*, read_seconds: float = 125.0, connect_seconds: float = 10.0) -> HttpClient:
    """Return a client with kept connections. It follows no redirect, so that no token travels to another
    host.

    The default waits a little longer than the 120 s after which QuickBooks Online gives up on a request.
    """
    timeout = httpx2.Timeout(read_seconds, connect=connect_seconds, pool=connect_seconds)
    headers = {"User-Agent": "closebook"}
    return httpx2.Client(timeout=timeout, headers=headers, follow_redirects=False, verify=_trusted())


@cache
def _trusted() -> ssl.SSLContext:
    """Return the certificates that are trusted: reading them takes longer than most requests."""
    return httpx2.create_ssl_context()


def exchange(http: HttpClient, request: Request) -> Reply:
    """Return the reply to a request, whatever its status.

    Raises RetryError when the request certainly did not reach the other side, UnknownOutcomeError when it
    may have, and InvariantError when its address cannot be one.
    """
    with _failures(request):
        answer = http.request(request.method, request.url, **_parts(request))
    return Reply(answer.status_code, _lowered(answer), answer.content)


def exchange_begun(http: HttpClient, request: Request, most_bytes: int) -> Reply:
    """Return the reply with no more than the first ``most_bytes`` of its body, as they came.

    What follows them is never read. Raises as ``exchange`` does.
    """
    body = bytearray()
    with _failures(request), http.stream(request.method, request.url, **_parts(request)) as answer:
        for chunk in answer.iter_raw(_CHUNK_BYTES):
            body += chunk
            if len(body) >= most_bytes:
                break
    return Reply(answer.status_code, _lowered(answer), bytes(body[:most_bytes]))


def _parts(request: Request) -> dict[str, Any]:
    return {
        "params": request.params or None,
        "headers": dict(request.headers),
        "content": request.body or None,
    }


def _lowered(answer: httpx2.Response) -> dict[str, str]:
    return {name.lower(): text for name, text in answer.headers.items()}


@contextmanager
def _failures(request: Request) -> Iterator[None]:
    """Turn the library's errors into ours."""
    try:
        yield
    except _NEVER_SENDABLE as error:
        raise InvariantError("request-not-sendable", f"{request.method} {request.url}: {error}") from error
    except _NOT_SENT as error:
        raise RetryError("not-reached", f"The service was not reached: {_reason(error)}.") from error
    except httpx2.HTTPError as error:
        raise UnknownOutcomeError("reply-lost", f"The service's reply was lost: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    """Return an error's text, or the name of its class when it has none."""
    return str(error).rstrip(".") or type(error).__name__
