"""Access and refresh tokens of one connection, refreshed once however many threads and processes need it.

The service may replace the refresh token with any refresh, and its answer may be lost. So the token that
last worked is kept as ``previous`` beside the newest one, until the newest one has worked itself. Source:
QuickBooks Online OAuth 2.0, refresh tokens (value changes about daily, the last one given must be used).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from closebook.connectors.quickbooks import renewal
from closebook.connectors.quickbooks.oauth import TokenEndpoint
from closebook.connectors.quickbooks.renewal import Tokens
from closebook.core.errors import LoginError, RemoteError
from closebook.transport import clock

__all__ = ["FixedToken", "RefreshedTokens", "TokenSource", "TokenStore", "Tokens"]

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


class TokenStore(Protocol):
    """Where tokens of one connection are kept; shared by all processes."""

    def load(self) -> Tokens:
        """Return what is kept."""
        ...

    def claim(self) -> bool:
        """Take the right to refresh, for a minute; False while another thread or process has it."""
        ...

    def keep(self) -> bool:
        """Prolong the right by a minute; False when it is not ours any more."""
        ...

    def release(self) -> None:
        """Give the right back if it is ours."""
        ...

    def save(self, tokens: Tokens, generation: int) -> bool:
        """Keep new tokens durably, before they are used; False when others were kept after ``generation``."""
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
    """A token source that refreshes through the token endpoint, under the store's claim."""

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
        if held is None or held.ends_soon(self._now()):
            held = self._held = self._store.load()
        if held.broken:
            raise _broken()
        return self.refresh(held.access_token) if held.ends_soon(self._now()) else held.access_token

    def refresh(self, stale_token: str) -> str:
        """Return a newer token than ``stale_token``: another's refresh if there was one, else our own.

        Raises LoginError when the service refuses every token kept, RetryError when it cannot be asked now.
        """
        held = self._held = self._drive(renewal.renewal(stale_token, self._now))
        if held.broken:
            raise _broken()
        return held.access_token

    def _drive(self, steps: renewal.Renewing) -> Tokens:
        """Carry out the effects of a renewal; what asking raises goes into it."""
        try:
            effect = next(steps)
            while True:
                try:
                    event = self._perform(effect)
                except RemoteError as error:
                    effect = steps.throw(error)
                else:
                    effect = steps.send(event)
        except StopIteration as ended:
            found: Tokens = ended.value
            return found

    def _perform(self, effect: renewal.Effect) -> Any:
        match effect:
            case renewal.Claim():
                return self._store.claim()
            case renewal.Keep():
                return self._store.keep()
            case renewal.Release():
                return self._store.release()
            case renewal.Load():
                return self._store.load()
            case renewal.Save(tokens, generation):
                return self._store.save(tokens, generation)
            case renewal.Ask(refresh_token):
                return self._endpoint.ask(refresh_token)
            case renewal.Wait(seconds, for_turn):
                return clock.sleep_seconds(seconds) if for_turn else self._endpoint.sleep(seconds)


def _broken() -> LoginError:
    return LoginError(
        "connection-ended",
        "QuickBooks has ended the connection.",
        remedy=_RECONNECT,
        remote_code="invalid_grant",
    )
