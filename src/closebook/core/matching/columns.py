"""Both lists as columns of codes: equal values have equal codes, so that many pairs compare as numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from closebook.core.matching.folding import (
    fold,
    full_name,
    mailbox,
    name_words,
    own_domain,
    phone_key,
    plain_key,
    postcode_key,
    street_parts,
)
from closebook.core.matching.party import Party
from closebook.core.matching.words import NICKNAMES

Codes = NDArray[np.int32]
SLOTS = 2
"""Names, mailboxes and phones of one record that are compared."""
CROWD = 5
"""Records of a list with one mailbox or phone from which on it is a clerk's or a shop's own: no evidence."""


class Book:
    """The different values of a kind, numbered in their order of appearance; "" is -1."""

    def __init__(self) -> None:
        """Start empty."""
        self.codes: defaultdict[str, int] = defaultdict(count(-1).__next__)
        self.codes[""]

    def column(self, values: Sequence[str]) -> Codes:
        """Return the numbers of many values."""
        return np.fromiter(map(self.codes.__getitem__, values), np.int32, len(values))

    def pairs(self, values: Sequence[tuple[str, str]]) -> Codes:
        """Return the numbers of two values for each record."""
        flat = [value for both in values for value in both]
        return self.column(flat).reshape(-1, SLOTS)

    def values(self) -> list[str]:
        """Return the values by number."""
        return list(self.codes)[1:]


@dataclass(frozen=True, slots=True)
class Names:
    """The different names of both lists: their words sorted and in order, and codes of their parts."""

    ordered: list[str]
    sorted: list[str]
    words: Codes
    full: Codes
    given: Codes
    family: Codes
    initial: Codes
    short: NDArray[np.bool_]
    namesakes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Side:
    """One list, records in the order of their ids; -1 stands for what is not known."""

    names: Codes
    boxes: Codes
    phones: Codes
    street: Codes
    house: Codes
    postcode: Codes
    city: Codes
    tax: Codes
    number: Codes
    texts: list[bytes]

    def __len__(self) -> int:
        """Return how many records there are."""
        return len(self.street)

    def take(self, rows: NDArray[np.int64]) -> Side:
        """Return some of the records."""
        return Side(
            self.names[rows],
            self.boxes[rows],
            self.phones[rows],
            self.street[rows],
            self.house[rows],
            self.postcode[rows],
            self.city[rows],
            self.tax[rows],
            self.number[rows],
            [self.texts[row] for row in rows.tolist()],
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """Both sides with the tables that their codes point into."""

    left: Side
    right: Side
    names: Names
    boxes: list[str]
    domains: Codes
    locals: Codes
    phones: list[str]
    streets: list[str]
    numbers: list[str]


class Reader:
    """Reads both lists into one set of tables."""

    def __init__(self) -> None:
        """Start with empty tables."""
        self.names, self.boxes, self.phones = Book(), Book(), Book()
        self.streets, self.houses, self.postcodes, self.cities = Book(), Book(), Book(), Book()
        self.taxes, self.numbers = Book(), Book()

    def side(self, parties: Sequence[Party]) -> Side:
        """Return the columns of one list."""
        forms = [_forms(party) for party in parties]
        boxes = [_two(mailbox, party.emails) for party in parties]
        phones = [_two(phone_key, party.phones) for party in parties]
        places = [street_parts(party.street) for party in parties]
        numbers = [plain_key(party.number) for party in parties]
        rows = zip(forms, boxes, phones, map(" ".join, places), numbers, strict=True)
        return Side(
            names=self.names.pairs(forms),
            boxes=_without_crowds(self.boxes.pairs(boxes)),
            phones=_without_crowds(self.phones.pairs(phones)),
            street=self.streets.column([street for _, street in places]),
            house=self.houses.column([house for house, _ in places]),
            postcode=self.postcodes.column([postcode_key(party.postcode) for party in parties]),
            city=self.cities.column([fold(party.city) for party in parties]),
            tax=self.taxes.column([plain_key(party.tax_id) for party in parties]),
            number=self.numbers.column(numbers),
            texts=[
                f" {form[0]}  {form[1]}  {box[0].partition('@')[0]}  {place} {phone[0]} {number} ".encode()
                for form, box, phone, place, number in rows
            ],
        )


def _two(key: Callable[[str], str], values: Sequence[str]) -> tuple[str, str]:
    """Return the keys of the first two different values."""
    if not values:
        return "", ""
    if len(values) == 1:
        return key(values[0]), ""
    kept = [*dict.fromkeys(found for found in map(key, values) if found), "", ""]
    return kept[0], kept[1]


def _forms(party: Party) -> tuple[str, str]:
    """Return the person's and the company's name as words; of a bare display name that one alone."""
    if party.first or party.last:
        person = name_words(full_name(party.first, party.last))
        company = name_words(party.company) if party.company else ""
        return (person, company if company != person else "") if person else (company, "")
    return name_words(party.company or party.own_name), ""


def _without_crowds(codes: Codes) -> Codes:
    """Return the codes with -1 for values that many records of the list share."""
    flat = codes.ravel()
    counts = np.bincount(flat + 1, minlength=1)
    shared = counts[flat + 1] >= CROWD
    return np.where(shared.reshape(codes.shape), -1, codes).astype(np.int32)


def _names_table(values: list[str], uses: NDArray[np.int64], records: int) -> Names:
    """Return the table of names; ``namesakes`` is how many records would share the name by chance alone."""
    words, fulls, parts, initials = Book(), Book(), Book(), Book()
    splits = [value.split() for value in values]
    nick = NICKNAMES.get
    full = [" ".join(sorted({nick(word, word) for word in split})) for split in splits]
    ordered = [" ".join(sorted(split)) for split in splits]
    return Names(
        ordered=values,
        sorted=ordered,
        words=words.column(ordered),
        full=fulls.column(full),
        given=parts.column([nick(split[0], split[0]) for split in splits]),
        family=parts.column([split[-1] if len(split) > 1 else "" for split in splits]),
        initial=initials.column([split[0][0] for split in splits]),
        short=np.array([len(split[0]) == 1 for split in splits], np.bool_),
        namesakes=_namesakes(splits, uses, records),
    )


def _namesakes(splits: list[list[str]], uses: NDArray[np.int64], records: int) -> NDArray[np.float64]:
    if not splits:
        return np.zeros(0)
    book = Book()
    lengths = np.array([len(split) for split in splits])
    flat = book.column([word for split in splits for word in split])
    often = np.bincount(flat, weights=np.repeat(uses, lengths))
    share = np.log(np.maximum(often[flat] - 1.0, 0.5) / max(records, 1))
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    return np.asarray(records * np.exp(np.add.reduceat(share, starts)))


def columns_of(left: Sequence[Party], right: Sequence[Party]) -> Columns:
    """Return both lists, in their order, as columns with common codes."""
    reader = Reader()
    one, other = reader.side(left), reader.side(right)
    used = np.concatenate((one.names.ravel(), other.names.ravel()))
    uses = np.bincount(used + 1, minlength=len(reader.names.codes))[1:]
    boxes = reader.boxes.values()
    domains, locals_ = Book(), Book()
    return Columns(
        one,
        other,
        _names_table(reader.names.values(), uses, len(left) + len(right)),
        boxes,
        domains.column([own_domain(box) for box in boxes]),
        locals_.column([box.partition("@")[0] for box in boxes]),
        reader.phones.values(),
        reader.streets.values(),
        reader.numbers.values(),
    )
