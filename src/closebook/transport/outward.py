"""Posting to addresses that users typed in: what lies in this machine's own network is refused.

The refusal looks at the very address that is connected to, at the moment of connecting. A check of the name
beforehand could be answered with another address afterwards.

Source: OWASP, Server-Side Request Forgery Prevention; RFC 6890 for the special ranges.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpcore2
import httpx2

from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.transport.http import Reply, Request, exchange_begun

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

POST_SECONDS = 10
MOST_REPLY_BYTES = 64 * 1024
_CLOSED = tuple(
    ipaddress.ip_network(text)
    # IPv4 behind a translator (RFC 6052), and ranges that Python's versions do not agree on.
    for text in ("64:ff9b::/96", "64:ff9b:1::/48", "192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10")
)
_REMEDY = "Give a public https address, or have it listed in CLOSEBOOK_WEBHOOK_HOSTS."


@dataclass(frozen=True, slots=True)
class Gate:
    """Which addresses may be posted to.

    ``allowed`` lists private hosts that the operator lets through: names, addresses or networks such as
    ``192.168.1.0/24``. ``debug`` lets http pass to this machine itself.
    """

    allowed: tuple[str, ...] = ()
    debug: bool = False

    def refuse_url(self, url: str) -> None:
        """Refuse what can be seen of an address without asking anybody for it.

        Raises InputError for anything but https with a host (http to this machine in debug), for a user name
        or a fragment, and for a host that is written as a private address in any form.
        """
        try:
            parts = urlsplit(url)
            host, _port = parts.hostname or "", parts.port
        except ValueError:
            host, parts = "", urlsplit("")
        if parts.scheme not in {"https", "http"} or not host or any(ord(c) <= 32 for c in url):
            raise InputError("webhook-address", "This is not a web address.", remedy="Begin with https://.")
        if parts.username is not None or parts.fragment:
            raise InputError(
                "webhook-address", "An address with a user name or a # part is not taken.", remedy=_REMEDY
            )
        literal = _written(host)
        if literal is not None:
            self.refuse_address(host, literal)
        if parts.scheme == "http" and not (self.debug and (host == "localhost" or _is_loopback(literal))):
            raise InputError(
                "webhook-address", "Only https is taken: others could read along.", remedy=_REMEDY
            )

    def refuse_address(self, host: str, address: Address) -> None:
        """Raise InputError when the address of a host is not one of the open internet and not allowed."""
        if not (is_public(address) or self._lets(host, address)):
            raise InputError(
                "webhook-private", f"{host} leads to {address}, which is not public.", remedy=_REMEDY
            )

    def _lets(self, host: str, address: Address) -> bool:
        if self.debug and address.is_loopback:
            return True
        return any(
            host.rstrip(".").lower() == each.lower() or _within(address, each) for each in self.allowed
        )

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses that a host has now; InputError when any of them is refused."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"{host} was not found") from error
        texts = list(dict.fromkeys(str(each[4][0]) for each in found))
        for text in texts:
            self.refuse_address(host, ipaddress.ip_address(text.partition("%")[0]))
        return texts


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the open internet.

    >>> is_public(ipaddress.ip_address("169.254.169.254")), is_public(ipaddress.ip_address("1.1.1.1"))
    (False, True)
    """
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped or address.sixtofour or address.teredo:
            return False
        if address.is_site_local:
            return False
    if any(address in network for network in _CLOSED):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    )


def _written(host: str) -> Address | None:
    """Return the address that a host is written as, in whatever form the system takes; None for a name."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None


def _is_loopback(address: Address | None) -> bool:
    return address is not None and address.is_loopback


def _within(address: Address, network: str) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


class _Timed(httpcore2.NetworkStream):
    """A stream of which everything together ends at a moment, however slowly the far side drips."""

    def __init__(self, stream: httpcore2.NetworkStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def _left(self) -> float:
        left = self._ends - clock.monotonic_seconds()
        if left <= 0:
            raise httpcore2.ReadTimeout("it took too long")
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Guarded(httpcore2.NetworkBackend):
    """Connects to the addresses that a gate lets through, by their numbers."""

    def __init__(self, gate: Gate, ends: float) -> None:
        self._gate, self._ends, self._plain = gate, ends, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        refused: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in self._gate.addresses(host, port):
            left = self._ends - clock.monotonic_seconds()
            if left <= 0:
                break
            try:
                stream = self._plain.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                refused = error
            else:
                return _Timed(stream, self._ends)
        raise refused


class _Transport(httpx2.HTTPTransport):
    """The library's transport over connections that a gate lets through; no proxy of the environment."""

    def __init__(self, backend: httpcore2.NetworkBackend) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(), network_backend=backend
        )


def post_outward(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    gate: Gate,
    *,
    seconds: int = POST_SECONDS,
    most_bytes: int = MOST_REPLY_BYTES,
) -> Reply:
    """Return the reply to a POST, its body cut at ``most_bytes``; redirects are not followed.

    All of it takes at most ``seconds`` from the connecting on. Raises InputError for an address that the gate
    refuses, RetryError and UnknownOutcomeError as ``exchange`` does.
    """
    gate.refuse_url(url)
    backend = _Guarded(gate, clock.monotonic_seconds() + seconds)
    plain = {"User-Agent": "closebook", "Accept-Encoding": "identity"}
    with httpx2.Client(
        transport=_Transport(backend), trust_env=False, follow_redirects=False, timeout=seconds, headers=plain
    ) as http:
        return exchange_begun(http, Request("POST", url, headers=headers, body=body), most_bytes)
