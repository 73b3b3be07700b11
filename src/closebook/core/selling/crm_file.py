"""Rows of another program's opportunities: columns by mapping, known layouts by their names, and every
fault.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from closebook.core.errors import ClosebookError, InputError, Place
from closebook.core.selling.crm_table import EXTRA
from closebook.core.selling.crm_values import amount_of, day_of

FIELDS = ("key", "title", "customer", "owner", "stage", "opened", "decided", "value", "currency", "source")
NEEDED = ("key", "stage")
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "key": ("opportunity_id", "deal id", "id", "record id"),
    "title": ("product", "deal name", "opportunity name", "title", "name"),
    "customer": ("account", "account name", "company", "customer", "organization"),
    "owner": ("sales_agent", "deal owner", "opportunity owner", "owner", "salesperson"),
    "stage": ("deal_stage", "deal stage", "stage", "status"),
    "opened": ("engage_date", "create date", "created date", "created", "opened"),
    "decided": ("close_date", "close date", "closed", "decided"),
    "value": ("close_value", "amount", "value", "deal value"),
    "currency": ("currency", "deal currency"),
    "source": ("source", "lead source", "original source"),
}
"""The names by which programs call a field, in lower case."""

ENDS: Mapping[str, str] = {
    "won": "won", "closed won": "won", "closedwon": "won", "lost": "lost", "closed lost": "lost",
    "closedlost": "lost", "dropped": "dropped",
}  # fmt: skip
MOST_ROWS = 200_000
LONGEST: Mapping[str, int] = {"key": 120, "customer": 120, "owner": 150, "stage": 40, "source": 80}
"""The most letters of a field; a longer title is cut."""


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity of a file. ``state`` is open, won, lost or dropped; ``stage`` the program's word."""

    row: int
    key: str
    title: str
    customer: str
    owner: str
    stage: str
    state: str
    opened: dt.date | None
    decided: dt.date | None
    value_minor: int
    currency: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its deals, how many rows were twins of another, and the faults with their places.

    ``order`` says how days that end with their year were read: "dmy", "mdy", or "" for not at all.
    """

    deals: tuple[Deal, ...]
    twins: int
    faults: tuple[ClosebookError, ...]
    order: str = ""


def guessed(columns: Sequence[str]) -> dict[str, str]:
    """Return the column of each field that is recognised by its name."""
    by_name = {column.strip().casefold(): column for column in columns}
    found = {
        field: next((by_name[name] for name in names if name in by_name), "")
        for field, names in SYNONYMS.items()
    }
    return {field: column for field, column in found.items() if column}


def mapping_checked(mapping: Mapping[str, str], columns: Sequence[str], name: str = "") -> Mapping[str, str]:
    """Return a mapping whose columns are there. InputError selling-columns for a missing or doubled one."""
    twice = {column for column in columns if list(columns).count(column) > 1}
    for field in NEEDED:
        if not mapping.get(field):
            known = ", ".join(SYNONYMS[field])
            remedy = f"Give it one of these names in the file's first row: {known}."
            raise _columns(f"No column is chosen for {field}.", field, name, remedy)
    for field, column in mapping.items():
        if column not in columns:
            raise _columns(f"The file has no column {column}.", field, name)
        if column in twice:
            remedy = "Rename or remove one of the two in the file's first row."
            raise _columns(f"The file has the column {column} twice.", field, name, remedy)
    return mapping


def _columns(
    message: str, field: str, name: str, remedy: str = "Choose the column of each field."
) -> InputError:
    return InputError("selling-columns", message, remedy=remedy, place=Place(file=name, field=field))


def read_deals(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    mapping: Mapping[str, str],
    currency: str,
    currencies: frozenset[str],
    name: str = "",
    order: str = "",
) -> Reading:
    """Return the deals of numbered rows by mapping; row 1 is the header's line, ``order`` is of its days.

    Rows that are the same in all are counted as twins; one key with other values is a fault. Raises
    InputError selling-file for more than two hundred thousand rows, or none.
    """
    reader = _Reader(mapping, currency, currencies, name, order)
    found: dict[str, Deal] = {}
    faults: list[ClosebookError] = []
    twins = count = 0
    for count, (number, row) in enumerate(rows, 1):
        if count > MOST_ROWS:
            raise _too_many(name)
        try:
            deal = reader.deal(number, row)
        except InputError as error:
            faults.append(error)
            continue
        before = found.setdefault(deal.key, deal)
        if before is not deal:
            same = _content(before) == _content(deal)
            twins += same
            if not same:
                faults.append(reader.twin(before, deal))
    if not count:
        remedy = "Export it again with its opportunities."
        raise InputError("selling-file", "The file has no rows.", remedy=remedy, place=Place(file=name))
    return Reading(tuple(found.values()), twins, tuple(faults), order)


def _too_many(name: str) -> InputError:
    message = f"The file has more than {MOST_ROWS:,} rows."
    return InputError("selling-file", message, remedy="Import it in parts.", place=Place(file=name))


def _content(deal: Deal) -> tuple[object, ...]:
    return (
        deal.title, deal.customer, deal.owner, deal.stage, deal.opened, deal.decided, deal.value_minor,
        deal.currency, deal.source,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads rows of one file; a fault names file, row, column of the file and what to do."""

    mapping: Mapping[str, str]
    currency: str
    currencies: frozenset[str]
    name: str
    order: str

    def deal(self, number: int, row: Mapping[str, str]) -> Deal:
        """Return the deal of a row. Raises InputError selling-row."""
        if EXTRA in row:
            remedy = "Put quotation marks around a cell that holds what parts the cells."
            raise self._fault(f"More cells than columns: {row[EXTRA][:60]}.", number, "", remedy)
        texts = {field: (row.get(column) or "").strip() for field, column in self.mapping.items()}
        for field in NEEDED:
            if not texts[field]:
                remedy = f"Fill in the column {self.mapping[field]}."
                raise self._fault("A row lacks what every opportunity has.", number, field, remedy)
        for field, most in LONGEST.items():
            if len(texts.get(field, "")) > most:
                remedy = f"Shorten it to {most} letters."
                raise self._fault("The text is too long.", number, field, remedy)
        return self._checked(number, texts)

    def _checked(self, number: int, texts: Mapping[str, str]) -> Deal:
        money = texts.get("currency", "").upper() or self.currency
        if money not in self.currencies:
            remedy = "Write a code such as EUR or USD, or leave the cell empty."
            raise self._fault(f"{money} is no known currency.", number, "currency", remedy)
        opened, decided = (self._day(texts, number, field) for field in ("opened", "decided"))
        state = ENDS.get(texts["stage"].casefold(), "open")
        if opened and decided and decided < opened:
            remedy = "Mend one of the two days."
            raise self._fault("It was decided before it was opened.", number, "decided", remedy)
        if state != "open" and decided is None:
            remedy = "Fill in the day on which it was won, lost or dropped."
            raise self._fault("A decided opportunity has no day.", number, "decided", remedy)
        return Deal(
            number, texts["key"], texts.get("title", ""), texts.get("customer", ""), texts.get("owner", ""),
            texts["stage"], state, opened, decided, self._minor(texts, money, number), money,
            texts.get("source", ""),
        )  # fmt: skip

    def twin(self, before: Deal, deal: Deal) -> InputError:
        """Return the fault of a number that stands twice with other values."""
        remedy = f"Keep one of the rows {before.row} and {deal.row}."
        return self._fault(f"Another row has the number {deal.key}.", deal.row, "key", remedy)

    def _day(self, texts: Mapping[str, str], number: int, field: str) -> dt.date | None:
        text = texts.get(field, "")
        try:
            return day_of(text, self.order) if text else None
        except InputError as error:
            remedy = "Write it as 2026-03-04, the year first."
            raise self._fault(f"{text[:60]} is no day.", number, field, remedy) from error

    def _minor(self, texts: Mapping[str, str], currency: str, number: int) -> int:
        text = texts.get("value", "")
        try:
            return amount_of(text, currency) if text else 0
        except InputError as error:
            remedy = "Write it as 1234.50."
            raise self._fault(f"{text[:60]} is no amount.", number, "value", remedy) from error

    def _fault(self, message: str, number: int, field: str, remedy: str) -> InputError:
        place = Place(file=self.name, row=number, field=self.mapping.get(field, field))
        return InputError("selling-row", message, remedy=remedy, place=place)
