"""Lists of documents: transaction list, plain or grouped, and the journal.

Source: QuickBooks Online reports, TransactionList and JournalReport, for columns, labels and the shape of
the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from closebook.core.reports.lines import Line, LineTable
from closebook.core.reports.table import Cell, Row, section, total_only

TRANSACTION_COLUMNS = (
    "day", "kind", "number", "posting", "name", "location", "memo", "ledger-account", "split", "amount",
)  # fmt: skip
JOURNAL_COLUMNS = ("day", "kind", "number", "name", "memo", "ledger-account", "debit", "credit")
NO_DAY = "0-00-00"  # stands where an entry's further lines do not repeat its day
_LAST = "\uffff"


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """What lines are grouped by: sorted by ``order``, then by title; ``key`` is the record it stands for,
    or 0.
    """

    order: str
    title: str
    key: int = 0

    @classmethod
    def named(cls, title: str, key: int = 0) -> Group:
        """Return the group of a name; lines without one come last."""
        return cls(title.casefold(), title, key) if title else cls(_LAST, "Not Specified")


GroupOf = Callable[[Line], Group]


def transaction_list(table: LineTable, lines: Sequence[Line], group_of: GroupOf | None = None) -> list[Row]:
    """Return a row per line; with ``group_of`` a section per group."""
    if group_of is None:
        return [Row(table.cells(line)) for line in lines]
    groups: dict[Group, list[Line]] = {}
    for line in lines:
        groups.setdefault(group_of(line), []).append(line)
    return [_section(table, group, groups[group]) for group in sorted(groups)]


def _section(table: LineTable, group: Group, lines: Sequence[Line]) -> Row:
    amount = sum(line.amount_minor or 0 for line in lines)
    total = table.labelled(f"Total for {group.title}", amount=Cell(amount))
    rows = [Row(table.cells(line)) for line in lines]
    return section(table.labelled(group.title, group.key or None), rows, total)


def _entry_rows(table: LineTable, lines: Sequence[Line]) -> list[Row]:
    """Return the lines of one entry, its total and an empty row."""
    rows = [Row(table.cells(line)) for line in lines]
    for row in rows[1:]:
        cells = dict(zip(table.keys, row.cells, strict=True))
        if "day" in cells:
            cells["day"] = Cell(NO_DAY)
        if "kind" in cells:
            cells["kind"] = Cell("", cells["kind"].key)
        row.cells = tuple(cells.values())
    return [
        *rows,
        total_only(_both_sides(table, "", lines), group=""),
        Row(tuple(Cell("") for _ in table.keys)),
    ]


def _both_sides(table: LineTable, label: str, lines: Iterable[Line]) -> tuple[Cell, ...]:
    amounts = [line.debit_minor for line in lines]
    debit = sum(amount for amount in amounts if amount > 0)
    credit = -sum(amount for amount in amounts if amount < 0)
    return table.labelled(label, debit=Cell(debit), credit=Cell(credit))


def journal(table: LineTable, lines: Sequence[Line]) -> list[Row]:
    """Return the entries of lines that are ordered by document: lines, total, empty row; at the end the
    grand total.
    """
    rows: list[Row] = []
    for _, entry in groupby(lines, key=lambda line: (line.day, line.record)):
        rows += _entry_rows(table, list(entry))
    if rows:
        rows.append(total_only(_both_sides(table, "TOTAL", lines), group="grand-total"))
    return rows
