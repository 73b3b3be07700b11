"""What the run machine asks for: each effect is one call of ``RunHands``."""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.planning.actions import Action
from closebook.core.planning.hands import ItemResult, Outcome


@dataclass(frozen=True, slots=True)
class TakeLease:
    """Become the only writer of the company."""


@dataclass(frozen=True, slots=True)
class KeepLease:
    """Renew the lease."""


@dataclass(frozen=True, slots=True)
class LoadActions:
    """Bring the run's actions with their stored states."""


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """Say what changed since the plan was made."""


@dataclass(frozen=True, slots=True)
class AskCancelled:
    """Say whether a person wants the run to stop."""


@dataclass(frozen=True, slots=True)
class RecordIntents:
    """Make it durable that these actions are about to be sent."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Send:
    """Send one batch; the same batch always has the same request id."""

    actions: tuple[Action, ...]
    request_id: str


@dataclass(frozen=True, slots=True)
class AskRoom:
    """Say how many actions the next request may carry, as the limits of the far side stand."""


@dataclass(frozen=True, slots=True)
class Launch:
    """Send one batch without waiting for the answer, which lands under the same ticket."""

    ticket: int
    actions: tuple[Action, ...]
    request_id: str


@dataclass(frozen=True, slots=True)
class Await:
    """Wait until the answer of a launched batch lands."""


@dataclass(frozen=True, slots=True)
class RecordUnknown:
    """Make it durable that the reply to these actions was lost."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """Look in the books for the effect of these actions."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class RecordResults:
    """Make durable what became of a batch."""

    results: tuple[ItemResult, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """Let time pass."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Verify:
    """Compare the books with what the run wanted."""


@dataclass(frozen=True, slots=True)
class Finish:
    """Make the run's end durable."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ReleaseLease:
    """Give the lease back."""


Effect = (
    TakeLease
    | KeepLease
    | LoadActions
    | CheckPlan
    | AskCancelled
    | RecordIntents
    | Send
    | AskRoom
    | Launch
    | Await
    | RecordUnknown
    | Probe
    | RecordResults
    | Wait
    | Verify
    | Finish
    | ReleaseLease
)
