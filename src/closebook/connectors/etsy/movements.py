"""Statement rows as classified movements of the payment account, in the order of time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from closebook.connectors.etsy.amounts import CurrencyReader
from closebook.connectors.etsy.dates import MAX_CACHED
from closebook.connectors.etsy.statement import is_silent_payout, payout_minor
from closebook.connectors.etsy.vocabulary import Meaning, TypeReader, meaning_of
from closebook.core.commerce.records import Movement, MovementKind, SourceRecord

_ORDER_GROUP = "order:"
_PREFIX_LENGTH = len(_ORDER_GROUP)
_PAYOUT, _RETURNED, _UNCLASSIFIED = (
    MovementKind.PAYOUT,
    MovementKind.RETURNED_PAYOUT,
    MovementKind.UNCLASSIFIED,
)
_SALE: Meaning = (MovementKind.SALE, None)


class MovementMaker:
    """Makes movements of statement records and sorts them: oldest first, rows of one day as the file has
    them.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._made: list[Movement] = []
        self._sequences: list[str] = []
        self._currencies = CurrencyReader()
        self._types = TypeReader()
        self._meanings: dict[tuple[str, str, bool], Meaning] = {}
        self._days: dict[str, dt.date] = {}

    def add(self, record: SourceRecord) -> None:
        """Take one statement record in."""
        fields = record.fields
        currency, amounts = self._currencies[fields["currency"]]
        title, info, iso = fields["title"], fields["info"], fields["day"]
        net = amounts[fields["net"]]
        word = self._types[fields["type"]]
        kind, fee_kind = _SALE if word == "sale" else self._meaning(word, title, info, net)
        if kind is _PAYOUT or kind is _RETURNED or kind is _UNCLASSIFIED:
            kind, net = _payout(kind, title, net, currency)
        group = record.group
        order = group[_PREFIX_LENGTH:] if group.startswith(_ORDER_GROUP) else ""
        day = self._days.get(iso) or self._day(iso)
        self._made.append(Movement(record.source_key, kind, fee_kind, day, net, currency, order, title, info))
        self._sequences.append(fields.get("sequence", iso))

    def movements(self) -> list[Movement]:
        """Return all movements, oldest first."""
        order = sorted(range(len(self._made)), key=self._sequences.__getitem__)
        return [self._made[index] for index in order]

    def _meaning(self, word: str, title: str, info: str, net: int) -> Meaning:
        if word == "payment":
            return meaning_of(word, title, info, incoming=net > 0)
        key = (word, title, net > 0)
        found = self._meanings.get(key)
        if found is None:
            if len(self._meanings) >= MAX_CACHED:
                self._meanings.clear()
            found = self._meanings[key] = meaning_of(word, title, info, incoming=net > 0)
        return found

    def _day(self, iso: str) -> dt.date:
        day = self._days[iso] = dt.date.fromisoformat(iso)
        return day


def _payout(kind: MovementKind, title: str, net: int, currency: str) -> tuple[MovementKind, int]:
    """Return kind and amount of a row whose money may stand in its title; one of an unknown type may prove
    a payout.
    """
    if kind is MovementKind.RETURNED_PAYOUT:
        return kind, net or -payout_minor(title, net, currency)
    if kind is MovementKind.PAYOUT or is_silent_payout(title, net, currency):
        return MovementKind.PAYOUT, payout_minor(title, net, currency)
    return kind, net


def movements_of(records: Iterable[SourceRecord]) -> list[Movement]:
    """Return the movements of statement records, oldest first."""
    maker = MovementMaker()
    for record in records:
        maker.add(record)
    return maker.movements()
