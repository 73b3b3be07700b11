"""The whole way from two lists to scored pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from closebook.core.matching.candidates import Index, Pairs, pairs_between, pairs_within
from closebook.core.matching.columns import Columns, columns_of
from closebook.core.matching.estimate import estimate
from closebook.core.matching.levels import Compared, compare
from closebook.core.matching.pairing import Reals, one_to_one
from closebook.core.matching.party import Party


@dataclass(frozen=True, slots=True)
class Scored:
    """Every pair compared, with its probability, and which of them are chosen one to one."""

    columns: Columns
    pairs: Pairs
    compared: Compared
    probability: Reals
    expected: Reals
    chosen: Index


def score(left: Sequence[Party], right: Sequence[Party]) -> Scored:
    """Return the pairs of two lists, each sorted by id, with their probabilities."""
    columns = columns_of(left, right)
    pairs = pairs_between(columns)
    compared = compare(columns, columns.left, columns.right, pairs)
    within = [
        compare(columns, side, side, pairs_within(columns, side)).levels
        for side in (columns.left, columns.right)
    ]
    found = estimate(pairs, compared.levels, np.concatenate(within), len(left), len(right))
    chosen = one_to_one(pairs, found.probability)
    return Scored(columns, pairs, compared, found.probability, found.expected, chosen)
