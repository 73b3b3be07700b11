"""Calls of Square's API: version and token in the headers, pages by cursor, limits and faults.

Reads are tried again by themselves: a refused token once with a new one, 429 after the pause that is asked
for (there is no published number), a failing service with growing pauses. Source: Square API basics,
errors, pagination.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from closebook.connectors.base import FarSide
from closebook.core.errors import (
    LoginError,
    Place,
    RejectedError,
    RemoteError,
    RetryError,
    UnknownOutcomeError,
)
from closebook.transport import clock
from closebook.transport.http import Reply, Request, exchange

VERSION = "2026-09-16"
_ATTEMPTS = 6
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 60.0
_MOST_PAGES = 100_000
_RECONNECT = "Connect Square again, or give a new token."
Json = dict[str, Any]


def decoded(body: bytes) -> Json:
    """Return the object of a JSON text, an empty one for anything else."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


class Service:
    """One Square account."""

    def __init__(self, far: FarSide, *, sleep: Callable[[float], None] | None = None) -> None:
        """Keep how to reach it."""
        self._far = far
        self._sleep = sleep or clock.sleep_seconds

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        """Return the answer to a read."""
        return self._asked("GET", path, {key: text for key, text in (params or {}).items() if text}, b"")

    def post(self, path: str, body: Json) -> Json:
        """Return the answer to a search; nothing is written by it."""
        return self._asked("POST", path, {}, msgspec.json.encode(body))

    def all_of(self, path: str, member: str, params: Mapping[str, str] | None = None) -> Iterator[Json]:
        """Yield each object of a list once, page by page; the query stays the same while paging."""
        fixed = dict(params or {})
        yield from _paged(lambda cursor: self.get(path, {**fixed, "cursor": cursor}), member)

    def search(self, path: str, member: str, body: Json) -> Iterator[Json]:
        """Yield each object of a search once, page by page."""

        def ask(cursor: str) -> Json:
            return self.post(path, {**body, "cursor": cursor} if cursor else body)

        yield from _paged(ask, member)

    def _asked(self, method: str, path: str, params: Mapping[str, str], body: bytes) -> Json:
        for attempt in range(1, _ATTEMPTS):
            try:
                return self._once(method, path, params, body)
            except RetryError as error:
                self._sleep(_pause(attempt, error))
        return self._once(method, path, params, body)

    def _once(self, method: str, path: str, params: Mapping[str, str], body: bytes) -> Json:
        token = self._far.tokens.access_token()
        reply = self._sent(method, path, params, body, token)
        if reply.status == 401:
            reply = self._sent(method, path, params, body, self._far.tokens.refresh(token))
        if reply.status != 200:
            raise error_of(reply, path)
        found = decoded(reply.body)
        if not found and reply.body.strip() != b"{}":
            raise RetryError("answer-unclear", f"Square's answer to {path} is not whole.")
        return found

    def _sent(self, method: str, path: str, params: Mapping[str, str], body: bytes, token: str) -> Reply:
        self._far.pacer.wait()
        headers = {
            "Authorization": f"Bearer {token}",
            "Square-Version": VERSION,
            "Accept": "application/json",
        }
        if body:
            headers["Content-Type"] = "application/json"
        url = f"{self._far.base_url.rstrip('/')}/v2/{path}"
        try:
            return exchange(self._far.http, Request(method, url, params, headers, body))
        except UnknownOutcomeError as error:  # a read changes nothing, so it may simply be asked again
            raise RetryError(error.code, error.message) from error


def _paged(ask: Callable[[str], Json], member: str) -> Iterator[Json]:
    cursor, seen = "", set[str]()
    for _ in range(_MOST_PAGES):
        page = ask(cursor)
        for one in objects(page.get(member)):
            ref = str(one.get("id", ""))
            if not ref or ref not in seen:
                seen.add(ref)
                yield one
        cursor = str(page.get("cursor") or "")
        if not cursor:
            return
    raise RejectedError("endless-list", f"Square's list of {member} does not end.")


def objects(value: object) -> list[Json]:
    """Return those members of a list that are objects."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _pause(attempt: int, error: RetryError) -> float:
    asked = error.retry_after_seconds
    pause = float(asked) if asked is not None else _FIRST_PAUSE * 2 ** (attempt - 1)
    return min(pause, _LONGEST_PAUSE)


def error_of(reply: Reply, what: str) -> RemoteError:
    """Return the error of a reply that is no success, with Square's own code and words."""
    found = next(iter(objects(decoded(reply.body).get("errors"))), {})
    code, detail = str(found.get("code", "")), str(found.get("detail", ""))
    said = ": ".join(part for part in (code, detail) if part) or f"status {reply.status}"
    if reply.status == 401 or code in {"UNAUTHORIZED", "ACCESS_TOKEN_EXPIRED", "ACCESS_TOKEN_REVOKED"}:
        return LoginError(
            "connection-ended", f"Square refused the token ({said}).", remedy=_RECONNECT, status=reply.status
        )
    if reply.status == 403:
        remedy = "Allow the app to read what is missing, and connect again."
        return LoginError(
            "scope-missing", f"Square does not let us read {what} ({said}).", remedy=remedy, status=403,
            remote_code=code,
        )  # fmt: skip
    if reply.status in {408, 429} or reply.status >= 500:
        return RetryError(
            "square-busy" if reply.status == 429 else "square-down",
            f"Square did not answer for {what} ({said}).",
            status=reply.status,
            remote_code=code,
            retry_after_seconds=_seconds(reply.header("retry-after")),
        )
    return RejectedError(
        "square-refused", f"Square refused {what} ({said}).", status=reply.status, remote_code=code,
        place=Place(field=str(found.get("field", ""))),
    )  # fmt: skip


def _seconds(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 else None
