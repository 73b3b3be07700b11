"""Opportunities: their stages with exit criteria, states, the mandatory next step, and how old they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.errors import InputError
from closebook.core.wording import shown

MOST_STAGES = 11


class State(StrEnum):
    """Where an opportunity stands."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class StageRule:
    """A step of the pipeline: what has to be so before a deal leaves it, and after how many days it is
    old.
    """

    code: str
    name: str
    exit_criteria: tuple[str, ...] = ()
    old_after_days: int = 30


STAGES = (
    StageRule("prospecting", shown("Prospecting"), (shown("A contact has answered"),), 30),
    StageRule("engaging", shown("Engaging"), (shown("The need is known"), shown("We know who decides"))),
    StageRule("quoted", shown("Quoted"), (shown("The customer has the quotation"),), 21),
    StageRule("deciding", shown("Deciding"), (shown("The customer said what is decided when"),), 14),
)
"""The stages that come with the product; a company makes its own, up to eleven."""
LEADS = frozenset({"prospecting", "engaging"})
"""Stages in which nothing was offered yet."""


def stages_checked(stages: Sequence[StageRule]) -> tuple[StageRule, ...]:
    """Return sound stages. InputError selling-stages for none, more than eleven or twins."""
    codes = {stage.code for stage in stages}
    if not 0 < len(stages) <= MOST_STAGES or len(codes) != len(stages) or codes & set(State):
        raise InputError(
            "selling-stages",
            "A pipeline has one to eleven stages with names of their own.",
            remedy="Change the stages.",
        )
    return tuple(stages)


@dataclass(frozen=True, slots=True)
class Move:
    """A wish to move an opportunity: ``ticked`` are the exit criteria that are met."""

    state: State
    stage: str
    to: str
    ticked: frozenset[str] = frozenset()
    reason: str = ""
    next_step: dt.date | None = None


def moved(move: Move, stages: Sequence[StageRule]) -> tuple[State, str]:
    """Return state and stage after a move to a stage, won, lost or dropped.

    Raises InputError selling-move: an unknown stage, exit criteria neither ticked nor explained, an end
    without
    a reason, or an open one without a next step.
    """
    codes = [stage.code for stage in stages]
    if move.to not in codes and move.to not in set(State) - {State.OPEN}:
        raise _refused(f"There is no stage {move.to}.", "Choose a stage of the list.")
    if move.to in {State.LOST, State.DROPPED} and not move.reason.strip():
        raise _refused("Say why it was lost or dropped.", "Type a reason.")
    if move.to not in codes:
        return State(move.to), move.stage
    if _forward(codes, move) and not move.reason.strip():
        missing = [one for one in _criteria(stages, move.stage) if one not in move.ticked]
        if missing:
            raise _refused(f"Not yet: {missing[0]}.", "Tick what is so, or type a reason.")
    if move.next_step is None:
        raise _refused("An open opportunity needs a next step with a day.", "Choose the day.")
    return State.OPEN, move.to


def _forward(codes: Sequence[str], move: Move) -> bool:
    if move.state is not State.OPEN or move.stage not in codes:
        return False
    return codes.index(move.to) > codes.index(move.stage)


def _criteria(stages: Sequence[StageRule], code: str) -> tuple[str, ...]:
    return next((stage.exit_criteria for stage in stages if stage.code == code), ())


def _refused(message: str, remedy: str) -> InputError:
    return InputError("selling-move", message, remedy=remedy)


class Age(StrEnum):
    """How old a deal is in its stage: fresh, half of its days, or beyond them."""

    FRESH = "fresh"
    RIPE = "ripe"
    OLD = "old"


def age_of(entered: dt.date, on: dt.date, old_after_days: int) -> Age:
    """Return the age of a deal in its stage."""
    days = (on - entered).days
    if days > old_after_days:
        return Age.OLD
    return Age.RIPE if 2 * days > old_after_days else Age.FRESH


@dataclass(frozen=True, slots=True)
class Card:
    """An open opportunity on the board."""

    key: str
    stage: str
    entered: dt.date
    next_step: dt.date | None
    value_minor: int


def board_order(cards: Iterable[Card], on: dt.date) -> list[Card]:
    """Return cards as they are shown: without a next step first, then overdue ones, then by day."""
    return sorted(
        cards,
        key=lambda card: (
            card.next_step is not None,
            card.next_step is not None and card.next_step >= on,
            card.next_step or dt.date.min,
            -card.value_minor,
            card.key,
        ),
    )


def stuck(cards: Iterable[Card], on: dt.date, stages: Sequence[StageRule]) -> list[Card]:
    """Return cards that are old in their stage, oldest first."""
    limits = {stage.code: stage.old_after_days for stage in stages}
    old = [card for card in cards if age_of(card.entered, on, limits.get(card.stage, 30)) is Age.OLD]
    return sorted(old, key=lambda card: (card.entered, card.key))


def jumped(stages: Sequence[StageRule], passed: Collection[str], to: str) -> list[str]:
    """Return the stages before one that a deal never was in."""
    codes = [stage.code for stage in stages]
    return [code for code in codes[: codes.index(to)] if code not in passed] if to in codes else []
