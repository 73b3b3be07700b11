"""What agreement is worth: learned from the pairs themselves, without an example (after Fellegi and Sunter).

Pairs inside one list are taken as different parties: households and chains teach how often others agree.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from closebook.core.matching.levels import LEVELS, NAME_LIKE, Levels
from closebook.core.matching.pairing import Reals

_SAME = (
    (0.03, 0.02, 0.04, 0.05, 0.22, 0.10, 0.16, 0.38),
    (0.10, 0.05, 0.05, 0.08, 0.14, 0.58),
    (0.14, 0.05, 0.81),
    (0.12, 0.04, 0.06, 0.78),
    (0.06, 0.06, 0.88),
    (0.03, 0.97),
)
"""How often two records of the same party agree, level by level, before anything is learned."""
_OTHER = (
    (0.40, 0.12, 0.22, 0.18, 0.05, 0.02, 0.007, 0.003),
    (0.60, 0.22, 0.10, 0.05, 0.02, 0.01),
    (0.985, 0.008, 0.007),
    (0.975, 0.01, 0.008, 0.007),
    (0.97, 0.015, 0.015),
    (0.995, 0.005),
)
"""The same of pairs of different parties that look worth comparing."""
SAME_TRUST, OTHER_TRUST, JOINT_TRUST = np.array((25.0, 60.0, 12.0))
"""Pairs that the tables above, and the simpler table behind a joint one, count for."""


def agreement_of_same(levels: Levels, probability: Reals) -> list[Reals]:
    """Return per field how often the same party agrees at each level; 1 where a side does not know."""
    tables = []
    for field, size in enumerate(LEVELS):
        seen = np.bincount(levels[:, field], weights=probability, minlength=size + 1)[:size].astype(
            np.float64
        )
        tables.append(_shares(seen, np.array(_SAME[field]), SAME_TRUST))
    return tables


def prior_agreement() -> list[Reals]:
    """Return the agreement of the same party before anything is learned."""
    return [np.append(np.array(table), 1.0) for table in _SAME]


def _shares(seen: Reals, prior: Reals, strength: Reals) -> Reals:
    shares = (seen + strength * prior) / (seen.sum() + strength)
    return np.append(shares, 1.0)


class Others:
    """How different parties agree: name first, address given the name, phone and mailbox given both."""

    def __init__(self, levels: Levels) -> None:
        """Learn from pairs of different parties."""
        single = [self._table(levels, field) for field in range(len(LEVELS))]
        self.name, self.number, self.tax = single[0], single[4], single[5]
        self.address = _given(levels[:, 0], LEVELS[0] + 1, levels[:, 1], LEVELS[1], single[1])
        near = _near(levels)
        phone = _given(near, 6, levels[:, 2], LEVELS[2], single[2])
        self.phone = _given_table(_both(levels), _PLACES, levels[:, 2], LEVELS[2], phone[_near_of_place()])
        email = _given(near, 6, levels[:, 3], LEVELS[3], single[3])
        self.email = _given(_with_phone(levels), 24, levels[:, 3], LEVELS[3], np.repeat(email, 4, axis=0))

    def chance(self, levels: Levels) -> Reals:
        """Return the probability that different parties agree as each of these pairs does."""
        return np.asarray(
            self.name[levels[:, 0]]
            * self.address[levels[:, 0], levels[:, 1]]
            * self.phone[_both(levels), levels[:, 2]]
            * self.email[_with_phone(levels), levels[:, 3]]
            * self.number[levels[:, 4]]
            * self.tax[levels[:, 5]]
        )

    def _table(self, levels: Levels, field: int) -> Reals:
        size = LEVELS[field]
        seen = np.bincount(levels[:, field], minlength=size + 1)[:size].astype(np.float64)
        return _shares(seen, np.array(_OTHER[field]), OTHER_TRUST)


_PLACES = (LEVELS[0] + 1) * (LEVELS[1] + 1)


def _both(levels: Levels) -> NDArray[np.int64]:
    return levels[:, 0].astype(np.int64) * (LEVELS[1] + 1) + levels[:, 1]


def _name_class(name: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0 for another name, 1 for a part of it or the family's, 2 for the like or the same."""
    return np.where(name >= NAME_LIKE, 2, np.where(name > 0, 1, 0))


def _near(levels: Levels) -> NDArray[np.int64]:
    """Return one of six classes: how near the name is, and whether the address is."""
    return _classes(levels[:, 0].astype(np.int64), levels[:, 1].astype(np.int64))


def _classes(name: NDArray[np.int64], address: NDArray[np.int64]) -> NDArray[np.int64]:
    home = (address >= 4) & (address < LEVELS[1])
    return _name_class(np.where(name == LEVELS[0], 0, name)) * 2 + home


def _near_of_place() -> NDArray[np.int64]:
    places = np.arange(_PLACES)
    return _classes(places // (LEVELS[1] + 1), places % (LEVELS[1] + 1))


def _with_phone(levels: Levels) -> NDArray[np.int64]:
    return _near(levels) * 4 + levels[:, 2]


def _given(group: NDArray[Any], groups: int, level: Levels, size: int, prior: Reals) -> Reals:
    """Return a table (group x level): counted, and where little was seen as ``prior`` has it."""
    rows = np.broadcast_to(prior, (groups, size + 1)) if prior.ndim == 1 else prior
    return _given_table(group, groups, level, size, rows)


def _given_table(group: NDArray[np.int64], groups: int, level: Levels, size: int, prior: Reals) -> Reals:
    cells = np.bincount(group.astype(np.int64) * (size + 1) + level, minlength=groups * (size + 1))
    seen = cells.reshape(groups, size + 1)[:, :size].astype(np.float64)
    shares = (seen + JOINT_TRUST * prior[:, :size]) / (seen.sum(axis=1, keepdims=True) + JOINT_TRUST)
    return np.concatenate((shares, np.ones((groups, 1))), axis=1)
