"""Rows of another program's opportunities: columns by mapping, known layouts by their names, and every
fault.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from closebook.core.errors import ClosebookError, InputError, Place
from closebook.core.money import minor_from_decimal
from closebook.core.periods import parse_day

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
    """What a file holds: its deals, how many rows were twins of another, and the faults with their places."""

    deals: tuple[Deal, ...]
    twins: int
    faults: tuple[ClosebookError, ...]


def guessed(columns: Sequence[str]) -> dict[str, str]:
    """Return the column of each field that is recognised by its name."""
    by_name = {column.strip().casefold(): column for column in columns}
    found = {
        field: next((by_name[name] for name in names if name in by_name), "")
        for field, names in SYNONYMS.items()
    }
    return {field: column for field, column in found.items() if column}


def mapping_checked(mapping: Mapping[str, str], columns: Sequence[str]) -> Mapping[str, str]:
    """Return a mapping whose columns are there. InputError selling-columns for a missing or doubled one."""
    twice = {column for column in columns if list(columns).count(column) > 1}
    for field in NEEDED:
        if not mapping.get(field):
            raise _columns(f"No column is chosen for {field}.", field)
    for field, column in mapping.items():
        if column not in columns:
            raise _columns(f"The file has no column {column}.", field)
        if column in twice:
            raise _columns(f"The file has the column {column} twice.", field)
    return mapping


def _columns(message: str, field: str) -> InputError:
    return InputError(
        "selling-columns", message, remedy="Choose the column of each field.", place=Place(field=field)
    )


def read_deals(
    rows: Iterable[Mapping[str, str]], mapping: Mapping[str, str], currency: str, currencies: frozenset[str]
) -> Reading:
    """Return the deals of rows by mapping; row 1 is the header's line.

    Rows that are the same in all are counted as twins; one key with other values is a fault. Raises
    InputError
    selling-columns for more than two hundred thousand rows.
    """
    found: dict[str, Deal] = {}
    faults: list[ClosebookError] = []
    twins = 0
    for number, row in enumerate(rows, 2):
        if number > MOST_ROWS + 1:
            raise _columns("The file has too many rows.", "key")
        try:
            deal = _deal(number, row, mapping, currency, currencies)
        except InputError as error:
            faults.append(error)
            continue
        before = found.setdefault(deal.key, deal)
        if before is not deal:
            same = _content(before) == _content(deal)
            twins += same
            if not same:
                faults.append(_fault(f"Another row has the number {deal.key}.", number, "key"))
    return Reading(tuple(found.values()), twins, tuple(faults))


def _content(deal: Deal) -> tuple[object, ...]:
    return (deal.title, deal.customer, deal.owner, deal.stage, deal.opened, deal.decided, deal.value_minor)


def _deal(
    number: int, row: Mapping[str, str], mapping: Mapping[str, str], currency: str, currencies: frozenset[str]
) -> Deal:
    def text(field: str) -> str:
        return (row.get(mapping.get(field, "")) or "").strip()

    if not text("key") or not text("stage"):
        field = "stage" if text("key") else "key"
        raise _fault("A row lacks what every opportunity has.", number, field)
    money = text("currency").upper() or currency
    if money not in currencies:
        raise _fault(f"{money} is no known currency.", number, "currency")
    opened, decided = _day(text("opened"), number, "opened"), _day(text("decided"), number, "decided")
    if opened and decided and decided < opened:
        raise _fault("It was decided before it was opened.", number, "decided")
    state = ENDS.get(text("stage").casefold(), "open")
    if state != "open" and decided is None:
        raise _fault("A decided opportunity has no day.", number, "decided")
    return Deal(
        number, text("key"), text("title"), text("customer"), text("owner"), text("stage"), state, opened,
        decided, _minor(text("value"), money, number), money, text("source"),
    )  # fmt: skip


def _day(text: str, number: int, field: str) -> dt.date | None:
    try:
        return parse_day(text[:10]) if text else None
    except InputError as error:
        raise _fault(f"{text} is no day.", number, field) from error


def _minor(text: str, currency: str, number: int) -> int:
    try:
        return minor_from_decimal(text.replace(",", ""), currency) if text else 0
    except InputError as error:
        raise _fault(f"{text} is no amount.", number, "value") from error


def _fault(message: str, number: int, field: str) -> InputError:
    return InputError(
        "selling-row", message, remedy="Mend the row and import again.", place=Place(row=number, field=field)
    )
