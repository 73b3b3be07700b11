"""The closing checklist as data: five sections, their questions by stable codes, and what each answer counts.

A changed wording makes a new version; answers keep pointing at the version they were given on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from closebook.core.wording import shown

YES, PARTLY, NO, UNKNOWN, NOT_APPLICABLE = "yes", "partly", "no", "unknown", "not_applicable"
UNANSWERED = ""
"""A blank: nobody answered. ``unknown`` is an answer, and a finding of its own."""

SCALE = (YES, PARTLY, NO, UNKNOWN, NOT_APPLICABLE)
AGENDA_BY = ("salesperson", "customer", "together", "nobody", UNKNOWN)
AGENDA_FORM = ("formal", "informal", "none", UNKNOWN)
THOUGHT_WHERE = ("customer_alone", "with_us", "not_yet", UNKNOWN)
CONTACTS = ("phone", "coffee_corner", "ice_breaker", "lobby", "other")

_PLAIN: Mapping[str, int] = MappingProxyType({YES: 2, PARTLY: 1, NO: 0, UNKNOWN: 0})


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``halves`` gives what an answer scores in halves; without them it is not scored.

    ``kind`` is closed, choice, list or steps.
    """

    code: str
    text: str
    kind: str = "closed"
    choices: tuple[str, ...] = SCALE
    halves: Mapping[str, int] | None = field(default_factory=lambda: _PLAIN)
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the conversation with its questions, what to look for, and a tip."""

    code: str
    title: str
    questions: tuple[Question, ...]
    look_for: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """A version of the checklist."""

    version: int
    sections: tuple[Section, ...]

    def question(self, code: str) -> Question | None:
        """Return the question of a code, None when the version has none."""
        return self.questions().get(code)

    def questions(self) -> dict[str, Question]:
        """Return all questions by code."""
        return {one.code: one for section in self.sections for one in section.questions}


_OPENING = Section(
    "S1",
    shown("Commitment from the opening"),
    (
        Question("S1.Q0", "Was anything done, before or at the start, to win some commitment?"),
        Question("S1.Q1", "Did the customer give information beforehand?"),
        Question("S1.Q2", "Was there informal contact?", more=CONTACTS),
        Question(
            "S1.Q3",
            "Who drew up the agenda?",
            "choice",
            AGENDA_BY,
            {"salesperson": 2, "together": 2, "customer": 0, "nobody": 0, UNKNOWN: 0},
        ),
        Question("S1.Q4", "Was that agenda formal or informal?", "choice", AGENDA_FORM, None),
    ),
    "A formal agenda imposed by the customer, or an informal one drawn up by the salesperson.",
    "Prepare two tactics against an imposed formal agenda: without balance at the start, closing is harder.",
)
_INTERACTION = Section(
    "S2",
    shown("Interaction"),
    (
        Question("S2.Q0", "Was there real interaction?"),
        Question("S2.Q1", "Did the customer ask questions that show a change is being considered?"),
        Question("S2.Q2", "Was the customer somewhat critical? That is a good sign."),
    ),
    "Without interaction there is no deal, whatever techniques are used.",
    "Write down the customer's questions and your answers: memory is weak on both sides.",
)
_THOUGHT = Section(
    "S3",
    shown("How today's situation came about"),
    (
        Question("S3.Q0", "Was it explored whether the customer has thought about how this came about?"),
        Question("S3.Q1", "Was it asked what the customer has already done about it?"),
        Question("S3.Q2", "Was it asked whether the present supplier cannot solve it?"),
        Question(
            "S3.Q3",
            "Where does the customer think earlier decisions over: alone, or with us?",
            "choice",
            THOUGHT_WHERE,
            {"with_us": 2, "customer_alone": 0, "not_yet": 0, UNKNOWN: 0},
        ),
        Question("S3.Q4", "Did the customer put it off?", halves={NO: 2, PARTLY: 1, YES: 0, UNKNOWN: 0}),
    ),
    "Customers change once they open earlier decisions again; this happens with us or without us.",
    "With competitors about, ask in every conversation whether the present supplier cannot solve it.",
)
_CONCESSIONS = Section(
    "S4",
    shown("Concessions"),
    (
        Question("S4.Q0", "Which concessions did the customer ask for, and when?", "list", (), None),
        Question("S4.Q1", "Did the salesperson handle such positioning well?"),
        Question("S4.Q2", "Did the salesperson become an equal first?"),
        Question("S4.Q3", "Which concessions did we give, and what for?", "list", (), None),
    ),
    "Experienced buyers ask for concessions at the opening or before; look for one given for nothing.",
)
_NEXT = Section(
    "S5",
    shown("Next step"),
    (
        Question("S5.Q0", "Were concrete arrangements made on how to go on?"),
        Question("S5.Q1", "Was it asked how the customer would like to proceed?"),
        Question("S5.Q2", "Were the points and next steps summed up, and who does what?"),
        Question("S5.N", "Which next steps were agreed: what, who, by when?", "steps", (), None),
    ),
    "Closing here matters less once the start and the middle are in order.",
)

CHECKLIST = Checklist(1, (_OPENING, _INTERACTION, _THOUGHT, _CONCESSIONS, _NEXT))
"""The checklist that comes with the product."""

POSITIONINGS = (
    shown("We never work that way, is that a problem for you?"),
    shown("All our suppliers approve our framework agreement first."),
    shown("We pay at most…"),
)
"""Usual openings of experienced buyers, to pick from."""
