"""Figures per customer, vendor, item, class or location, with sub-objects nested below what they hang
under.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from closebook.core.reports.table import Cell, Row, section, total_only

NOT_SPECIFIED = "Not Specified"
NO_KEY = 0


@dataclass(frozen=True, slots=True)
class Named:
    """An object of a list with the key of what it hangs under (None at the top)."""

    key: int
    name: str
    parent: int | None = None


Figures = Sequence[int | None]
CellsOf = Callable[[Sequence[int], Figures], list[Cell]]  # keys and their summed figures → cells


@dataclass(slots=True)
class NameTree:
    """Figures per key of a list; ``cells`` makes cells of the keys behind a row and the sum of their figures.

    The key 0 stands for what belongs to nobody; it comes last.
    """

    names: Mapping[int, Named]
    figures: Mapping[int, Sequence[int]]
    cells: CellsOf
    width: int
    short: bool = False
    """Whether rows were left off; the figures of theirs that are given stand under the key 0 then."""

    def rows(self, most: int | None = None) -> list[Row]:
        """Return the rows of all keys that have a figure, by name; of the first ones with ``most`` lines."""
        shown = {key for key, values in self.figures.items() if any(values) and key != NO_KEY}
        below: dict[int | None, list[Named]] = {}
        for one in self._with_parents(shown):
            parent = one.parent if one.parent in self.names else None
            below.setdefault(parent, []).append(one)
        rows: list[Row] = []
        lines = 0
        for one in _by_name(below.get(None, [])):
            if most is not None and lines >= most:
                self.short = True
                return rows
            rows.append(self._row(one, below))
            lines += _lines(rows[-1])
        if not self.short and any(self.figures.get(NO_KEY, ())):
            rows.append(Row(self._line(NOT_SPECIFIED, None, (NO_KEY,), zero=None), group="not-specified"))
        return rows

    def total(self, label: str = "TOTAL") -> Row:
        """Return the line of the whole list."""
        return total_only(self._line(label, None, tuple(self.figures), zero=0), group="grand-total")

    def _with_parents(self, shown: set[int]) -> list[Named]:
        found: dict[int, Named] = {}
        for key in shown:
            one = self.names.get(key)
            while one and one.key not in found:
                found[one.key] = one
                one = self.names.get(one.parent) if one.parent else None
        return list(found.values())

    def _row(self, one: Named, below: Mapping[int | None, list[Named]]) -> Row:
        line = self._line(one.name, one.key, (one.key,), zero=None)
        children = [self._row(child, below) for child in _by_name(below.get(one.key, []))]
        if not children:
            return Row(line)
        keys = _branch(one, below)
        return section(line, children, self._line(f"Total {one.name}", None, keys, zero=0))

    def _line(
        self, label: str, key: int | None, keys: Sequence[int], *, zero: int | None
    ) -> tuple[Cell, ...]:
        sums = [0] * self.width
        for each in keys:
            for index, amount in enumerate(self.figures.get(each, ())):
                sums[index] += amount
        shown = [amount or zero for amount in sums]
        return (Cell(label, key), *self.cells(keys, shown))


def _lines(row: Row) -> int:
    """Return how many lines a row takes up with what is below it."""
    return 1 + bool(row.total) + sum(map(_lines, row.children))


def _by_name(found: Sequence[Named]) -> list[Named]:
    return sorted(found, key=lambda one: (one.name.casefold(), one.key))


def _branch(one: Named, below: Mapping[int | None, list[Named]]) -> tuple[int, ...]:
    return (one.key, *(key for child in below.get(one.key, []) for key in _branch(child, below)))
