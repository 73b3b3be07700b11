"""The probability of each pair when no record can have two partners: belief propagation on the pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from closebook.core.matching.candidates import Index, Pairs

ROUNDS = 12
HEAVIEST = 1e9
"""Odds beyond this say nothing more, and would cost digits in the sums."""

Reals = NDArray[np.float64]


def pair_probabilities(pairs: Pairs, odds: Reals, lefts: int, rights: int) -> Reals:
    """Return each pair's probability, given its odds if both records were free.

    A record's other pairs compete with it: messages say how free each end is, seen from the other.
    """
    odds = np.minimum(odds, HEAVIEST)
    free_left = np.ones(len(odds))
    free_right = np.ones(len(odds))
    for _ in range(ROUNDS):
        free_left = _freedom(pairs.left, odds * free_right, lefts)
        free_right = 0.5 * free_right + 0.5 * _freedom(pairs.right, odds * free_left, rights)
    weight = odds * free_left * free_right
    return np.asarray(weight / (1.0 + weight))


def _freedom(owner: Index, weight: Reals, size: int) -> Reals:
    """Return for each pair how free its owner is, all other pairs of the owner considered."""
    total = np.bincount(owner, weights=weight, minlength=size)[owner]
    return np.asarray(1.0 / (1.0 + np.maximum(total - weight, 0.0)))


def one_to_one(pairs: Pairs, probability: Reals) -> Index:
    """Return the positions of the pairs chosen: the most probable first, no record twice."""
    order = np.lexsort((pairs.right, pairs.left, -np.round(probability, 9)))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    chosen = []
    places, lefts, rights = order.tolist(), pairs.left[order].tolist(), pairs.right[order].tolist()
    for place, left, right in zip(places, lefts, rights, strict=True):
        if left not in taken_left and right not in taken_right:
            taken_left.add(left)
            taken_right.add(right)
            chosen.append(place)
    return np.array(chosen, np.int64)
