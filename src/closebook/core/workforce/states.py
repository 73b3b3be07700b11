"""The states of everything at the assistants' desk: who may move what, and where a reason is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from closebook.core.errors import ConflictError, HeldError, InputError


class Who(StrEnum):
    """Whose move it is: the company, the assistant, or the program itself (a deadline, a rail's answer)."""

    COMPANY = "company"
    ASSISTANT = "assistant"
    CLOSEBOOK = "closebook"


@dataclass(frozen=True, slots=True)
class Move:
    """A way from one state to another; ``reason`` says that one has to be given."""

    source: str
    target: str
    by: frozenset[Who]
    reason: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """The states of one kind of thing: where it begins, and its moves."""

    name: str
    begins: str
    moves: Mapping[tuple[str, str], Move] = field(default_factory=dict)

    @property
    def states(self) -> frozenset[str]:
        """Return every state."""
        return frozenset({self.begins, *(state for pair in self.moves for state in pair)})

    @property
    def ends(self) -> frozenset[str]:
        """Return the states that nothing leaves."""
        return self.states - {source for source, _ in self.moves}

    def moves_from(self, state: str, by: Who) -> tuple[str, ...]:
        """Return where somebody may move a thing from a state, in the order of the table."""
        return tuple(m.target for m in self.moves.values() if m.source == state and by in m.by)

    def check(self, state: str, target: str, by: Who, reason: str = "") -> None:
        """Return when the move is right.

        Raises ConflictError when it does not lead from this state (somebody was faster), HeldError when it is
        another's move, InputError without a reason where one is needed.
        """
        move = self.moves.get((state, target))
        if move is None:
            raise ConflictError(
                "no-such-move",
                "This cannot be done any more: it has moved on since.",
                remedy="Look at it again.",
            )
        if by not in move.by:
            raise HeldError("not-your-move", "This is for the other side to do.")
        if move.reason and not reason.strip():
            raise InputError("reason-missing", "This needs a reason.", remedy="Write a few words.")


_C, _A, _P = frozenset({Who.COMPANY}), frozenset({Who.ASSISTANT}), frozenset({Who.CLOSEBOOK})
_BOTH = _C | _A


def _flow(name: str, begins: str, *moves: Move) -> Flow:
    return Flow(name, begins, {(move.source, move.target): move for move in moves})


def _ways(sources: str, targets: str, by: Iterable[Who], *, reason: bool = False) -> list[Move]:
    return [Move(s, t, frozenset(by), reason) for s in sources.split() for t in targets.split()]


POSTING = _flow(
    "posting",
    "draft",
    *_ways("draft paused", "open", _C),
    *_ways("open", "paused filled", _C),
    *_ways("draft open paused", "closed", _C),
)
_SCREENED = "received screening shortlisted interview trial offered"
APPLICATION = _flow(
    "application",
    "received",
    *_ways("received", "screening shortlisted", _C),
    *_ways("screening", "shortlisted", _C),
    *_ways("shortlisted", "interview trial offered", _C),
    *_ways("interview", "trial offered", _C),
    *_ways("trial", "offered", _C),
    *_ways("offered", "hired", _A),
    *_ways(_SCREENED, "declined", _C, reason=True),
    *_ways(_SCREENED, "withdrawn", _A),
)
TRIAL = _flow(
    "trial",
    "proposed",
    *_ways("proposed", "accepted declined", _A),
    *_ways("proposed accepted", "cancelled", _C, reason=True),
    *_ways("accepted", "running", _A),
    *_ways("running", "delivered stopped", _A),
    *_ways("delivered", "scored", _C),
    *_ways("delivered scored", "paid", _C | _P),
)
CONTRACT = _flow(
    "contract",
    "draft",
    *_ways("draft", "offered", _C),
    *_ways("offered", "draft", _C),
    *_ways("offered", "active", _A),
    *_ways("offered", "declined", _A),
    *_ways("active", "suspended", _BOTH, reason=True),
    *_ways("suspended", "active", _BOTH),
    *_ways("active suspended", "ending", _BOTH, reason=True),
    *_ways("ending", "ended", _C | _P),
)
TASK = _flow(
    "task",
    "requested",
    *_ways("requested", "estimated", _A),
    *_ways("estimated", "requested agreed", _C),
    *_ways("agreed", "in_progress", _A),
    *_ways("in_progress", "waiting", _BOTH, reason=True),
    *_ways("waiting", "in_progress", _BOTH),
    *_ways("in_progress", "delivered", _A),
    *_ways("delivered", "accepted", _C),
    *_ways("delivered", "sent_back", _C, reason=True),
    *_ways("sent_back", "in_progress", _A),
    *_ways("accepted", "closed", _C | _P),
    *_ways("requested estimated agreed in_progress waiting sent_back", "cancelled", _C, reason=True),
)
DRAFT = _flow(
    "draft",
    "writing",
    *_ways("writing edited returned", "proposed", _A),
    *_ways("proposed", "approved edited", _C),
    *_ways("edited", "approved", _C),
    *_ways("proposed", "returned", _C, reason=True),
    *_ways("approved", "sent", _BOTH | _P),
    *_ways("proposed approved", "expired", _P),
)
TIMER = _flow(
    "timer",
    "running",
    *_ways("running", "paused", _A | _P, reason=True),
    *_ways("paused", "running", _A),
    *_ways("running paused", "stopped", _A | _P),
)
PROPOSAL = _flow(
    "proposal",
    "made",
    *_ways("made", "accepted explained contested", _A),
    *_ways("made", "waiting", _P),
    *_ways("waiting", "accepted explained contested", _A),
    *_ways("explained contested", "kept", _C, reason=True),
    *_ways("explained contested", "dropped", _C | _P, reason=True),
    *_ways("accepted", "kept dropped", _C),
    *_ways("waiting", "dropped", _C | _P),
)
TIMESHEET = _flow(
    "timesheet",
    "open",
    *_ways("open returned", "submitted", _A),
    *_ways("submitted", "in_review", _C | _P),
    *_ways("submitted in_review", "approved", _C | _P),
    *_ways("submitted in_review", "returned", _C, reason=True),
    *_ways("approved", "reopened", _C, reason=True),
    *_ways("reopened", "approved", _C),
)
BILL = _flow(
    "bill",
    "draft",
    *_ways("draft", "ready", _C | _P),
    *_ways("ready", "posted", _C | _P),
    *_ways("ready posted", "scheduled", _C | _P),
    *_ways("ready posted scheduled", "partly_paid paid", _C | _P),
    *_ways("partly_paid", "paid", _C | _P),
    *_ways("posted", "ready", _C | _P),
    *_ways("scheduled partly_paid paid", "ready posted", _C | _P),
    *_ways("partly_paid paid", "scheduled", _C | _P),
    *_ways("paid", "partly_paid", _C | _P),
    *_ways("draft ready posted", "void", _C, reason=True),
)
MILESTONE = _flow(
    "milestone",
    "planned",
    *_ways("planned", "promised cancelled", _C),
    *_ways("promised", "delivered", _A),
    *_ways("delivered partly_released", "partly_released released", _C),
    *_ways("delivered", "disputed", _BOTH, reason=True),
    *_ways("disputed", "delivered released", _C),
    *_ways("promised", "cancelled", _C, reason=True),
)
PAY_RUN = _flow(
    "pay_run",
    "building",
    *_ways("building", "approved cancelled", _C),
    *_ways("approved", "building cancelled", _C, reason=True),
    *_ways("approved", "exported submitted", _C | _P),
    *_ways("exported submitted", "settling", _C | _P),
    *_ways("exported submitted settling", "settled", _P | _C),
)
PAY_LINE = _flow(
    "pay_line",
    "queued",
    *_ways("queued", "sent unknown", _P | _C),
    *_ways("unknown", "queued sent failed", _P),
    *_ways("sent unknown unclaimed", "paid returned", _P | _C),
    *_ways("sent unknown", "unclaimed failed", _P | _C),
    *_ways("paid", "returned", _P | _C),
    *_ways("failed returned", "requeued", _C),
    *_ways("queued", "cancelled", _C, reason=True),
)
FLOWS = {
    flow.name: flow
    for flow in (
        POSTING, APPLICATION, TRIAL, CONTRACT, TASK, DRAFT, TIMER, PROPOSAL, TIMESHEET, BILL, MILESTONE,
        PAY_RUN, PAY_LINE,
    )
}  # fmt: skip


def must_be_paid(trial_state: str) -> bool:
    """Tell whether a trial has to be paid: always once it was delivered."""
    return trial_state in {"delivered", "scored"}


def after_deadline(proposal_state: str, assistant_until: int, company_until: int, now: int) -> str:
    """Return the state of a proposal after its deadlines (moments in ms): silence pays, in both directions.

    The assistant's silence lets it wait, counted as paid; the company's silence on a reply drops it.

    >>> after_deadline("made", 10, 20, 10), after_deadline("contested", 10, 20, 20)
    ('waiting', 'dropped')
    """
    if proposal_state == "made" and now >= assistant_until:
        return "waiting"
    if proposal_state in {"explained", "contested"} and now >= company_until:
        return "dropped"
    return proposal_state


def may_rule(proposal_state: str, assistant_until: int, now: int) -> bool:
    """Tell whether the company may decide: after the reply, or to drop it once the deadline passed."""
    return proposal_state in {"accepted", "explained", "contested"} or (
        proposal_state in {"made", "waiting"} and now >= assistant_until
    )


def review_after_deadline(timesheet_state: str, review_until: int, now: int) -> str:
    """Return the state of a timesheet after the days of review: the company's silence approves it."""
    if timesheet_state in {"submitted", "in_review"} and now >= review_until:
        return "approved"
    return timesheet_state
