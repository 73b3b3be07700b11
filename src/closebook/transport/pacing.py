"""Keeping below a service's rate limits: several token buckets that are asked together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

from closebook.transport import clock

NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` calls per ``seconds`` in the long run, with ``burst`` of them at once after a rest.

    Any window of ``seconds`` holds at most ``count + burst`` calls. ``kind`` is the kind of call that
    it applies to; "" is every kind.
    """

    count: int
    seconds: float
    burst: int = 1
    kind: str = ""

    @property
    def spacing_seconds(self) -> float:
        """Return the seconds between two calls in the long run."""
        return self.seconds / self.count


def earliest(limits: Sequence[Limit], due: Sequence[float], kind: str, now: float) -> float:
    """Return the earliest moment at which every limit allows a call; ``due`` is what was booked per limit."""
    allowed = [
        moment - (limit.burst - 1) * limit.spacing_seconds
        for limit, moment in zip(limits, due, strict=True)
        if limit.kind in {"", kind}
    ]
    return max([now, *allowed])


def booked(limits: Sequence[Limit], due: Sequence[float], kind: str, moment: float) -> list[float]:
    """Return what is booked per limit after a call of a kind at a moment."""
    return [
        max(before, moment) + limit.spacing_seconds if limit.kind in {"", kind} else before
        for limit, before in zip(limits, due, strict=True)
    ]


def moved(limits: Sequence[Limit], due: Sequence[float], kind: str, moment: float) -> list[float]:
    """Return what is booked per limit after a call that was booked starts at a moment."""
    return [
        max(before, moment + limit.spacing_seconds) if limit.kind in {"", kind} else before
        for limit, before in zip(limits, due, strict=True)
    ]


class Pacer:
    """Grants calls so that all limits hold; shared by the threads that call on behalf of one company."""

    def __init__(
        self,
        limits: tuple[Limit, ...],
        *,
        now: Callable[[], float] = clock.monotonic_seconds,
        sleep: Callable[[float], None] = clock.sleep_seconds,
    ) -> None:
        self.limits = limits
        self.now = now
        self._sleep = sleep
        self._due = [NEVER] * len(limits)
        self._lock = threading.Lock()

    def wait(self, kind: str = "", *, write: bool = False) -> float:
        """Wait until a call of a kind is allowed; return the seconds waited. First come, first served."""
        now = self.now()
        moment = self.book(kind, now, write=write)
        if moment <= now:
            return 0.0
        self._sleep(moment - now)
        self.started(kind, self.now())
        return moment - now

    def started(self, kind: str, moment: float) -> None:
        """Keep that a booked call starts at this moment, which is later where the process was not woken in
        time: the calls behind it keep their distance.
        """
        with self._lock:
            self._due = moved(self.limits, self._due, kind, moment)

    def book(self, kind: str, now: float, *, write: bool) -> float:
        """Return the earliest moment at which every limit allows the call, and book it there.

        ``write`` tells the class of the call, which whoever counts calls wants to know.
        """
        with self._lock:
            moment = earliest(self.limits, self._due, kind, now)
            self._due = booked(self.limits, self._due, kind, moment)
        return moment

    def delay(self, kind: str = "") -> float:
        """Return the seconds after which a call of a kind would be allowed."""
        now = self.now()
        with self._lock:
            return earliest(self.limits, self._due, kind, now) - now

    def hold(self, seconds: float) -> None:
        """Allow no call for some seconds, because the service asked for that."""
        until = self.now() + seconds
        with self._lock:
            self._due = [max(moment, until) for moment in self._due]


class Prepaid(Pacer):
    """A pacer whose first call was waited for already; the further ones wait at the pacer behind it."""

    def __init__(self, behind: Pacer) -> None:
        super().__init__((), now=behind.now)
        self._behind = behind
        self._paid = 1

    def book(self, kind: str, now: float, *, write: bool) -> float:
        """Return at once for the call that was paid; book the others."""
        if self._paid:
            self._paid -= 1
            return now
        return self._behind.book(kind, now, write=write)

    def started(self, kind: str, moment: float) -> None:
        """Tell the pacer behind."""
        self._behind.started(kind, moment)

    def hold(self, seconds: float) -> None:
        """Hold all calls behind."""
        self._behind.hold(seconds)


def unpaced() -> Pacer:
    """Return a pacer that never waits."""
    return Pacer(())


@dataclass(slots=True)
class Pacers:
    """One pacer per key (a connection to a service), made at first use and shared by the whole process."""

    limits: tuple[Limit, ...]
    _made: dict[Hashable, Pacer] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, key: Hashable) -> Pacer:
        """Return the pacer of a key."""
        with self._lock:
            if key not in self._made:
                self._made[key] = Pacer(self.limits)
            return self._made[key]
