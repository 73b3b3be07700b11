"""Which pairs are worth comparing: those that share a key, or pieces of text that few others have.

The work grows nearly with the length of the lists: a record brings no more pairs than its share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from closebook.core.matching.columns import Codes, Columns, Side

GRAM = 4
"""Bytes of a piece of text."""
BUDGET = 28
"""Pairs that one record may bring through its rarest pieces of text."""
KEEP = 7
"""Pairs of a record that are kept, by what they share."""
SAMPLE = 4000
"""Records of one list that are enough to learn from how different parties agree."""
KEY_CROWD = 24
"""Pairs that one record may bring through one key."""

Index = NDArray[np.int64]
Part = tuple[Index, Index, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Positions in the left and in the right list, in order, each pair once."""

    left: Index
    right: Index

    def __len__(self) -> int:
        """Return how many pairs there are."""
        return len(self.left)


def pairs_between(columns: Columns) -> Pairs:
    """Return the pairs of both lists worth comparing."""
    left, right = columns.left, columns.right
    parts = _by_keys(columns, left, right) + _by_text(left, right) if len(left) and len(right) else []
    return _best(parts, len(right))


def pairs_within(columns: Columns, side: Side) -> Pairs:
    """Return the pairs of different records of one list that would be compared if they stood in two.

    Of a long list a part of the records, evenly taken, stands for all.
    """
    rows = np.arange(0, len(side), max(len(side) // SAMPLE, 1))
    part = side if len(rows) == len(side) else side.take(rows)
    parts = _by_keys(columns, part, side) + _by_text(part, side) if len(side) else []
    found = _best(list(_apart(parts, rows)), len(side), lefts_only=part is not side)
    left = rows[found.left]
    seen = np.unique(np.minimum(left, found.right) * len(side) + np.maximum(left, found.right))
    return Pairs(seen // max(len(side), 1), seen % max(len(side), 1))


def _apart(parts: list[Part], rows: Index) -> Iterator[Part]:
    """Yield the pairs without those of a record with itself."""
    for one, two, weight in parts:
        kept = rows[one] != two
        yield one[kept], two[kept], weight[kept]


def _by_keys(columns: Columns, left: Side, right: Side) -> list[Part]:
    """Return the pairs that share an exact value, or two that are common."""
    pairs: list[tuple[Codes | Index, Codes | Index, int]] = []
    for ours, theirs, weight in (
        (left.boxes, right.boxes, 8),
        (left.phones, right.phones, 8),
        (_named(columns.names.full, left), _named(columns.names.full, right), 6),
    ):
        pairs += [(ours[:, i], theirs[:, j], weight) for i in range(2) for j in range(2)]
    pairs += [(left.tax, right.tax, 9), (left.number, right.number, 6)]
    mine, yours = _compound(columns, left), _compound(columns, right)
    pairs += [(one, two, weight) for one, two, weight in zip(mine, yours, (5, 3, 4, 3, 5), strict=True)]
    return [_join(one.astype(np.int64), two.astype(np.int64), weight) for one, two, weight in pairs]


def _compound(columns: Columns, side: Side) -> list[Index]:
    """Return keys of two values each."""
    family = _named(columns.names.family, side)[:, 0]
    given = _named(columns.names.given, side)[:, 0]
    return [
        _joined(side.street, side.house),
        _joined(side.street, side.postcode),
        _joined(family, side.postcode),
        _joined(given, side.postcode),
        _joined(family, side.house),
    ]


def _named(table: Codes, side: Side) -> Codes:
    """Return a code of each name of each record."""
    return np.append(table, np.int32(-1))[side.names]


def _joined(one: Codes, two: Codes) -> Index:
    """Return one code for two; -1 where either is not known."""
    both = one.astype(np.int64) << 32 | two.astype(np.int64)
    return np.where((one < 0) | (two < 0), -1, both)


def _join(one: Index, two: Index, weight: int) -> Part:
    """Return the pairs with the same code, except for codes that too many share."""
    ours, theirs = np.flatnonzero(one >= 0), np.flatnonzero(two >= 0)
    theirs = theirs[np.argsort(two[theirs], kind="stable")]
    first = np.searchsorted(two[theirs], one[ours], "left")
    counts = np.searchsorted(two[theirs], one[ours], "right") - first
    counts[counts > KEY_CROWD] = 0
    left, right = _expand(ours, first, counts, theirs)
    share = np.repeat(1.0 / np.maximum(counts, 1), counts)
    return left, right, weight * (0.5 + share)


def _expand(owners: Index, first: Index, counts: Index, postings: Index) -> tuple[Index, Index]:
    """Return each owner with each of its postings ``first .. first + counts``."""
    left = np.repeat(owners, counts)
    starts = np.cumsum(counts) - counts
    within = np.arange(len(left)) - np.repeat(starts, counts)
    return left, postings[np.repeat(first, counts) + within]


def _grams(side: Side, bits: int) -> tuple[Index, Index]:
    """Return the record and the hash of each piece of text."""
    data = np.frombuffer(b"\0".join(side.texts) + b"\0" * GRAM, np.uint8).astype(np.uint32)
    packed = data[:-3] << 24 | data[1:-2] << 16 | data[2:-1] << 8 | data[3:]
    lengths = np.array([len(text) + 1 for text in side.texts])
    owner = np.repeat(np.arange(len(lengths)), lengths)
    packed = packed[: len(owner)]
    blank = (packed & 0xFFFF) == 0x2020
    inside = np.ones(len(owner), np.bool_)
    ends = np.cumsum(lengths)
    for back in range(1, GRAM + 1):
        inside[np.maximum(ends - back, 0)] = False
    kept = inside & ~blank & (packed >> 16 != 0x2020)
    return owner[kept], ((packed[kept] * np.uint32(2654435761)) >> np.uint32(32 - bits)).astype(np.int64)


def _by_text(left: Side, right: Side) -> list[Part]:
    """Return the pairs that share pieces of text, the rarest of each record first."""
    bits = min(max((len(left) + len(right)).bit_length() + 5, 12), 24)
    (mine, ours), (yours, theirs) = _grams(left, bits), _grams(right, bits)
    here, there = np.bincount(ours, minlength=1 << bits), np.bincount(theirs, minlength=1 << bits)
    forth = _rare(mine, ours, here, there, yours, theirs)
    if left is right:
        return [forth]
    back = _rare(yours, theirs, there, here, mine, ours)
    return [forth, (back[1], back[0], back[2])]


def _rare(
    owner: Index, code: Index, here: Index, there: Index, other_owner: Index, other_code: Index
) -> Part:
    """Return the pairs of each record through its rarest pieces, within its budget."""
    often = there[code]
    useful = (often > 0) & (often <= BUDGET)
    owner, code, often = owner[useful], code[useful], often[useful]
    order = np.argsort(owner << 20 | (often + here[code]), kind="stable")
    owner, code, often = owner[order], code[order], often[order]
    spent = np.cumsum(often)
    heads = np.flatnonzero(np.diff(owner, prepend=-1))
    before = np.repeat((spent - often)[heads], np.diff(np.append(heads, len(owner))))
    taken = spent - before <= BUDGET
    owner, code, often = owner[taken], code[taken], often[taken]
    wanted = np.zeros(len(there), np.bool_)
    wanted[code] = True
    kept = wanted[other_code]
    other_owner, other_code = other_owner[kept], other_code[kept]
    order = np.argsort(other_code, kind="stable")
    first = (np.cumsum(there * wanted) - there * wanted)[code]
    left, right = _expand(owner, first, often, other_owner[order])
    return left, right, np.repeat(1.0 / np.sqrt(often), often)


def _best(parts: list[Part], rights: int, *, lefts_only: bool = False) -> Pairs:
    """Return the pairs that are among the best of either of their records, or of their left one."""
    if not parts:
        return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    keys = np.concatenate([one * rights + two for one, two, _ in parts])
    weights = np.concatenate([weight for _, _, weight in parts])
    order = np.argsort(keys, kind="stable")
    keys, weights = keys[order], weights[order]
    heads = np.flatnonzero(np.diff(keys, prepend=-1))
    if not len(heads):
        return Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))
    keys = keys[heads]
    weights = np.round(np.add.reduceat(weights, heads), 6).astype(np.float64)
    left, right = keys // rights, keys % rights
    kept = _top(left, weights)
    if not lefts_only:
        kept |= _top(right, weights)
    return Pairs(left[kept], right[kept])


def _top(owner: Index, weights: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which pairs are among the best of their owner."""
    order = np.lexsort((-weights, owner))
    sorted_owner = owner[order]
    heads = np.flatnonzero(np.diff(sorted_owner, prepend=-1))
    rank = np.arange(len(owner)) - np.repeat(heads, np.diff(np.append(heads, len(owner))))
    kept = np.zeros(len(owner), np.bool_)
    kept[order[rank < KEEP]] = True
    return kept
