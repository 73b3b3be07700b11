"""Who is who: the one way in for all that match parties or items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise

import numpy as np

from closebook.core.errors import InputError
from closebook.core.matching.candidates import Index
from closebook.core.matching.engine import Scored, score
from closebook.core.matching.ladder import CERTAIN, PARTY_RULES, Hit, Rule, ladder
from closebook.core.matching.party import Party
from closebook.core.matching.reasons import Grade, Reason, reasons_of

CERTAINTY = 10_000
"""The score that stands for certain: scores are probabilities in ten-thousandths."""
ACCEPT = 9_900
"""Score from which on a pair needs no person, where the lists overlap enough to know."""
LIKELY = 5_000
SHOWN = 200
"""Score below which a pair is not worth a look."""
ENOUGH_OVERLAP = 15
"""Per cent of the shorter list that must be expected on the other side before anything is accepted unseen."""
WORTH = 100
"""Score from which on a partner is among the closest."""
CLOSEST = 4
"""Partners that are shown for one record."""


class Tier(StrEnum):
    """How much a person has to look."""

    SURE = "sure"
    LIKELY = "likely"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair: its score in ten-thousandths, why, and the strict rule that names it ("" for none)."""

    left: str
    right: str
    score: int
    tier: Tier
    rule: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One-to-one proposals, best first; the closest partners of left records that are not sure; the jobs.

    ``expected`` is how many matches the lists seem to hold; without ``automatic`` nothing is accepted unseen.
    """

    proposals: tuple[Proposal, ...]
    closest: Mapping[str, tuple[Proposal, ...]]
    expected: int
    automatic: bool
    jobs_left: tuple[str, ...] = ()
    jobs_right: tuple[str, ...] = ()


def match(
    left: Sequence[Party],
    right: Sequence[Party],
    *,
    links: Mapping[str, str] | None = None,
    ignore_jobs: bool = True,
    rules: Sequence[Rule] = PARTY_RULES,
) -> Outcome:
    """Return who is who. The order of the lists does not matter; jobs are left out unless wanted.

    Raises ``InputError`` when an id stands twice in a list.
    """
    ours, our_jobs = _sorted(left, ignore_jobs)
    theirs, their_jobs = _sorted(right, ignore_jobs)
    hits = ladder(ours, theirs, links, rules)
    certain = [hit for hit in hits if hit.rule in CERTAIN and hit.alone]
    gone_left, gone_right = {hit.left for hit in certain}, {hit.right for hit in certain}
    scored = score(
        [one for one in ours if one.id not in gone_left], [one for one in theirs if one.id not in gone_right]
    )
    found = _Found(scored, [one for one in ours if one.id not in gone_left], theirs, gone_right, hits)
    expected = int(np.rint(scored.expected)) + len(certain)
    shorter = min(len(ours), len(theirs))
    automatic = bool(shorter) and 100 * expected >= ENOUGH_OVERLAP * shorter
    fixed = [Proposal(hit.left, hit.right, CERTAINTY, Tier.SURE, hit.rule, ()) for hit in certain]
    free = found.chosen(automatic=automatic)
    sure = {one.left for one in free if one.tier is Tier.SURE}
    return Outcome(
        tuple(sorted((*fixed, *free), key=lambda one: (-one.score, one.left))),
        {key: tuple(group) for key, group in found.closest(sure)},
        expected,
        automatic,
        tuple(our_jobs),
        tuple(their_jobs),
    )


def _sorted(parties: Sequence[Party], ignore_jobs: bool) -> tuple[list[Party], list[str]]:
    """Return a list by id without its jobs, and the ids of the jobs."""
    ordered = sorted(parties, key=lambda one: one.id)
    twice = [one.id for one, other in pairwise(ordered) if one.id == other.id]
    if twice:
        raise InputError(
            "id-twice", f"The id {twice[0]} stands twice in one list.", remedy="Give each its own."
        )
    jobs = [one.id for one in ordered if ignore_jobs and one.is_job]
    left_out = set(jobs)
    return [one for one in ordered if one.id not in left_out], jobs


def _tier(score: int, reasons: tuple[Reason, ...], *, automatic: bool) -> Tier:
    if score >= ACCEPT and automatic and _more_than_a_name(reasons):
        return Tier.SURE
    return Tier.LIKELY if score >= LIKELY else Tier.OPEN


def _more_than_a_name(reasons: tuple[Reason, ...]) -> bool:
    """Return whether something agrees beside the name: a name alone never decides unseen."""
    return any(one.field != "name" and one.grade is not Grade.DIFFERENT for one in reasons)


class _Found:
    """Makes proposals out of scored pairs."""

    def __init__(
        self, scored: Scored, left: list[Party], right: list[Party], gone: set[str], hits: list[Hit]
    ) -> None:
        self.scored = scored
        self.left = [one.id for one in left]
        self.right = [one.id for one in right if one.id not in gone]
        self.rules: dict[tuple[str, str], str] = {
            (hit.left, hit.right): hit.rule for hit in hits if hit.alone
        }
        self.score = np.minimum(np.rint(scored.probability * CERTAINTY), CERTAINTY - 1).astype(int)

    def chosen(self, *, automatic: bool) -> list[Proposal]:
        """Return the one-to-one pairs worth a look."""
        chosen = self.scored.chosen
        return self._proposals(chosen[self.score[chosen] >= SHOWN], automatic=automatic)

    def closest(self, sure: set[str]) -> groupby[str, Proposal]:
        """Return the few most probable partners of each left record that is not sure, best first."""
        pairs = self.scored.pairs
        unsure = np.array([key not in sure for key in self.left], np.bool_)
        places = np.flatnonzero(self.score >= WORTH)
        places = places[unsure[pairs.left[places]]]
        order = places[np.lexsort((pairs.right[places], -self.score[places], pairs.left[places]))]
        heads = np.flatnonzero(np.diff(pairs.left[order], prepend=-1))
        rank = np.arange(len(order)) - np.repeat(heads, np.diff(np.append(heads, len(order))))
        return groupby(self._proposals(order[rank < CLOSEST]), key=lambda one: one.left)

    def _proposals(self, places: Index, *, automatic: bool = False) -> list[Proposal]:
        pairs, compared = self.scored.pairs, self.scored.compared
        lefts = [self.left[at] for at in pairs.left[places].tolist()]
        rights = [self.right[at] for at in pairs.right[places].tolist()]
        alike = np.rint(compared.name_ratio[places] * 100).astype(int).tolist()
        reasons = map(reasons_of, map(tuple, compared.levels[places].tolist()), alike)
        rows = zip(lefts, rights, self.score[places].tolist(), reasons, strict=True)
        rule = self.rules.get
        return [
            Proposal(mine, yours, score, _tier(score, why, automatic=automatic), rule((mine, yours), ""), why)
            for mine, yours, score, why in rows
        ]
