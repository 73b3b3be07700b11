"""Keeping below a service's rate limits: several token buckets that are asked together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from closebook.transport import clock


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


class Pacer:
    """Grants calls so that all limits hold; shared by the threads that call on behalf of one company."""

    def __init__(
        self,
        limits: tuple[Limit, ...],
        *,
        now: Callable[[], float] = clock.monotonic_seconds,
        sleep: Callable[[float], None] = clock.sleep_seconds,
    ) -> None:
        self._limits = limits
        self._now = now
        self._sleep = sleep
        self._due = [float("-inf")] * len(limits)
        self._lock = threading.Lock()

    def wait(self, kind: str = "") -> float:
        """Wait until a call of a kind is allowed; return the seconds waited. First come, first served."""
        with self._lock:
            now = self._now()
            moment = self._grant(kind, now)
        if moment <= now:
            return 0.0
        self._sleep(moment - now)
        return moment - now

    def _grant(self, kind: str, now: float) -> float:
        """Return the earliest moment at which every limit allows the call, and book it there."""
        concerned = [index for index, limit in enumerate(self._limits) if limit.kind in {"", kind}]
        earliest = [
            self._due[index] - (self._limits[index].burst - 1) * self._limits[index].spacing_seconds
            for index in concerned
        ]
        moment = max([now, *earliest])
        for index in concerned:
            self._due[index] = max(self._due[index], moment) + self._limits[index].spacing_seconds
        return moment


def unpaced() -> Pacer:
    """Return a pacer that never waits."""
    return Pacer(())


@dataclass(slots=True)
class Pacers:
    """One pacer per key (a company and an app), made at first use and shared by the whole process."""

    limits: tuple[Limit, ...]
    _made: dict[Hashable, Pacer] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, key: Hashable) -> Pacer:
        """Return the pacer of a key."""
        with self._lock:
            if key not in self._made:
                self._made[key] = Pacer(self.limits)
            return self._made[key]
