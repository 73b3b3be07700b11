"""What lies behind a figure: the key that opens its postings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Basis(StrEnum):
    """When income and expense count: when they arise, or when money moves."""

    ACCRUAL = "accrual"
    CASH = "cash"


class Dimension(StrEnum):
    """What a posting can be told apart by, besides its ledger account and day."""

    COUNTERPARTY = "counterparty"
    ITEM = "item"
    KLASS = "klass"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class Filters:
    """Keys that postings must have, per dimension; an empty tuple means any, the key 0 means none at all."""

    counterparty: tuple[int, ...] = ()
    item: tuple[int, ...] = ()
    klass: tuple[int, ...] = ()
    location: tuple[int, ...] = ()

    def narrowed(self, dimension: Dimension, *keys: int) -> Filters:
        """Return these filters with other keys in one dimension."""
        values = {name: self.keys(name) for name in Dimension}
        values[dimension] = keys
        return Filters(**{name.value: wanted for name, wanted in values.items()})

    def keys(self, dimension: Dimension) -> tuple[int, ...]:
        """Return the keys of a dimension, empty for any."""
        found: tuple[int, ...] = getattr(self, dimension.value)
        return found

    def used(self) -> tuple[Dimension, ...]:
        """Return the dimensions that these filters restrict."""
        return tuple(name for name in Dimension if self.keys(name))

    def match(self, keys: dict[Dimension, int]) -> bool:
        """Tell whether a posting with these keys (0 for none) passes.

        >>> Filters(klass=(0, 7)).match({Dimension.KLASS: 0})
        True
        """
        return all(keys.get(name, 0) in self.keys(name) for name in self.used())


@dataclass(frozen=True, slots=True)
class Opens:
    """The postings behind one figure: those of some ledger accounts in a range of days that pass the
    filters.

    ``day_from`` is None where the range has no beginning. The figure is the sum of the postings, with the
    other sign where ``credit_positive``. ``also`` holds further ranges that count into the same figure.
    ``records`` keeps the postings of some documents only (empty: all); the figure of open items is the sum of
    those less what was applied to them.
    """

    ledger_accounts: tuple[int, ...]
    day_from: dt.date | None
    day_to: dt.date
    basis: Basis = Basis.ACCRUAL
    filters: Filters = field(default_factory=Filters)
    credit_positive: bool = False
    also: tuple[Opens, ...] = ()
    records: tuple[int, ...] = ()

    def facing(self, *, credit_positive: bool) -> Opens:
        """Return the same postings, read with a sign."""
        return replace(self, credit_positive=credit_positive)

    def plain(self) -> dict[str, Any]:
        """Return the key as a dict of plain values, for JSON and links."""
        return {
            "ledger_accounts": list(self.ledger_accounts),
            "day_from": self.day_from.isoformat() if self.day_from else None,
            "day_to": self.day_to.isoformat(),
            "basis": self.basis.value,
            "filters": {name.value: list(self.filters.keys(name)) for name in self.filters.used()},
            "credit_positive": self.credit_positive,
            "also": [part.plain() for part in self.also],
            "records": list(self.records),
        }

    @classmethod
    def parse(cls, plain: dict[str, Any]) -> Opens:
        """Return the key of a dict that ``plain`` made."""
        day_from = plain.get("day_from")
        return cls(
            ledger_accounts=tuple(plain["ledger_accounts"]),
            day_from=dt.date.fromisoformat(day_from) if day_from else None,
            day_to=dt.date.fromisoformat(plain["day_to"]),
            basis=Basis(plain.get("basis", "accrual")),
            filters=Filters(**{name: tuple(keys) for name, keys in plain.get("filters", {}).items()}),
            credit_positive=bool(plain.get("credit_positive")),
            also=tuple(cls.parse(part) for part in plain.get("also", ())),
            records=tuple(plain.get("records", ())),
        )
