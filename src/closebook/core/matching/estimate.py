"""From levels to probabilities: weights and the number of matches are found together, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from closebook.core.matching.candidates import Index, Pairs
from closebook.core.matching.levels import LEVELS, NAME_CLOSE, NAME_SAME, Levels
from closebook.core.matching.pairing import Reals, pair_probabilities
from closebook.core.matching.weights import Others, agreement_of_same, prior_agreement

STEPS = 24
STILL = 1e-4
"""Change of the expected number of matches, as a share, at which the search ends."""
FULLEST = 0.98
"""Share of a list that is taken as matched at most, so that the odds stay finite."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Each pair's probability, and how many matches are expected in all."""

    probability: Reals
    expected: Reals


def other_pairs(levels: Levels) -> Levels:
    """Return the pairs of one list without those that are plainly one party entered twice."""
    same_name = (levels[:, 0] >= NAME_CLOSE) & (levels[:, 0] < LEVELS[0])
    agreeing = (
        (levels[:, 1] == 5).astype(int) + (levels[:, 2] == 2) + (levels[:, 3] == 3) + (levels[:, 5] == 1)
    )
    kept: Levels = levels[~(same_name & (agreeing >= 2))]
    return kept


def estimate(pairs: Pairs, levels: Levels, within: Levels, lefts: int, rights: int) -> Estimate:
    """Return the probabilities of the pairs of two lists, learned together with the pairs within each."""
    if not len(pairs):
        return Estimate(np.zeros(0), np.zeros(()))
    patterns, back = _patterns(levels)
    chance = Others(other_pairs(within)).chance(patterns)
    agreement = prior_agreement()
    expected = np.asarray(_start(levels, lefts, rights))
    probability = np.zeros(len(pairs))
    for _ in range(STEPS):
        likeness = np.prod([agreement[field][patterns[:, field]] for field in range(len(LEVELS))], axis=0)
        odds = (likeness / chance)[back] * _prior_odds(expected, len(pairs), lefts, rights)
        probability = pair_probabilities(pairs, odds, lefts, rights)
        agreement = agreement_of_same(levels, probability)
        before, expected = expected, probability.sum()
        if abs(expected - before) <= STILL * before:
            break
    return Estimate(probability, np.asarray(expected))


def _patterns(levels: Levels) -> tuple[Levels, Index]:
    """Return the different rows of levels, and for each pair which one it has."""
    code = np.zeros(len(levels), np.int64)
    for field, size in enumerate(LEVELS):
        code = code * (size + 1) + levels[:, field]
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    return levels[first], back


def _start(levels: Levels, lefts: int, rights: int) -> Reals:
    """Return the first guess at the number of matches: pairs with the same name or mailbox or phone."""
    strong = ((levels[:, 0] >= NAME_SAME) & (levels[:, 0] < LEVELS[0])) | (levels[:, 3] == 3)
    return np.asarray(np.clip(0.8 * strong.sum(), 0.5, 0.9 * min(lefts, rights)))


def _prior_odds(expected: Reals, pairs: int, lefts: int, rights: int) -> Reals:
    """Return the odds of a pair whose records are both free, before they are compared.

    Of very short lists little is known: half a match and two records are added, as if seen before.
    """
    matched = [np.minimum((expected + 0.5) / (size + 2), FULLEST) for size in (lefts, rights)]
    free = (1.0 - matched[0]) * (1.0 - matched[1])
    return np.asarray(np.maximum(expected, 0.2) / (pairs * free))
