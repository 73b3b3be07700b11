"""The faults F1 to F24 and the weather that brings them.

A *strike* waits at a place in the code until it has been passed often enough. An *event* is something that
happens in the world between two steps of a process. Of some faults only that part exists here which reaches
the run machine: a webhook (F11) starts a process, whatever it says and however often; tokens (F9, F10) are
those of the simulation's own login; of F22 a total that comes back a cent off stands for tax, rounding and
currency alike.
"""

from __future__ import annotations

import random
from collections import Counter
from enum import StrEnum

FAULTS = {
    "F1": "request lost before commit",
    "F2": "reply lost after commit",
    "F3": "gateway error after commit",
    "F4": "duplicate or late delivery",
    "F5": "throttling",
    "F6": "server errors and cut replies",
    "F7": "stale sync token",
    "F8": "partial batch, shuffled",
    "F9": "access token expires",
    "F10": "refresh reply lost, two refreshers, revoked",
    "F11": "webhooks repeated, late, lost, forged",
    "F12": "change data overlapping, too old, cut",
    "F13": "process killed",
    "F14": "disk full",
    "F15": "database locked, connection lost at commit",
    "F16": "clock jumps, month end",
    "F17": "two runners, paused runner",
    "F18": "a person edits, or stops the run, between plan and apply",
    "F19": "deleted, merged, renamed, inactive, active again",
    "F20": "closed period set or moved",
    "F21": "source edits, takes back, changes an id",
    "F22": "the service computes a cent off",
    "F23": "undo interrupted, of a changed thing, twice",
    "F24": "upgrade within a run, restore from an older backup",
}


class Point(StrEnum):
    """The places at which a process can be killed."""

    PLAN = "kill:plan"
    LOCK = "kill:lock"
    INTENT = "kill:intent"
    SEND = "kill:send"
    RECEIVE = "kill:receive"
    RECORD = "kill:record"
    AUDIT = "kill:audit"
    MAIL = "kill:mail"
    UNLOCK = "kill:unlock"


STRIKES: dict[str, tuple[str, ...]] = {
    "F1": ("send:lost", "send:refused"),
    "F2": ("send:reply-lost",),
    "F3": ("send:bad-gateway",),
    "F4": ("send:twice", "send:late"),
    "F5": ("send:throttle", "send:storm", "send:quota", "read:throttle"),
    "F6": ("send:error-before", "send:error-after", "send:cut", "read:error", "send:fault", "send:rejected"),
    "F7": ("send:stale",),
    "F8": ("send:partial",),
    "F9": ("auth:expired",),
    "F10": ("auth:reply-lost", "auth:revoked", "auth:two"),
    "F13": tuple(point.value for point in Point),
    "F14": ("commit:full",),
    "F15": ("commit:locked", "commit:dropped"),
}
"""Faults that strike at a place in the code: ``place:manner``."""

EVENTS: dict[str, tuple[str, ...]] = {
    "F11": ("webhook-twice", "webhook-forged", "webhook-late"),
    "F12": ("changes-cut", "changes-too-old", "changes-overlap"),
    "F16": ("clock-ahead", "clock-back", "month-end"),
    "F17": ("second-runner", "pause", "scheduler-twice"),
    "F18": ("edit-document", "edit-name", "cancel"),
    "F19": ("delete-document", "deactivate", "merge", "rename", "reactivate", "foreign-name"),
    "F20": ("close-period", "reopen-period"),
    "F21": ("source-edit", "source-remove", "source-rename", "source-refund", "payout-off"),
    "F22": ("recompute",),
    "F23": ("undo", "undo-twice", "undo-edited"),
    "F24": ("upgrade", "backup", "restore", "forget-requests"),
}
"""Faults that are something that happens in the world."""


class Strike:
    """One armed fault: it strikes ``times`` times, after its place was passed ``skip`` times."""

    __slots__ = ("fault", "manner", "skip", "times")

    def __init__(self, fault: str, manner: str, skip: int, times: int) -> None:
        self.fault, self.manner, self.skip, self.times = fault, manner, skip, times


class Weather:
    """The armed faults by place, and how often each was injected."""

    def __init__(self) -> None:
        self.armed: dict[str, list[Strike]] = {}
        self.injected: Counter[str] = Counter()

    def arm(self, fault: str, manner: str, skip: int = 0, times: int = 1) -> None:
        """Let a fault strike at its place."""
        place, _, rest = manner.partition(":")
        self.armed.setdefault(manner if place == "kill" else place, []).append(
            Strike(fault, rest, skip, times)
        )

    def due(self, place: str) -> str:
        """Return the manner of the fault that strikes here now, or ""."""
        strikes = self.armed.get(place)
        if not strikes:
            return ""
        strike = strikes[0]
        if strike.skip:
            strike.skip -= 1
            return ""
        strike.times -= 1
        if strike.times <= 0:
            strikes.pop(0)
        self.injected[strike.fault] += 1
        return strike.manner

    def clear(self) -> None:
        """End all faults."""
        self.armed.clear()


def draw(rng: random.Random) -> tuple[list[tuple[str, str, int, int]], list[tuple[int, str, str]]]:
    """Return the strikes (fault, manner, skip, times) and the events (step, fault, name) of a random
    schedule.
    """
    strikes, happenings = [], []
    random_value = rng.random
    for _ in range(1 + int(random_value() * 4)):
        fault = _KINDS_OF_STRIKE[int(random_value() * len(_KINDS_OF_STRIKE))]
        manners = STRIKES[fault]
        manner = manners[int(random_value() * len(manners))]
        times = 1 if random_value() < 0.7 else 2 + int(random_value() * 18)
        skip = int(random_value() * random_value() * 6)
        strikes.append((fault, manner, skip, times if manner in _REPEATED else 1))
    for _ in range(int(random_value() * 5)):
        fault = _KINDS_OF_EVENT[int(random_value() * len(_KINDS_OF_EVENT))]
        names = EVENTS[fault]
        happenings.append((int(random_value() * 25), fault, names[int(random_value() * len(names))]))
    happenings.sort()
    return strikes, happenings


_KINDS_OF_STRIKE = (*STRIKES, "F13", "F13", "F2", "F4")
_KINDS_OF_EVENT = (*EVENTS, "F23")
_REPEATED = frozenset(
    {
        "send:storm",
        "send:throttle",
        "read:throttle",
        "send:error-before",
        "read:error",
        "send:reply-lost",
        "send:rejected",
        "commit:full",
    }
)
