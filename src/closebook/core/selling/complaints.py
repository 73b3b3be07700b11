"""Complaints: their states, and what each step needs before it is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.errors import InputError


class State(StrEnum):
    """Where a complaint stands, in the order of its way."""

    RECEIVED = "received"
    ACKNOWLEDGED = "recorded_and_acknowledged"
    REPORTED = "reported"
    PLANNED = "plan_agreed"
    IN_PROGRESS = "in_progress"
    ASKED = "customer_asked"
    CLOSED = "closed"
    REOPENED = "reopened"


NEXT: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.ACKNOWLEDGED}),
    State.ACKNOWLEDGED: frozenset({State.REPORTED}),
    State.REPORTED: frozenset({State.PLANNED}),
    State.PLANNED: frozenset({State.IN_PROGRESS}),
    State.IN_PROGRESS: frozenset({State.ASKED}),
    State.ASKED: frozenset({State.CLOSED, State.IN_PROGRESS}),
    State.CLOSED: frozenset({State.REOPENED}),
    State.REOPENED: frozenset({State.REPORTED, State.PLANNED, State.IN_PROGRESS}),
}
"""The states that may follow each."""

VERDICTS = ("satisfied", "partly", "not", "not_asked")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded of a complaint by the time of a step."""

    undertaking: str = ""
    undertaking_by: dt.date | None = None
    reported_to: tuple[str, ...] = ()
    cause: str = ""
    plan: str = ""
    owner: str = ""
    plan_by: dt.date | None = None
    verdict: str = ""
    why_not_asked: str = ""


def stepped(state: State, to: State, facts: Facts) -> State:
    """Return the next state. InputError selling-complaint for a step out of order or without what it
    needs.
    """
    if to not in NEXT[state]:
        raise _refused(f"A complaint cannot go from {state} to {to}.", "Take the steps in order.")
    lacking = _lacking(to, facts)
    if lacking:
        raise _refused(lacking, "Fill it in first.")
    return to


def _lacking(to: State, facts: Facts) -> str:
    if to is State.ACKNOWLEDGED and not (facts.undertaking.strip() and facts.undertaking_by):
        return "Say what the customer was promised, and by when."
    if to is State.REPORTED and not facts.reported_to:
        return "Say to whom it was reported."
    if to is State.PLANNED and not (facts.cause and facts.plan and facts.owner and facts.plan_by):
        return "A plan needs a cause, a measure, an owner and a day."
    unasked = facts.verdict == "not_asked" and not facts.why_not_asked.strip()
    if to is State.CLOSED and (facts.verdict not in VERDICTS or unasked):
        return "Say whether the customer is satisfied, or why nobody asked."
    return ""


def _refused(message: str, remedy: str) -> InputError:
    return InputError("selling-complaint", message, remedy=remedy)


def in_time(received: dt.date, closed: dt.date | None, standard_days: int) -> bool | None:
    """Tell whether a complaint was closed within the standard; None while it is open."""
    return None if closed is None else (closed - received).days <= standard_days
