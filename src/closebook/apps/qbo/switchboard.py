"""Injects the faults of real networks and services by a seed. For development only: refused unless the site
is in debug.

Setting ``CLOSEBOOK_FAULTS``, such as ``seed=7,rate=0.05,kinds=reply-lost|429,delay=0.2-1.5``. The same seed
and the same order of calls give the same faults. ``delay`` makes each answer late by so many seconds.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from closebook.apps.qbo import faults, gateway_faults
from closebook.apps.qbo.calls import Answer, Call, bare, enveloped
from closebook.transport import clock

KINDS = ("reply-lost", "lost", "500", "503-html", "429", "429-retry-after", "truncated", "fault-200")
_BEFORE = frozenset({"lost", "500", "503-html", "429", "429-retry-after", "fault-200"})


def _html(status: int, title: str) -> Answer:
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{status} {title}</h1></body></html>"
    return Answer(page.encode("ascii"), status, "text/html")


def _epoch(call: Call) -> int:
    return int(call.now.timestamp() * 1000)


@dataclass(slots=True)
class Switchboard:
    """Decides for each call whether and how it fails."""

    seed: int
    rate: float
    kinds: tuple[str, ...] = KINDS
    delay: tuple[float, float] = (0.0, 0.0)
    _counter: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    def parse(cls, text: str) -> Switchboard:
        """Return the switchboard of a setting's text. Raises ImproperlyConfigured for anything that is not
        understood.
        """
        parts = dict(part.split("=", 1) for part in text.split(",") if "=" in part)
        kinds = tuple(parts.get("kinds", "|".join(KINDS)).split("|"))
        unknown = [kind for kind in kinds if kind not in KINDS]
        try:
            low, _dash, high = parts.get("delay", "0").partition("-")
            delay = (float(low), float(high or low))
            made = cls(int(parts["seed"]), float(parts.get("rate", "0.05")), kinds, delay)
        except (KeyError, ValueError) as error:
            raise ImproperlyConfigured(
                "CLOSEBOOK_FAULTS is written as seed=7,rate=0.05,kinds=lost|429"
            ) from error
        if unknown:
            raise ImproperlyConfigured(f"CLOSEBOOK_FAULTS names unknown kinds: {', '.join(unknown)}")
        return made

    def draw(self) -> str:
        """Return the kind of fault of the next call, "" for none."""
        word = f"{self.seed}:{next(self._counter)}"
        chance = random.Random(word)  # noqa: S311 - a seed must give the same faults again
        return chance.choice(self.kinds) if chance.random() < self.rate else ""

    def run(self, call: Call, work: Callable[[Call], Answer]) -> Answer:
        """Return the answer of the work, or of the fault that hits the call before or after it."""
        kind = self.draw()
        if self.delay[1]:
            clock.sleep_seconds(random.uniform(*self.delay))  # noqa: S311 - a network's chance
        if kind in _BEFORE:
            return _instead(kind, call)
        answer = work(call)
        if kind == "reply-lost":
            return _html(504, "Gateway Time-out")
        if kind == "truncated":
            return Answer(
                answer.body[: len(answer.body) // 2], answer.status, answer.content_type, answer.headers
            )
        return answer


def _instead(kind: str, call: Call) -> Answer:
    if kind == "lost":
        return _html(504, "Gateway Time-out")
    if kind == "503-html":
        return _html(503, "Service Temporarily Unavailable")
    if kind == "500":
        return enveloped({"Fault": faults.system_failure().as_body()}, call.now, 500)
    if kind == "fault-200":
        return enveloped({"Fault": faults.system_failure().as_body()}, call.now, 200)
    answer = bare(gateway_faults.throttled().as_body(_epoch(call)), 429)
    if kind == "429-retry-after":
        answer.headers["Retry-After"] = "1"
    return answer


_boards: dict[str, Switchboard] = {}


def switchboard() -> Switchboard | None:
    """Return this process's switchboard, None when the setting is empty. Refuses to work outside debug."""
    text = getattr(settings, "CLOSEBOOK_FAULTS", "")
    if not text:
        return None
    if not settings.DEBUG:
        raise ImproperlyConfigured("CLOSEBOOK_FAULTS is for development: it needs CLOSEBOOK_DEBUG=1")
    if text not in _boards:
        _boards[text] = Switchboard.parse(text)
    return _boards[text]
