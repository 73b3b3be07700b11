"""The closing diagnosis of one conversation: its scores, what to work on first, and points for the next
one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from closebook.core.errors import InputError
from closebook.core.selling.checklist import (
    CHECKLIST,
    NO,
    NOT_APPLICABLE,
    PARTLY,
    UNANSWERED,
    UNKNOWN,
    YES,
    Checklist,
    Section,
)

MOST_POINTS = 3
LONG_MINUTES = 20
GOOD_ENOUGH = (3, 4)


@dataclass(frozen=True, slots=True)
class Step:
    """An agreed next step. ``who`` is a person of the customer's or ours."""

    what: str
    who: str
    by: dt.date | None

    @property
    def whole(self) -> bool:
        """Tell whether what, who and when are all said."""
        return bool(self.what.strip() and self.who.strip() and self.by)


@dataclass(frozen=True, slots=True)
class Given:
    """A concession: ``asked`` by the customer, or given by us; ``in_return`` is what we got for it.

    ``kind`` is content or process, ``moment`` beforehand, opening, middle or end.
    """

    text: str
    asked: bool
    kind: str = "content"
    moment: str = "middle"
    in_return: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The answers by code, with what the conversation's record knows beside them."""

    answers: Mapping[str, str]
    steps: tuple[Step, ...] = ()
    concessions: tuple[Given, ...] = ()
    minutes: int | None = None
    questions_logged: int | None = None
    competitor_known: bool = False
    checklist: Checklist = field(default=CHECKLIST)

    def answer(self, code: str) -> str:
        """Return the answer as it counts: arrangements without what, who and when are only partly made."""
        given = self.answers.get(code, UNANSWERED)
        if code == "S5.Q0" and given == YES and not any(step.whole for step in self.steps):
            return PARTLY
        return given


def checked(diagnosis: Diagnosis) -> Diagnosis:
    """Return the diagnosis. InputError selling-answer names the first answer that its question does not
    know.
    """
    questions = diagnosis.checklist.questions()
    for code, answer in diagnosis.answers.items():
        question = questions.get(code)
        allowed = question.choices if question else ()
        if question is None or (answer != UNANSWERED and answer not in (*allowed, NOT_APPLICABLE)):
            raise InputError(
                "selling-answer", f"{answer!r} is no answer to {code}.", remedy="Choose one of the list."
            )
    return diagnosis


def weakened(diagnosis: Diagnosis) -> bool:
    """Tell whether a yes to concrete arrangements was turned into partly, for no step says what, who and
    when.
    """
    return diagnosis.answers.get("S5.Q0") == YES and diagnosis.answer("S5.Q0") == PARTLY


@dataclass(frozen=True, slots=True)
class Score:
    """A section's score in halves of points; ``most`` is what all its answered questions could give."""

    section: str
    halves: int
    questions: int
    unknown: int

    @property
    def text(self) -> str:
        """Return the score as it is shown: "3 of 4", "2.5 of 4"."""
        whole, half = divmod(self.halves, 2)
        return f"{whole}{'.5' if half else ''} of {self.questions}"

    def at_least(self, part: int, whole: int) -> bool:
        """Tell whether the mean is at least part / whole; a section without answers is not."""
        return bool(self.questions) and self.halves * whole >= 2 * self.questions * part

    def below(self, part: int, whole: int) -> bool:
        """Tell whether the mean is below part / whole; a section without answers is not."""
        return bool(self.questions) and self.halves * whole < 2 * self.questions * part


def scores(diagnosis: Diagnosis) -> list[Score]:
    """Return the score of each section, in order."""
    return [_score(section, diagnosis) for section in diagnosis.checklist.sections]


def _score(section: Section, diagnosis: Diagnosis) -> Score:
    halves = questions = unknown = 0
    for question in section.questions:
        answer = diagnosis.answer(question.code)
        unknown += answer == UNKNOWN
        if question.halves is not None and answer in question.halves:
            halves += question.halves[answer]
            questions += 1
    return Score(section.code, halves, questions, unknown)


def first_to_work_on(found: Sequence[Score]) -> str:
    """Return the section to work on first: the lowest of 1-4, or 5 once these are all good; "" when
    unknown.
    """
    start, last = found[:-1], found[-1]
    answered = [score for score in start if score.questions]
    if len(answered) == len(start) and all(score.at_least(*GOOD_ENOUGH) for score in start):
        return last.section if last.below(1, 1) or not last.questions else ""
    low = [score for score in answered if score.below(1, 1)]
    return min(low, key=lambda one: one.halves / one.questions).section if low else ""


def competitive_flag(diagnosis: Diagnosis) -> bool:
    """Tell whether a competitor is known and the question about the present supplier was not put."""
    return diagnosis.competitor_known and diagnosis.answer("S3.Q2") != YES


@dataclass(frozen=True, slots=True)
class Point:
    """A proposed action point. ``rule`` names why; ``moment`` is before, during, after or cycle."""

    rule: str
    text: str
    moment: str = "during"


def proposed(diagnosis: Diagnosis) -> list[Point]:
    """Return the action points that the answers propose, in the order of the conversation."""
    return [
        point
        for rules in (_opening_points, _middle_points, _ending_points)
        for holds, point in rules(diagnosis)
        if holds
    ]


Rules = list[tuple[bool, Point]]


def _opening_points(one: Diagnosis) -> Rules:
    answer = one.answer
    imposed = answer("S1.Q4") == "formal" and answer("S1.Q3") == "customer"
    return [
        (
            answer("S1.Q1") in {NO, UNKNOWN},
            Point("S1.Q1", "Ask the customer for one piece of information before the meeting.", "before"),
        ),
        (
            answer("S1.Q2") == NO,
            Point("S1.Q2", "Make one informal contact beforehand: a short call or a mail.", "before"),
        ),
        (
            answer("S1.Q3") in {"customer", "nobody"},
            Point("S1.Q3", "Send a short agenda first; write down two tactics for an imposed one.", "before"),
        ),
        (imposed, Point("S1.Q4", "Use tactic 1 or 2 in the first minutes; note which one.")),
    ]


def _middle_points(one: Diagnosis) -> Rules:
    answer = one.answer
    silent = one.questions_logged == 0 and (one.minutes or 0) > LONG_MINUTES
    return [
        (
            answer("S2.Q1") in {NO, UNKNOWN},
            Point("S2.Q1", "Prepare three questions that invite the customer to ask back.", "before"),
        ),
        (answer("S2.Q2") == NO, Point("S2.Q2", "Ask what the customer would find weak in the proposal.")),
        (silent, Point("questions", "Log the customer's questions and your answers today.", "after")),
        (
            answer("S3.Q0") in {NO, UNKNOWN},
            Point("S3.Q0", "Ask how the present situation came about, and who decided then."),
        ),
        (answer("S3.Q1") in _NOT_ASKED, Point("S3.Q1", "Ask what the customer has already tried.")),
        (
            one.competitor_known and answer("S3.Q2") in _NOT_ASKED,
            Point("S3.Q2", "Ask whether the present supplier cannot solve it."),
        ),
        (
            answer("S3.Q4") == YES,
            Point("S3.Q4", "Agree what the customer will decide or find out before the new date.", "after"),
        ),
    ]


_NOT_ASKED = frozenset({NO, UNKNOWN})


def _ending_points(one: Diagnosis) -> Rules:
    answer = one.answer
    asked = any(given.asked for given in one.concessions)
    for_nothing = any(not given.asked and not given.in_return.strip() for given in one.concessions)
    return [
        (
            asked and answer("S4.Q1") in {NO, PARTLY},
            Point("S4.Q0", "Prepare a reply to this positioning and one thing to ask in return.", "before"),
        ),
        (for_nothing, Point("S4.Q3", "Never give the next one alone: write the exchange first.", "before")),
        (
            answer("S5.Q0") in {NO, PARTLY, UNKNOWN},
            Point("S5.Q0", "End with a summary and who does what, by when."),
        ),
    ]


def points_kept(texts: Sequence[str]) -> list[str]:
    """Return the action points that are kept. InputError selling-points for more than three."""
    kept = [text.strip() for text in texts if text.strip()]
    if len(kept) > MOST_POINTS:
        raise InputError(
            "selling-points", "More than three action points were kept.", remedy="Keep the three best."
        )
    return kept
