"""Lines of detailed statements: one posting, or one document, with what its columns can show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from closebook.core.reports.table import Cell, Column, ColumnKind

NOBODY = 0  # a cell's key where a name could stand but none does
SPLIT = "-Split-"


@dataclass(slots=True)
class Line:
    """What is known of one line. Amounts are minor units; keys are 0 where there is none.

    ``amount_minor`` is in the natural sign of its ledger account, ``debit_minor`` is debit positive.
    ``balance_minor`` is filled in by the statement. ``split_key`` is the ledger account on the other side,
    0 when there are several.
    """

    day: dt.date
    record: int = 0
    kind: str = ""
    number: str = ""
    name: str = ""
    name_key: int = NOBODY
    name_entity: str = ""
    memo: str = ""
    ledger_account: int = 0
    ledger_account_name: str = ""
    split: str = ""
    split_key: int = 0
    amount_minor: int | None = None
    debit_minor: int = 0
    balance_minor: int | None = None
    open_minor: int | None = None
    due: dt.date | None = None
    past_due_days: int = 0
    klass: str = ""
    klass_key: int = 0
    location: str = ""
    location_key: int = 0
    item: str = ""
    item_key: int = 0
    quantity_micro: int | None = None
    posting: bool = True
    adjusting: bool = False
    created: dt.date | None = None
    changed: dt.date | None = None


@dataclass(frozen=True, slots=True)
class LineColumn:
    """A column of a detailed statement: its title and the cell it makes of a line."""

    title: str
    kind: ColumnKind
    cell: Callable[[Line], Cell]


def _yes(*, truth: bool) -> str:
    return "Yes" if truth else "No"


def _named(entity: str) -> Callable[[Line], Cell]:
    return lambda line: Cell(line.name, line.name_key) if line.name_entity == entity else Cell("", NOBODY)


def _side(sign: int) -> Callable[[Line], Cell]:
    return lambda line: Cell(sign * line.debit_minor if sign * line.debit_minor > 0 else None)


_TEXT, _MONEY, _DAY = ColumnKind.TEXT, ColumnKind.MONEY, ColumnKind.DAY
LINE_COLUMNS: Mapping[str, LineColumn] = {
    "day": LineColumn("Date", _DAY, lambda line: Cell(line.day)),
    "kind": LineColumn("Transaction Type", _TEXT, lambda line: Cell(line.kind, line.record)),
    "number": LineColumn("Num", _TEXT, lambda line: Cell(line.number)),
    "adjusting": LineColumn("Adj", _TEXT, lambda line: Cell(_yes(truth=line.adjusting))),
    "posting": LineColumn("Posting", _TEXT, lambda line: Cell(_yes(truth=line.posting))),
    "name": LineColumn("Name", _TEXT, lambda line: Cell(line.name, line.name_key)),
    "customer": LineColumn("Customer", _TEXT, _named("Customer")),
    "vendor": LineColumn("Vendor", _TEXT, _named("Vendor")),
    "employee": LineColumn("Employee", _TEXT, _named("Employee")),
    "location": LineColumn("Location", _TEXT, lambda line: Cell(line.location, line.location_key)),
    "class": LineColumn("Class", _TEXT, lambda line: Cell(line.klass, line.klass_key)),
    "item": LineColumn("Product/Service", _TEXT, lambda line: Cell(line.item, line.item_key)),
    "memo": LineColumn("Memo/Description", _TEXT, lambda line: Cell(line.memo)),
    "ledger-account": LineColumn(
        "Account", _TEXT, lambda line: Cell(line.ledger_account_name, line.ledger_account)
    ),
    "split": LineColumn("Split", _TEXT, lambda line: Cell(line.split, line.split_key)),
    "quantity": LineColumn("Qty", ColumnKind.QUANTITY, lambda line: Cell(line.quantity_micro)),
    "amount": LineColumn("Amount", _MONEY, lambda line: Cell(line.amount_minor)),
    "debit": LineColumn("Debit", _MONEY, _side(1)),
    "credit": LineColumn("Credit", _MONEY, _side(-1)),
    "balance": LineColumn("Balance", _MONEY, lambda line: Cell(line.balance_minor)),
    "due": LineColumn("Due Date", _DAY, lambda line: Cell(line.due)),
    "past-due": LineColumn("Past Due", _TEXT, lambda line: Cell(str(line.past_due_days))),
    "open": LineColumn("Open Balance", _MONEY, lambda line: Cell(line.open_minor)),
    "created": LineColumn("Create Date", _DAY, lambda line: Cell(line.created)),
    "changed": LineColumn("Last Modified", _DAY, lambda line: Cell(line.changed)),
}


class LineTable:
    """The chosen columns of a detailed statement and the cells they make."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Keep the columns that exist, in the order asked for."""
        self.keys = tuple(key for key in dict.fromkeys(keys) if key in LINE_COLUMNS)
        self.made = tuple(LINE_COLUMNS[key] for key in self.keys)

    def columns(self) -> tuple[Column, ...]:
        """Return the columns of the table."""
        return tuple(Column(key, one.title, one.kind) for key, one in zip(self.keys, self.made, strict=True))

    def cells(self, line: Line) -> tuple[Cell, ...]:
        """Return the cells of one line."""
        return tuple(one.cell(line) for one in self.made)

    def labelled(self, label: str, key: int | None = None, **figures: Cell) -> tuple[Cell, ...]:
        """Return a row with a label in its first cell and figures in the columns named."""
        cells = [figures.get(name.replace("-", "_"), Cell()) for name in self.keys]
        if cells:
            cells[0] = Cell(label, key)
        return tuple(cells)
