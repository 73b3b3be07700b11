"""The twelve checks of a good yearly summary (G1-G12): each a note to the writer, never a block."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from closebook.core.selling.targets import CERTAIN, OWN, Goal, Node, broken

MOST_FIGURES = 12
STANDS_OUT = Fraction(1, 10)
EXTERNAL = frozenset({"industry", "competitor", "external"})
KEPT = frozenset({"kept", "partly", "not"})


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of the summary. ``kind`` is achievement, problem, case, promise, goal, focus or sentence.

    ``facts`` holds what its kind needs, by name; ``where`` is its section.
    """

    kind: str
    text: str
    where: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def lacks(self, *names: str) -> list[str]:
        """Return the names of facts that are not filled in."""
        return [name for name in names if not self.facts.get(name, "").strip()]


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure of the overview: how far off target and last year it is, and whether a cause is attached."""

    code: str
    off_target: Fraction | None = None
    off_last_year: Fraction | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of next year's plan with its owner."""

    name: str
    amount_minor: int
    owner: str
    level: str = CERTAIN


@dataclass(frozen=True, slots=True)
class Summary:
    """What the checks look at."""

    items: Sequence[Item] = ()
    overview: Sequence[Shown] = ()
    plan: Node | None = None
    plan_parts: Sequence[Part] = ()
    plan_minor: int = 0
    goals: Sequence[Goal] = ()
    company_completion: Fraction | None = None
    own_completion: Fraction | None = None
    day: dt.date | None = None

    def of(self, kind: str) -> list[Item]:
        """Return the items of a kind."""
        return [item for item in self.items if item.kind == kind]


@dataclass(frozen=True, slots=True)
class Note:
    """The answer of one check: passed or not, why, and where."""

    check: str
    passed: bool
    reason: str = ""
    where: str = ""


def checks(summary: Summary) -> list[Note]:
    """Return the notes of all twelve checks, in order."""
    return [
        _both_sides(summary),
        _sourced(summary),
        _short(summary),
        _caused(summary),
        _case(summary),
        _dissected(summary),
        _decomposed(summary),
        _measured(summary),
        _apart(summary),
        _focused(summary),
        _promised(summary),
        _own(summary),
    ]


def _note(check: str, reason: str = "", where: str = "") -> Note:
    return Note(check, not reason, reason, where)


def _both_sides(summary: Summary) -> Note:
    problems = summary.of("problem")
    if not summary.of("achievement"):
        return _note("G1", "Name at least one achievement.", "R1")
    if not problems:
        return _note("G1", "Name at least one problem.", "R12")
    if all(item.facts.get("cause") in EXTERNAL for item in problems):
        return _note("G1", "All problems come from outside; look at your own work too.", "R12")
    return _note("G1")


def _sourced(summary: Summary) -> Note:
    bare = [
        item
        for item in summary.items
        if re.search(r"\d", item.text) and not (item.facts.get("figure") or item.facts.get("source"))
    ]
    if bare:
        return _note("G2", "A figure has no source; link it, or say where it comes from.", bare[0].where)
    return _note("G2")


def _short(summary: Summary) -> Note:
    if len(summary.overview) > MOST_FIGURES:
        return _note("G3", "The overview has more than twelve figures; move some to an appendix.", "R1")
    if not any(item.facts.get("account") for item in summary.items):
        return _note("G3", "The overview names no big customer.", "R1")
    return _note("G3")


def _caused(summary: Summary) -> Note:
    for figure in summary.overview:
        off = [abs(one) for one in (figure.off_target, figure.off_last_year) if one is not None]
        if off and max(off) > STANDS_OUT and not figure.cause.strip():
            return _note("G4", "A figure more than 10 % off has no cause.", figure.code)
    return _note("G4")


def _case(summary: Summary) -> Note:
    cases = summary.of("case")
    if not cases:
        return _note("G5", "Tell one success that others can repeat.", "R11")
    if any(case.lacks("situation", "done", "result", "elsewhere") for case in cases):
        return _note("G5", "A case needs the situation, what was done, the result and where else.", "R11")
    return _note("G5")


def _dissected(summary: Summary) -> Note:
    shallow = [item for item in summary.of("problem") if item.lacks("root_cause", "link", "size")]
    if shallow:
        where = shallow[0].where or "R12"
        return _note("G6", "A problem needs its root cause, the link that broke and its size.", where)
    return _note("G6")


def _decomposed(summary: Summary) -> Note:
    certain = [part for part in summary.plan_parts if part.level == CERTAIN]
    if not certain:
        return _note("G7", "Next year's target is not divided yet.", "R14")
    if sum(part.amount_minor for part in certain) != summary.plan_minor:
        return _note("G7", "The parts do not add up to the whole.", "R14")
    wrong = broken(summary.plan) if summary.plan else []
    if wrong:
        return _note("G7", "The parts do not add up to the whole.", wrong[0])
    ownerless = [part.name for part in certain if not part.owner.strip()]
    return _note("G7", "A part has no owner.", ownerless[0]) if ownerless else _note("G7")


def _measured(summary: Summary) -> Note:
    goals = summary.of("goal")
    if not goals:
        return _note("G8", "Name the goals of next year.", "R14")
    bare = [goal for goal in goals if goal.lacks("measure", "resource", "due")]
    if bare:
        return _note("G8", "A goal needs a measure, a resource and a day.", bare[0].where or "R14")
    return _note("G8")


def _apart(summary: Summary) -> Note:
    certain = sum(goal.amount_minor for goal in summary.goals if goal.level == CERTAIN and goal.kind != OWN)
    if not any(goal.level == CERTAIN for goal in summary.goals):
        return _note("G9", "State the certain goals first, the hoped-for ones apart.", "R14")
    hoped = sum(part.amount_minor for part in summary.plan_parts if part.level != CERTAIN)
    if hoped and summary.plan_minor == certain + hoped:
        return _note("G9", "The plan adds hoped-for amounts to certain ones.", "R14")
    return _note("G9")


def _focused(summary: Summary) -> Note:
    focus, problems = summary.of("focus"), {item.text for item in summary.of("problem")}
    if len(focus) != 1:
        return _note("G10", "Choose exactly one breakthrough for next year.", "R14")
    if focus[0].facts.get("problem") not in problems:
        return _note("G10", "Link the breakthrough to a problem of this year.", "R14")
    return _note("G10")


def _promised(summary: Summary) -> Note:
    promises = summary.of("promise")
    if not promises:
        return _note("G11", "Say what was promised last year, and what became of it.", "R13")
    for promise in promises:
        state = promise.facts.get("state", "")
        if state not in KEPT or (state != "kept" and promise.lacks("why")):
            return _note("G11", "A promise needs kept, partly or not, and why.", "R13")
    return _note("G11")


def _own(summary: Summary) -> Note:
    if summary.own_completion is None or summary.company_completion is None:
        return _note("G12", "Show your own target and its completion beside the company's.", "R1")
    return _note("G12")
