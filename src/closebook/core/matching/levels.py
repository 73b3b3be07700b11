"""How well two records agree, field by field, in a few levels: what the weights are learned for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel, JaroWinkler, Levenshtein
from rapidfuzz.fuzz import token_set_ratio
from rapidfuzz.process import cpdist

from closebook.core.matching.candidates import Pairs
from closebook.core.matching.columns import Codes, Columns, Side

FIELDS = ("name", "address", "phone", "email", "number", "tax")
LEVELS = (8, 6, 3, 4, 3, 2)
"""Levels of each field, from "differs" up; one more, the last, means that a side does not know."""
NAME_DIFFERENT, NAME_PART, NAME_FAMILY, NAME_LIKE, NAME_CLOSE, NAME_SAME, NAME_FEW, NAME_RARE = range(8)
ADDRESS_DIFFERENT, ADDRESS_CITY, ADDRESS_AREA, ADDRESS_LIKE, ADDRESS_CLOSE, ADDRESS_SAME = range(6)
RARE, FEW = 0.05, 0.6
"""Namesakes that chance would give, below which a name is rare, or had by few."""

Levels = NDArray[np.int8]
Ratios = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Compared:
    """The levels of each pair (pairs x fields), and how alike the names are (0 to 1)."""

    levels: Levels
    name_ratio: Ratios


def compare(columns: Columns, left: Side, right: Side, pairs: Pairs) -> Compared:
    """Return how the pairs of two sides agree."""
    name, ratio = _name_levels(columns, left.names[pairs.left], right.names[pairs.right])
    found = (
        name,
        _address(columns, left, right, pairs),
        _phone(columns.phones, left.phones[pairs.left], right.phones[pairs.right]),
        _email(columns, left.boxes[pairs.left], right.boxes[pairs.right]),
        _number(columns.numbers, left.number[pairs.left], right.number[pairs.right]),
        _known(left.tax[pairs.left], right.tax[pairs.right], 1, 2),
    )
    return Compared(np.stack(found, axis=1), ratio)


def _known(one: Codes, two: Codes, same: int, unknown: int) -> Levels:
    """Return ``same`` or 0, or ``unknown`` where a side does not know."""
    level = np.where(one == two, same, 0)
    return np.where((one < 0) | (two < 0), unknown, level).astype(np.int8)


def _alike(
    table: list[str], one: Codes, two: Codes, scorer: Any
) -> Ratios:  # rapidfuzz's scorers are untyped
    """Return the similarity of values by their codes, each different pair of values once."""
    if not len(one):
        return np.zeros(0, np.float32)
    keys, back = np.unique(one.astype(np.int64) * len(table) + two, return_inverse=True)
    queries = [table[code] for code in (keys // len(table)).tolist()]
    choices = [table[code] for code in (keys % len(table)).tolist()]
    found = cpdist(queries, choices, scorer=scorer, dtype=np.float32, workers=1)
    return np.asarray(found)[back]


def _name_levels(columns: Columns, one: Codes, two: Codes) -> tuple[Levels, Ratios]:
    """Return the best level over the names of both; a second name that contradicts takes one off."""
    size = len(one)
    best, worst = np.full(size, -1, np.int8), np.full(size, 99, np.int8)
    ratio = np.zeros(size, np.float32)
    for i, j in ((0, 0), (1, 1), (0, 1), (1, 0)):
        rows = np.flatnonzero((one[:, i] >= 0) & (two[:, j] >= 0))
        if not len(rows):
            continue
        level, alike = _names(columns, one[rows, i], two[rows, j])
        if i == j:
            worst[rows] = np.minimum(worst[rows], level)
        best[rows] = np.maximum(best[rows], level)
        ratio[rows] = np.maximum(ratio[rows], alike)
    two_each = (one >= 0).all(axis=1) & (two >= 0).all(axis=1)
    contradicted = two_each & (best >= NAME_SAME) & (worst <= NAME_PART)
    best[contradicted] -= 1
    return np.where(best < 0, LEVELS[0], best).astype(np.int8), ratio


def _names(columns: Columns, one: Codes, two: Codes) -> tuple[Levels, Ratios]:
    """Return the level of two names, and their similarity."""
    names = columns.names
    keys, back = np.unique(one.astype(np.int64) << 32 | two, return_inverse=True)
    one, two = keys >> 32, keys & 0xFFFFFFFF
    same = names.words[one] == names.words[two]
    alike = np.ones(len(keys), np.float32)
    odd = np.flatnonzero(~same)
    ours, theirs = one[odd].astype(np.int32), two[odd].astype(np.int32)
    alike[odd] = np.maximum(
        _alike(names.ordered, ours, theirs, JaroWinkler.normalized_similarity) * 0.97,
        _alike(names.sorted, ours, theirs, Indel.normalized_similarity),
    )
    family = (names.family[one] == names.family[two]) & (names.family[one] >= 0)
    given = names.given[one] == names.given[two]
    initial = (names.initial[one] == names.initial[two]) & (names.short[one] | names.short[two])
    level = np.zeros(len(keys), np.int8)
    level[given] = NAME_PART
    level[family] = NAME_FAMILY
    level[alike >= 0.82] = np.maximum(level[alike >= 0.82], NAME_LIKE)
    close = (alike >= 0.91) | (family & (initial | given)) | (names.full[one] == names.full[two])
    level[close] = NAME_CLOSE
    namesakes = names.namesakes[one]
    level[same] = np.where(namesakes < RARE, NAME_RARE, np.where(namesakes < FEW, NAME_FEW, NAME_SAME))[same]
    return level[back], alike[back]


def _phone(table: list[str], one: Codes, two: Codes) -> Levels:
    """Return same (2), one digit wrong (1), different (0) or not known (3), best over the numbers of both."""
    best = _best_of(one, two, 2)
    odd = np.flatnonzero(best == 0)
    near = np.zeros(len(odd), np.bool_)
    for i, j in ((0, 0), (1, 1), (0, 1), (1, 0)):
        known = np.flatnonzero((one[odd, i] >= 0) & (two[odd, j] >= 0))
        rows = odd[known]
        near[known] |= _alike(table, one[rows, i], two[rows, j], Levenshtein.distance) <= 1
    best[odd[near]] = 1
    return best


def _best_of(one: Codes, two: Codes, same: int) -> Levels:
    """Return ``same``, 0, or ``same + 1`` for not known, over the values of both."""
    hit = np.zeros(len(one), np.bool_)
    for i, j in ((0, 0), (1, 1), (0, 1), (1, 0)):
        hit |= (one[:, i] >= 0) & (one[:, i] == two[:, j])
    unknown = (one < 0).all(axis=1) | (two < 0).all(axis=1)
    return np.where(hit, same, np.where(unknown, same + 1, 0)).astype(np.int8)


def _email(columns: Columns, one: Codes, two: Codes) -> Levels:
    """Return same (3), nearly (2), a company's domain (1), different (0) or not known (4)."""
    best = _best_of(one, two, 3)
    domains, locals_ = np.append(columns.domains, -1), np.append(columns.locals, -1)
    odd = best == 0
    domain = np.zeros(len(one), np.bool_)
    mailbox = np.zeros(len(one), np.bool_)
    for i, j in ((0, 0), (1, 1), (0, 1), (1, 0)):
        domain |= (domains[one[:, i]] >= 0) & (domains[one[:, i]] == domains[two[:, j]])
        mailbox |= (one[:, i] >= 0) & (locals_[one[:, i]] == locals_[two[:, j]])
    rows = np.flatnonzero(odd & (one[:, 0] >= 0) & (two[:, 0] >= 0))
    near = np.zeros(len(one), np.bool_)
    near[rows] = _alike(columns.boxes, one[rows, 0], two[rows, 0], Indel.normalized_similarity) >= 0.9
    best[odd & domain] = 1
    best[odd & (near | mailbox)] = 2
    return best


def _number(table: list[str], one: Codes, two: Codes) -> Levels:
    """Return same (2), one character wrong (1), different (0) or not known (3)."""
    level = _known(one, two, 2, 3)
    rows = np.flatnonzero(level == 0)
    near = _alike(table, one[rows], two[rows], Levenshtein.distance) <= 1
    level[rows[near]] = 1
    return level


def _address(columns: Columns, left: Side, right: Side, pairs: Pairs) -> Levels:
    """Return how far two addresses are the same place."""
    a, b = pairs.left, pairs.right
    street = _known(left.street[a], right.street[b], 1, 2)
    house = _known(left.house[a], right.house[b], 1, 2)
    postcode = _known(left.postcode[a], right.postcode[b], 1, 2)
    city = _known(left.city[a], right.city[b], 1, 2)
    rows = np.flatnonzero(street == 0)
    alike = (street == 1).astype(np.float32)
    alike[rows] = _alike(columns.streets, left.street[a][rows], right.street[b][rows], token_set_ratio)
    alike[rows] /= 100
    apart = (postcode == 0) & (city != 1)
    level = np.zeros(len(a), np.int8)
    level[city == 1] = ADDRESS_CITY
    level[postcode == 1] = ADDRESS_AREA
    likely = (alike >= 0.85) & ~apart
    level[likely & (house != 1)] = ADDRESS_LIKE
    level[(house == 1) & (alike < 0.85) & (postcode == 1)] = ADDRESS_LIKE
    level[(house == 1) & (alike >= 0.85)] = ADDRESS_CLOSE
    level[(house == 1) & (street == 1) & ~apart] = ADDRESS_SAME
    level[(house == 2) & (street == 1) & (postcode == 1)] = ADDRESS_SAME
    unknown = (street == 2) & (postcode == 2) & (city == 2)
    return np.where(unknown, LEVELS[1], level).astype(np.int8)
