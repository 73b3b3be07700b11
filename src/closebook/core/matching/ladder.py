"""The strict rules, in their order: each names the one fact by which two records are the same.

Source: the first sync of field-service tools with QuickBooks: link, id, e-mail, phone, name, person with
postcode, company; the first rule with one hit counts, and more than one hit is only shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from closebook.core.matching.folding import mailbox, name_words, phone_key, plain_key, postcode_key
from closebook.core.matching.party import Party


class Rule(StrEnum):
    """A rule, by the fact that it compares."""

    LINK = "link"
    ID = "id"
    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"
    PERSON = "person"
    COMPANY = "company"


PARTY_RULES = (Rule.LINK, Rule.ID, Rule.EMAIL, Rule.PHONE, Rule.NAME, Rule.PERSON, Rule.COMPANY)
ITEM_RULES = (Rule.LINK, Rule.ID, Rule.NUMBER, Rule.NAME)
CERTAIN = frozenset((Rule.LINK, Rule.ID))
"""Rules by which a person or a program has said before who is who."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that names one partner (``alone``), or several of which a person has to choose."""

    left: str
    right: str
    rule: Rule
    alone: bool


def ladder(
    left: Sequence[Party],
    right: Sequence[Party],
    links: Mapping[str, str] | None = None,
    rules: Sequence[Rule] = PARTY_RULES,
) -> list[Hit]:
    """Return the hits by left id: of each record its first rule that names one, else all of its several.

    ``links`` has stored pairs (left id to right id). Nobody gets two partners, and nobody is one's twice.
    """
    links = links or {}
    ours = {one.id: one for one in left}
    theirs = {one.id: one for one in right}
    settled: dict[str, Hit] = {}
    open_hits: dict[tuple[str, str], Hit] = {}
    for rule in rules:
        both = _hits(rule, ours.values(), theirs.values(), links)
        lefts, rights = _counts(both)
        for mine, yours in both:
            alone = lefts[mine] == 1 and rights[yours] == 1
            if alone:
                settled[mine] = Hit(mine, yours, rule, alone=True)
            else:
                open_hits.setdefault((mine, yours), Hit(mine, yours, rule, alone=False))
        for mine, yours in both:
            if mine in settled and settled[mine].right == yours:
                ours.pop(mine, None)
                theirs.pop(yours, None)
    rest = [hit for hit in open_hits.values() if hit.left in ours and hit.right in theirs]
    return sorted((*settled.values(), *rest), key=lambda hit: (hit.left, hit.right))


def _counts(both: Iterable[tuple[str, str]]) -> tuple[dict[str, int], dict[str, int]]:
    lefts: dict[str, int] = defaultdict(int)
    rights: dict[str, int] = defaultdict(int)
    for mine, yours in both:
        lefts[mine] += 1
        rights[yours] += 1
    return lefts, rights


MANY = 20
"""Records behind one value from which on it names nobody."""


Keys = Callable[[Party], tuple[str, ...]]


def _hits(
    rule: Rule, left: Iterable[Party], right: Iterable[Party], links: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the pairs that a rule names, each once."""
    if rule is Rule.LINK:
        there = {one.id for one in right}
        return [(one.id, links[one.id]) for one in left if links.get(one.id) in there]
    if rule is Rule.ID:
        return _linked(left, right)
    keys = _KEYS[rule]
    known: dict[str, list[str]] = {}
    for one in right:
        for key in keys(one):
            known.setdefault(key, []).append(one.id)
    found: dict[tuple[str, str], None] = {}
    for one in left:
        for key in keys(one):
            partners = known.get(key)
            if partners and len(partners) <= MANY:
                for partner in partners:
                    found[one.id, partner] = None
    return list(found)


def _linked(left: Iterable[Party], right: Iterable[Party]) -> list[tuple[str, str]]:
    """Return the pairs of which one side keeps the other's id."""
    mine = {one.id: one for one in left}
    yours = {one.id: one for one in right}
    forth = [(one.id, one.linked_id) for one in mine.values() if one.linked_id in yours]
    back = [(one.linked_id, one.id) for one in yours.values() if one.linked_id in mine]
    return list(dict.fromkeys((*forth, *back)))


def _different(key: Callable[[str], str], values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the different keys of some values, without the empty one."""
    if len(values) == 1:
        found = key(values[0])
        return (found,) if found else ()
    return tuple(dict.fromkeys(found for found in map(key, values) if found)) if values else ()


def _person(one: Party) -> tuple[str, ...]:
    if not (one.first and one.last and one.postcode):
        return ()
    return (f"{plain_key(one.first)}|{plain_key(one.last)}|{postcode_key(one.postcode)}",)


_KEYS: dict[Rule, Keys] = {
    Rule.NUMBER: lambda one: _different(plain_key, (one.number,)) if one.number else (),
    Rule.EMAIL: lambda one: _different(mailbox, one.emails),
    Rule.PHONE: lambda one: _different(phone_key, one.phones),
    Rule.NAME: lambda one: _different(plain_key, (one.display_name,)),
    Rule.PERSON: _person,
    Rule.COMPANY: lambda one: _different(name_words, (one.company,)) if one.company else (),
}
