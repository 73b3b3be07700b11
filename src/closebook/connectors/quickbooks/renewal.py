"""How new tokens are got, as a machine without input or output: one refresh at a time, nothing lost.

Many processes on many machines hold one connection. Whoever wants new tokens claims the right to ask, by a
lease that ends by itself; the others wait and take what it got. The tokens that were kept are asked with,
newest first; what the service gives is kept before it is used. A refusal is final only when nobody else has
kept newer tokens meanwhile; then the connection is marked as ended, so that people are told once.

Source: QuickBooks Online OAuth 2.0, refresh tokens: the last value given must be used, of two refreshes at
once the second is refused, and ``invalid_grant`` means that a person has to connect again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any

from closebook.connectors.quickbooks.oauth import TokenAnswer
from closebook.core.errors import RemoteError, RetryError

EARLY_SECONDS = 60
LEASE_SECONDS = 60
"""How long a claim lasts unless it is kept; longer than one request to the login service may take."""
_PAUSES_SECONDS = (0.5, 2.0)
_LONGEST_WAIT_SECONDS = 1.0
_PATIENCE_SECONDS = 3.0 * LEASE_SECONDS


@dataclass(frozen=True, slots=True)
class Tokens:
    """What is kept of a connection.

    ``previous`` is the refresh token that worked last, when another one has replaced it since ("" else); two
    with a blank between them when processes that slept got different ones.
    ``broken`` is set once the service has refused them all, so that nobody asks again. ``generation`` counts
    the refreshes that were kept. ``hard_expires_at`` ends the consent whatever is done (None: not told).
    """

    access_token: str
    refresh_token: str
    access_expires_at: dt.datetime
    refresh_expires_at: dt.datetime
    previous: str = ""
    broken: bool = False
    generation: int = 0
    hard_expires_at: dt.datetime | None = None

    @classmethod
    def first(cls, answer: TokenAnswer, now: dt.datetime) -> Tokens:
        """Return the tokens of the answer to a code."""
        hard = answer.hard_seconds
        return cls(
            answer.access_token,
            answer.refresh_token,
            now + dt.timedelta(seconds=answer.access_seconds),
            now + dt.timedelta(seconds=answer.refresh_seconds),
            hard_expires_at=None if hard is None else now + dt.timedelta(seconds=hard),
        )

    def renewed(self, answer: TokenAnswer, used: str, now: dt.datetime) -> Tokens:
        """Return the tokens after a refresh with the token ``used``, which is kept when it was replaced."""
        kept = used if used != answer.refresh_token else ""
        new = Tokens.first(answer, now)
        hard = new.hard_expires_at or self.hard_expires_at
        return replace(new, previous=kept, generation=self.generation + 1, hard_expires_at=hard)

    def ends_soon(self, now: dt.datetime) -> bool:
        """Tell whether the access token ends within a minute."""
        return self.access_expires_at <= now + dt.timedelta(seconds=EARLY_SECONDS)


@dataclass(frozen=True, slots=True)
class Claim:
    """Become the only one who may ask; the answer tells whether that succeeded."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Prolong the claim; the answer tells whether it is still ours."""


@dataclass(frozen=True, slots=True)
class Release:
    """Give the claim back."""


@dataclass(frozen=True, slots=True)
class Load:
    """Answer with the tokens as they are kept now."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the service once; the answer is new tokens, or None when it refused this one."""

    refresh_token: str


@dataclass(frozen=True, slots=True)
class Save:
    """Keep these tokens durably unless others were kept after ``generation``; answer whether it was so."""

    tokens: Tokens
    generation: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time pass, ``for_turn`` while another one asks."""

    seconds: float
    for_turn: bool = False


Effect = Claim | Keep | Release | Load | Ask | Save | Wait
Renewing = Generator[Effect, Any, Tokens]
Now = Callable[[], dt.datetime]


def renewal(stale_token: str, now: Now) -> Renewing:
    """Return the tokens to go on with, which are broken or have another access token than ``stale_token``.

    Raises RetryError when nothing can be had at present, and what asking raises.
    """
    for pause in _waits():
        if (yield Claim()):
            break
        yield Wait(pause, for_turn=True)
        held: Tokens = yield Load()
        if _settled(held, stale_token, now):
            return held
    else:
        raise RetryError("refresh-busy", "Another process is renewing the login for a long time.")
    try:
        held = yield Load()
        if not _settled(held, stale_token, now):
            held = yield from _renewed(held, now)
    except RemoteError:
        yield Release()
        raise
    yield Release()
    return held


def _waits() -> Iterator[float]:
    """Yield the pauses between two looks at a claim that another one has, until patience ends."""
    pause, waited = 0.05, 0.0
    while waited < _PATIENCE_SECONDS:
        yield pause
        waited += pause
        pause = min(pause * 2, _LONGEST_WAIT_SECONDS)


def _settled(held: Tokens, stale_token: str, now: Now) -> bool:
    return held.broken or (held.access_token != stale_token and not held.ends_soon(now()))


def _renewed(held: Tokens, now: Now) -> Renewing:
    """Return new tokens by the newest refresh token, else by the one before; broken when both are refused."""
    for candidate in dict.fromkeys([held.refresh_token, *held.previous.split()]):
        answer = yield from _asked(candidate)
        if answer is not None:
            return (yield from _saved(held.renewed(answer, candidate, now()), held))
        newer: Tokens = yield Load()
        if newer.generation != held.generation:
            return newer
    return (yield from _saved(replace(held, broken=True), held))


def _saved(tokens: Tokens, held: Tokens) -> Renewing:
    """Keep the tokens; return them, or what another one kept meanwhile.

    A process that slept may have kept its older answer in between. Then ours still has the newest refresh
    token when it followed from the one that is kept; else it is kept beside it, to be tried as well.
    """
    used = tokens.previous.partition(" ")[0] or tokens.refresh_token
    while not (yield Save(tokens, held.generation)):
        held = yield Load()
        if tokens.broken or held.refresh_token == tokens.refresh_token:
            return held
        generation = held.generation + 1
        if held.refresh_token == used or held.broken:
            tokens = replace(tokens, generation=generation)
        else:
            former = dict.fromkeys([tokens.refresh_token, *held.previous.split()])
            tokens = replace(held, previous=" ".join(list(former)[:2]), generation=generation)
    return tokens


def _asked(refresh_token: str) -> Generator[Effect, Any, TokenAnswer | None]:
    """Return the service's answer, asking again with the same token when the reply was lost."""
    for pause in (*_PAUSES_SECONDS, 0.0):
        if not (yield Keep()):
            raise RetryError("refresh-taken-over", "Another process has begun to renew the login.")
        try:
            answer: TokenAnswer | None = yield Ask(refresh_token)
        except RetryError as error:
            if not pause or error.retry_after_seconds:
                raise
            yield Wait(pause)
            continue
        return answer
    raise RetryError("token-service-silent", "The login service did not answer.")
