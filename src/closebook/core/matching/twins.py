"""Which entries of one list are likely the same: they share a mailbox, a phone number or a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import DamerauLevenshtein

from closebook.core.matching.folding import mailbox, person_tokens, phone_key
from closebook.core.matching.party import Party

CROWD = 12
"""A fact that more entries share than this says nothing: a switchboard, a mailbox of a chain."""
NEAR = 2
"""Letters that may differ between names of nine letters or more; one in names of six to eight."""


class Shared(StrEnum):
    """What two entries have in common, the strongest first."""

    EMAIL = "email"
    NAME = "name"
    PHONE = "phone"
    NEAR_NAME = "near-name"


@dataclass(frozen=True, slots=True)
class Twins:
    """Two ids of one list, the one that stands earlier first, and what they share."""

    first: str
    second: str
    shared: tuple[Shared, ...]


def twins(parties: Sequence[Party]) -> list[Twins]:
    """Return the pairs that a person should look at, those that share most first.

    Of three or more that share a fact each is paired with the first, so that merging in turn joins all.
    """
    place = {party.id: n for n, party in enumerate(parties)}
    found: dict[tuple[str, str], set[Shared]] = defaultdict(set)
    for shared, groups in (
        (Shared.EMAIL, _groups((one.id, box) for one in parties for box in map(mailbox, one.emails))),
        (Shared.PHONE, _groups((one.id, key) for one in parties for key in map(phone_key, one.phones))),
        (Shared.NAME, _groups((one.id, _name_key(one)) for one in parties)),
    ):
        for group in groups:
            first, *others = sorted(group, key=place.__getitem__)
            for other in others:
                found[first, other].add(shared)
    for first, other in _near_names(parties):
        found[first, other].add(Shared.NEAR_NAME)
    order = list(Shared)
    made = [Twins(*pair, tuple(sorted(shared, key=order.index))) for pair, shared in found.items()]
    return sorted(
        made,
        key=lambda one: (order.index(one.shared[0]), -len(one.shared), place[one.first], place[one.second]),
    )


def _groups(keys: Iterable[tuple[str, str]]) -> Iterator[set[str]]:
    sharing: dict[str, set[str]] = defaultdict(set)
    for owner, key in keys:
        if key:
            sharing[key].add(owner)
    return (group for group in sharing.values() if 1 < len(group) <= CROWD)


def _name_key(party: Party) -> str:
    return " ".join(sorted(person_tokens(party.display_name)))


def _near_names(parties: Sequence[Party]) -> Iterator[tuple[str, str]]:
    """Yield the pairs, earlier first, whose names differ by a slip; sharing a beginning or an end."""
    blocks: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for party in parties:
        key = _name_key(party).replace(" ", "")
        if len(key) >= 6:
            blocks[f"{key[:4]}>"].append((party.id, key))
            blocks[f"<{key[-4:]}"].append((party.id, key))
    seen: set[tuple[str, str]] = set()
    for block in blocks.values():
        for n, (one, name) in enumerate(block[: 10 * CROWD]):
            for other, again in block[n + 1 : 10 * CROWD]:
                if name != again and (one, other) not in seen and _is_slip(name, again):
                    seen.add((one, other))
                    yield one, other


def _is_slip(one: str, other: str) -> bool:
    most = NEAR if min(len(one), len(other)) >= 9 else 1
    digits = [letter for letter in one if letter.isdigit()] == [
        letter for letter in other if letter.isdigit()
    ]
    return digits and DamerauLevenshtein.distance(one, other, score_cutoff=most) <= most
