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


def flow_of(name: str, begins: str, *moves: Move) -> Flow:
    """Return a flow of moves, in the order in which they are offered."""
    return Flow(name, begins, {(move.source, move.target): move for move in moves})


def ways(sources: str, targets: str, by: Iterable[Who], *, reason: bool = False) -> list[Move]:
    """Return a move from each of some states to each of some others; states are words with spaces."""
    return [Move(s, t, frozenset(by), reason) for s in sources.split() for t in targets.split()]


POSTING = flow_of(
    "posting",
    "draft",
    *ways("draft paused", "open", _C),
    *ways("open", "paused filled", _C),
    *ways("draft open paused", "closed", _C),
)
_SCREENED = "received screening shortlisted interview trial offered"
APPLICATION = flow_of(
    "application",
    "received",
    *ways("received", "screening shortlisted", _C),
    *ways("screening", "shortlisted", _C),
    *ways("shortlisted", "interview trial offered", _C),
    *ways("interview", "trial offered", _C),
    *ways("trial", "offered", _C),
    *ways("offered", "hired", _A),
    *ways(_SCREENED, "declined", _C, reason=True),
    *ways(_SCREENED, "withdrawn", _A),
)
TRIAL = flow_of(
    "trial",
    "proposed",
    *ways("proposed", "accepted declined", _A),
    *ways("proposed accepted running", "cancelled", _C, reason=True),
    *ways("accepted", "running stopped", _A),
    *ways("running", "delivered stopped", _A),
    *ways("delivered", "scored", _C),
    *ways("delivered scored", "paid", _C | _P),
)
CONTRACT = flow_of(
    "contract",
    "draft",
    *ways("draft", "offered", _C),
    *ways("offered", "draft", _C),
    *ways("offered", "active", _A),
    *ways("offered", "declined", _A),
    *ways("active", "suspended", _BOTH, reason=True),
    *ways("suspended", "active", _BOTH),
    *ways("active suspended", "ending", _BOTH, reason=True),
    *ways("ending", "ended", _C | _P),
)
TASK = flow_of(
    "task",
    "requested",
    *ways("requested", "estimated", _A),
    *ways("estimated", "requested agreed", _C),
    *ways("agreed", "in_progress", _A),
    *ways("in_progress", "waiting", _BOTH, reason=True),
    *ways("waiting", "in_progress", _BOTH),
    *ways("in_progress", "delivered", _A),
    *ways("delivered", "accepted", _C),
    *ways("delivered", "sent_back", _C, reason=True),
    *ways("sent_back", "in_progress", _A),
    *ways("accepted", "closed", _C | _P),
    *ways("requested estimated agreed in_progress waiting sent_back", "cancelled", _C, reason=True),
)
DRAFT = flow_of(
    "draft",
    "writing",
    *ways("writing edited returned", "proposed", _A),
    *ways("proposed", "approved edited", _C),
    *ways("edited", "approved", _C),
    *ways("proposed", "returned", _C, reason=True),
    *ways("approved", "sent", _BOTH | _P),
    *ways("proposed approved", "expired", _P),
)
TIMER = flow_of(
    "timer",
    "running",
    *ways("running", "paused", _A | _P, reason=True),
    *ways("paused", "running", _A),
    *ways("running paused", "stopped", _A | _P),
)
PROPOSAL = flow_of(
    "proposal",
    "made",
    *ways("made", "accepted explained contested", _A),
    *ways("made", "waiting", _P),
    *ways("waiting", "accepted explained contested", _A),
    *ways("explained contested", "kept", _C, reason=True),
    *ways("explained contested", "dropped", _C | _P, reason=True),
    *ways("accepted", "kept dropped", _C),
    *ways("waiting", "dropped", _C | _P),
)
TIMESHEET = flow_of(
    "timesheet",
    "open",
    *ways("open returned", "submitted", _A),
    *ways("submitted", "in_review", _C | _P),
    *ways("submitted in_review", "approved", _C | _P),
    *ways("submitted in_review", "returned", _C, reason=True),
    *ways("approved", "reopened", _C, reason=True),
    *ways("reopened", "approved", _C),
)
BILL = flow_of(
    "bill",
    "draft",
    *ways("draft", "ready", _C | _P),
    *ways("ready", "posted", _C | _P),
    *ways("ready posted", "scheduled", _C | _P),
    *ways("ready posted scheduled", "partly_paid paid", _C | _P),
    *ways("partly_paid", "paid", _C | _P),
    *ways("posted", "ready", _C | _P),
    *ways("scheduled partly_paid paid", "ready posted", _C | _P),
    *ways("partly_paid paid", "scheduled", _C | _P),
    *ways("paid", "partly_paid", _C | _P),
    *ways("draft ready posted", "void", _C, reason=True),
)
MILESTONE = flow_of(
    "milestone",
    "planned",
    *ways("planned", "promised cancelled", _C),
    *ways("promised", "delivered", _A),
    *ways("delivered partly_released", "partly_released released", _C),
    *ways("delivered", "disputed", _BOTH, reason=True),
    *ways("disputed", "delivered released", _C),
    *ways("promised", "cancelled", _C, reason=True),
)
PAY_RUN = flow_of(
    "pay_run",
    "building",
    *ways("building", "approved cancelled", _C),
    *ways("approved", "building cancelled", _C, reason=True),
    *ways("approved", "exported submitted", _C | _P),
    *ways("exported submitted", "settling", _C | _P),
    *ways("exported submitted settling", "settled", _P | _C),
)
PAY_LINE = flow_of(
    "pay_line",
    "queued",
    *ways("queued", "sent unknown", _P | _C),
    *ways("unknown", "queued sent failed", _P),
    *ways("sent unknown unclaimed", "paid returned", _P | _C),
    *ways("sent unknown", "unclaimed failed", _P | _C),
    *ways("paid", "returned", _P | _C),
    *ways("failed returned", "requeued", _C),
    *ways("queued", "cancelled", _C, reason=True),
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
