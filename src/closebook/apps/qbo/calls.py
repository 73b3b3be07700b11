"""A call as the protocol sees it, free of the web framework, and its answer."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from closebook.apps.qbo.wire import encode, stamp_milliseconds
from closebook.transport import clock

JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request. ``segments`` are the parts of the path after the realm; names of ``params`` are in
    lower case. ``actor`` is whom Closebook itself calls for within this process, "" for every other call.
    """

    method: str
    realm: str
    segments: tuple[str, ...]
    params: Mapping[str, str]
    body: bytes
    content_type: str
    authorization: str
    now: dt.datetime
    base_url: str = ""
    actor: str = ""
    arrived: float = field(default_factory=clock.monotonic_seconds)

    @property
    def waited(self) -> dt.timedelta:
        """Return how long ago the call arrived, that is how much later than ``now`` it is."""
        return dt.timedelta(seconds=clock.monotonic_seconds() - self.arrived)

    def param(self, name: str) -> str:
        """Return a query parameter, "" when it is not there."""
        return self.params.get(name, "")

    @property
    def include(self) -> frozenset[str]:
        """Return the words of ``include``, in lower case."""
        return frozenset(word.strip().lower() for word in self.param("include").split(",") if word.strip())


@dataclass(slots=True)
class Answer:
    """What goes back: status, bytes and headers."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def enveloped(value: Mapping[str, Any], now: dt.datetime, status: int = 200) -> Answer:
    """Return an answer whose object bears the moment of the answer."""
    return Answer(encode({**value, "time": stamp_milliseconds(now)}), status)


def bare(value: Any, status: int = 200) -> Answer:
    """Return an answer without the moment (tax service, reports, gateway)."""
    return Answer(encode(value), status)


def trace_id() -> str:
    """Return a new opaque id of a call."""
    return f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
