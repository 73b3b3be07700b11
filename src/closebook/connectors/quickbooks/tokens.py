"""Access and refresh tokens of one connection, refreshed once however many threads and processes need it.

The service may replace the refresh token with any refresh, and its answer may be lost. So the token that
last worked is kept as ``previous`` beside the newest one, until the newest one has worked itself. Source:
QuickBooks Online OAuth 2.0, refresh tokens (value changes about daily, the last one given must be used).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from closebook.connectors.quickbooks.oauth import TokenAnswer, TokenEndpoint
from closebook.core.errors import LoginError
from closebook.transport import clock

EARLY_SECONDS = 60
_RECONNECT = "Connect the company to QuickBooks again."


class TokenSource(Protocol):
    """Where the client gets its access token from."""

    def access_token(self) -> str:
        """Return a token that is believed to be good."""
        ...

    def refresh(self, stale_token: str) -> str:
        """Return another token than the one that was refused. Raises LoginError when a person has to
        connect again.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is kept of a connection.

    ``previous`` is the refresh token that worked last, when another one has replaced it since ("" else).
    ``broken`` is set once the service has refused them all, so that nobody asks again.
    """

    access_token: str
    refresh_token: str
    access_expires_at: dt.datetime
    refresh_expires_at: dt.datetime
    previous: str = ""
    broken: bool = False

    @classmethod
    def first(cls, answer: TokenAnswer, now: dt.datetime) -> Tokens:
        """Return the tokens of the answer to a code."""
        return cls(
            answer.access_token,
            answer.refresh_token,
            now + dt.timedelta(seconds=answer.access_seconds),
            now + dt.timedelta(seconds=answer.refresh_seconds),
        )

    def renewed(self, answer: TokenAnswer, used: str, now: dt.datetime) -> Tokens:
        """Return the tokens after a refresh with the token ``used``, which is kept when it was replaced."""
        kept = used if used != answer.refresh_token else ""
        return replace(Tokens.first(answer, now), previous=kept)


class TokenStore(Protocol):
    """Where tokens of one connection are kept; shared by all processes."""

    def load(self) -> Tokens:
        """Return what is kept."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Return a lock that keeps every other thread and process from refreshing this connection."""
        ...

    def save(self, tokens: Tokens) -> None:
        """Keep new tokens durably, before they are used."""
        ...


@dataclass(slots=True)
class FixedToken:
    """A token that cannot be refreshed, for an embedded company or a test."""

    token: str

    def access_token(self) -> str:
        """Return the token."""
        return self.token

    def refresh(self, stale_token: str) -> str:
        """Raise LoginError: there is no other token than ``stale_token``."""
        raise LoginError(
            "token-refused", f"The access token …{stale_token[-4:]} was refused.", remedy=_RECONNECT
        )


class RefreshedTokens:
    """A token source that refreshes through the token endpoint, under the store's lock."""

    def __init__(
        self, endpoint: TokenEndpoint, store: TokenStore, *, now: Callable[[], dt.datetime] = clock.now
    ) -> None:
        self._endpoint = endpoint
        self._store = store
        self._now = now
        self._held: Tokens | None = None

    def access_token(self) -> str:
        """Return the kept access token, refreshed first when it ends within a minute."""
        held = self._held
        if held is None or self._ends_soon(held):
            held = self._held = self._store.load()
        if held.broken:
            raise _broken()
        return self.refresh(held.access_token) if self._ends_soon(held) else held.access_token

    def refresh(self, stale_token: str) -> str:
        """Return a newer token than ``stale_token``: another's refresh if there was one, else our own.

        Raises LoginError when the service refuses every token kept, RetryError when it cannot be asked now.
        """
        with self._store.lock():
            held = self._store.load()
            if held.broken:
                raise _broken()
            if held.access_token == stale_token or self._ends_soon(held):
                held = self._renewed(held)
                self._store.save(held)
            self._held = held
        if held.broken:
            raise _broken()
        return held.access_token

    def _renewed(self, held: Tokens) -> Tokens:
        """Return new tokens by the newest refresh token, else by the one before; marked broken when both
        are refused.
        """
        for candidate in dict.fromkeys(token for token in (held.refresh_token, held.previous) if token):
            answer = self._endpoint.refresh(candidate)
            if answer is not None:
                return held.renewed(answer, candidate, self._now())
        return replace(held, broken=True)

    def _ends_soon(self, tokens: Tokens) -> bool:
        return tokens.access_expires_at <= self._now() + dt.timedelta(seconds=EARLY_SECONDS)


def _broken() -> LoginError:
    return LoginError(
        "connection-ended",
        "QuickBooks has ended the connection.",
        remedy=_RECONNECT,
        remote_code="invalid_grant",
    )
