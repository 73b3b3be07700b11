"""Amounts of ledger accounts between given days, from which movements and balances of any column follow."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from closebook.core.reports.fiscal import DAY
from closebook.core.reports.grid import Slice

NO_KEY = 0  # postings without a key in the dimension


@dataclass(slots=True)
class History:
    """Movements of (dimension key, ledger account) between ``edges``, which are last days, in order.

    Number 0 of each list is all that happened up to the first edge (nothing, where it was not read), number
    i what happened after edge i-1 up to edge i. ``opened`` tells whether number 0 counts. Minor units,
    debit positive. Without a dimension its key is 0.
    """

    edges: tuple[dt.date, ...]
    opened: bool = True
    moves: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    _sums: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def add(self, dimension_key: int, ledger_account: int, index: int, amount_minor: int) -> None:
        """Add to the movement of one stretch between edges."""
        where = (dimension_key, ledger_account)
        if where not in self.moves:
            self.moves[where] = [0] * len(self.edges)
        self.moves[where][index] += amount_minor

    def add_on(self, dimension_key: int, ledger_account: int, day: dt.date, amount_minor: int) -> None:
        """Add what happened on a day; days after the last edge, or before an unopened first one, do not
        count.
        """
        index = bisect_left(self.edges, day)
        if index < len(self.edges) and (index or self.opened):
            self.add(dimension_key, ledger_account, index, amount_minor)

    def fold(self, keep: Collection[int]) -> None:
        """Put the amounts of all dimension keys but these under no key."""
        for where in [where for where in self.moves if where[0] not in keep and where[0] != NO_KEY]:
            for index, amount in enumerate(self.moves.pop(where)):
                self.add(NO_KEY, where[1], index, amount)

    def dimension_keys(self) -> list[int]:
        """Return the keys of the dimension that have any amount, in the order of their numbers."""
        return sorted({where[0] for where, values in self.moves.items() if any(values)})

    def ledger_accounts(self) -> set[int]:
        """Return the ledger accounts that have any amount."""
        return {where[1] for where, values in self.moves.items() if any(values)}

    def closing(self, dimension_key: int, ledger_account: int, day: dt.date) -> int:
        """Return the balance at the end of a day that is an edge (zero before the first)."""
        return self._closing((dimension_key, ledger_account), self._index(day))

    def _index(self, day: dt.date) -> int:
        """Return the number of the edge that a day is, -1 before the first."""
        return bisect_left(self.edges, day) if day >= self.edges[0] else -1

    def _closing(self, where: tuple[int, int], index: int) -> int:
        if index < 0 or where not in self.moves:
            return 0
        sums = self._sums.get(where)
        if sums is None:
            sums = self._sums[where] = list(accumulate(self.moves[where]))
        return sums[index]

    def movement(self, dimension_key: int, ledger_account: int, start: dt.date, end: dt.date) -> int:
        """Return what moved from a day (its eve is an edge) to another that is an edge."""
        before = self.closing(dimension_key, ledger_account, start - DAY)
        return self.closing(dimension_key, ledger_account, end) - before

    def movements(self, slices: Sequence[Slice]) -> dict[int, list[int]]:
        """Return the movement of each ledger account within each slice."""
        places = [
            (one.object_key or NO_KEY, self._index(one.start - DAY), self._index(one.end)) for one in slices
        ]
        return {
            key: [
                self._closing((name, key), last) - self._closing((name, key), eve)
                for name, eve, last in places
            ]
            for key in self.ledger_accounts()
        }

    def flows(self, ledger_accounts: Collection[int], slices: Sequence[Slice]) -> dict[int, list[int]]:
        """Return what moved on some ledger accounts together within each slice, per key of the dimension that
        has any amount, and of no key.
        """
        places = [(self._index(one.start - DAY) + 1, self._index(one.end) + 1) for one in slices]
        found = {key: [0] * len(places) for key in (NO_KEY, *self.dimension_keys())}
        for (key, account), values in self.moves.items():
            if account in ledger_accounts and key in found:
                sums = found[key]
                for number, (start, end) in enumerate(places):
                    sums[number] += sum(values[start:end])
        return found

    def balances(self, slices: Sequence[Slice], days: Sequence[dt.date]) -> dict[int, list[int]]:
        """Return the balance of each ledger account on one day per slice."""
        places = [(one.object_key or NO_KEY, self._index(day)) for one, day in zip(slices, days, strict=True)]
        return {
            key: [self._closing((name, key), index) for name, index in places]
            for key in self.ledger_accounts()
        }


def edges_of(days: Iterable[dt.date]) -> tuple[dt.date, ...]:
    """Return days in order, each once."""
    return tuple(sorted(set(days)))


def flow_edges(slices: Collection[Slice]) -> tuple[dt.date, ...]:
    """Return the edges from which the movements of all slices follow."""
    return edges_of([one.start - DAY for one in slices] + [one.end for one in slices])
