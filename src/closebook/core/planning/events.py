"""What the outside world tells the run machine: one event for each effect that was carried out."""

from __future__ import annotations

from dataclasses import dataclass

from closebook.core.planning.actions import Action
from closebook.core.planning.hands import ItemResult


@dataclass(frozen=True, slots=True)
class Done:
    """The effect was carried out; there is nothing more to say."""


@dataclass(frozen=True, slots=True)
class LeaseTaken:
    """We are the only writer."""


@dataclass(frozen=True, slots=True)
class LeaseRefused:
    """Another run holds the lease."""


@dataclass(frozen=True, slots=True)
class LeaseLost:
    """We are no longer the writer; the effect was not carried out."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The run's actions in plan order, as they are stored."""

    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class PlanChecked:
    """What changed since the plan was made."""

    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """Whether a person asked to stop."""

    cancelled: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The far side's answers to a batch, in any order, possibly not to every item."""

    results: tuple[ItemResult, ...]


@dataclass(frozen=True, slots=True)
class ReplyLost:
    """A batch was sent and may or may not have been carried out."""

    message: str


@dataclass(frozen=True, slots=True)
class NotNow:
    """The far side did nothing; it may do so later. ``seconds`` is how long it asked to wait, None when it
    did not say.
    """

    seconds: int | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The far side refused the whole request; nothing of it was carried out."""

    code: str
    message: str
    stale: bool = False


@dataclass(frozen=True, slots=True)
class LoginLost:
    """A person has to connect again."""

    message: str


@dataclass(frozen=True, slots=True)
class Probed:
    """What the books hold for each probed action, in its order; None where nothing is seen."""

    results: tuple[ItemResult | None, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """How the books differ from what the run wanted."""

    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """How many actions the next request may carry: 1 is sent by itself, more as a batch."""

    actions: int


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of a launched batch: the event that sending it would have brought."""

    ticket: int
    event: Event


Event = (
    Done
    | LeaseTaken
    | LeaseRefused
    | LeaseLost
    | Loaded
    | PlanChecked
    | CancelAsked
    | Answered
    | ReplyLost
    | NotNow
    | Refused
    | LoginLost
    | Probed
    | Verified
    | Room
    | Landed
)
