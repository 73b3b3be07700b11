"""Proof that the stored balances are what the postings add up to.

One scan of the covering index adds up every ledger account and day again; all tables of balances are compared
with it, and each day must come to nothing. The thorough proof also adds up each entry, each class and
location, each customer, vendor and item, and what is open of each document, which reads every posting.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from closebook.apps.books.database import books_connection, day_of
from closebook.apps.books.selectors.open_documents import (
    OpenDocument,
    open_documents_all,
    open_documents_kept,
)
from closebook.apps.books.selectors.prove_names import name_sums_added_up, name_sums_stored

_Sums: TypeAlias = dict[tuple[Any, ...], tuple[int, int]]
"""Debit and credit by ledger account, day, and in the thorough proof class and location."""
_Kind: TypeAlias = Literal[
    "day-balance",
    "month-balance",
    "year-balance",
    "day-not-zero",
    "entry-not-zero",
    "name-balance",
    "open-document",
]
_OF_POSTINGS = frozenset({"day-not-zero", "entry-not-zero"})
_SHOWN = 1_000  # differences of one kind that a report lists; the rest is only counted


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what it should be; debit and credit in minor units, both positive."""

    kind: _Kind
    ledger_account: int | None
    day: dt.date
    stored: tuple[int, int]
    added_up: tuple[int, int]
    klass: int = 0
    location: int = 0
    entry: int | None = None
    name: int = 0
    """Customer, vendor or item; amount and quantity stand for debit and credit then."""
    record: int = 0
    """A document; its amount and what is open of it stand for debit and credit then."""

    def __str__(self) -> str:
        """Return the difference in words."""
        what = (
            f"ledger account {self.ledger_account}"
            if self.ledger_account is not None
            else "all ledger accounts"
        )
        where = f"entry {self.entry}" if self.entry is not None else what
        if self.name:
            where += f", name {self.name}"
        sides = "(amount, quantity)" if self.name else "(debit, credit)"
        if self.record:
            where, sides = f"document {self.record}", "(amount, open)"
        figures = f"stored {self.stored}, added up {self.added_up} {sides}"
        return f"{self.kind}: {where}, {self.day}: {figures}"


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What a proof looked at and what it found; ``number`` counts all differences, ``differences`` lists
    the first. ``postings_hold`` tells that whatever differs is only kept beside the postings.
    """

    postings: int
    ledger_account_days: int
    number: int
    differences: tuple[Difference, ...]
    thorough: bool
    postings_hold: bool

    @property
    def ok(self) -> bool:
        """Tell whether nothing differs."""
        return not self.number


def sums_added_up(company_id: int) -> tuple[_Sums, _Sums, _Sums]:
    """Return what the postings add up to by day, by month and by year, each with class and location."""
    scanned, _postings = _scan(company_id, "ledger_account, day, klass, location")
    months, _nets = _by_month_and_net(scanned)
    return scanned, months, _by_year(months)


def prove(company_id: int, *, thorough: bool = False) -> ProofReport:
    """Return the differences between the postings of a company and its stored balances.

    ``thorough`` also proves each entry, and the balances by class and location.
    """
    dimensions = "ledger_account, day, klass, location" if thorough else "ledger_account, day"
    scanned, postings = _scan(company_id, dimensions)
    months, nets = _by_month_and_net(scanned)
    found = _differing("day-balance", _stored(company_id, "day_balance", dimensions), scanned)
    by_month, by_year = (
        dimensions.replace("day", "month_first_day"),
        dimensions.replace("day", "year_first_day"),
    )
    found += _differing("month-balance", _stored(company_id, "month_balance", by_month), months)
    found += _differing("year-balance", _stored(company_id, "year_balance", by_year), _by_year(months))
    found += [_not_zero(day, net) for day, net in sorted(nets.items()) if net]
    if thorough:
        found += _entries(company_id)
        found += names_differing(company_id)
        found += open_documents_differing(company_id)
    hold = not any(each.kind in _OF_POSTINGS for each in found)
    return ProofReport(postings, len(scanned), len(found), tuple(found[:_SHOWN]), thorough, hold)


def _scan(company_id: int, dimensions: str) -> tuple[_Sums, int]:
    """Return the sums of all postings, and how many postings there are.

    One side is half of the sum of sizes and the sum; that is cheaper than telling sides apart for each
    posting.
    """
    sql = (
        "SELECT count(*), CAST(sum(abs(amount_minor)) AS bigint), CAST(sum(amount_minor) AS bigint), "
        f"{dimensions} FROM posting WHERE company_id = %s GROUP BY {dimensions}"
    )
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id])
        rows = cursor.fetchall()
    sums = {row[3:]: ((row[1] + row[2]) >> 1, (row[1] - row[2]) >> 1) for row in rows}
    return sums, sum(row[0] for row in rows)


def _stored(company_id: int, table: str, dimensions: str) -> _Sums:
    """Return the sums that a table of balances holds; rows that differ in other dimensions only are added
    up.
    """
    sql = f"SELECT debit_minor, credit_minor, {dimensions} FROM {table} WHERE company_id = %s"
    sums: _Sums = {}
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id])
        for row in cursor.fetchall():
            key, had = row[2:], sums.get(row[2:])
            sums[key] = row[:2] if had is None else (had[0] + row[0], had[1] + row[1])
    return sums


def _by_month_and_net(scanned: _Sums) -> tuple[_Sums, dict[Any, int]]:
    """Return the sums by the first day of each month, and debits less credits of each day over all
    accounts.
    """
    months: _Sums = {}
    nets: defaultdict[Any, int] = defaultdict(int)
    first_days: dict[Any, Any] = {}
    for (ledger_account, day, *rest), (debit, credit) in scanned.items():
        nets[day] += debit - credit
        first = first_days.get(day) or first_days.setdefault(day, _first_day(day, 8, "01"))
        key = (ledger_account, first, *rest)
        had = months.get(key)
        months[key] = (debit, credit) if had is None else (had[0] + debit, had[1] + credit)
    return months, nets


def _by_year(months: _Sums) -> _Sums:
    """Return sums by month as sums by year."""
    years: _Sums = {}
    for (ledger_account, day, *rest), (debit, credit) in months.items():
        key = (ledger_account, _first_day(day, 5, "01-01"), *rest)
        had = years.get(key, (0, 0))
        years[key] = (had[0] + debit, had[1] + credit)
    return years


def _first_day(day: dt.date | str, kept: int, rest: str) -> dt.date | str:
    """Return a day whose text keeps so many characters and ends with ``rest``, of the same type."""
    text = str(day)[:kept] + rest
    return text if isinstance(day, str) else dt.date.fromisoformat(text)


def _not_zero(day: dt.date | str, net: int) -> Difference:
    return Difference("day-not-zero", None, day_of(day), (0, 0), (max(net, 0), max(-net, 0)))


def _differing(kind: _Kind, stored: _Sums, added_up: _Sums) -> list[Difference]:
    """Return a difference for each key whose sums are not the same; a missing sum is nothing."""
    if stored == added_up:
        return []
    found = []
    for key in sorted(stored.keys() | added_up.keys()):
        ours, theirs = stored.get(key, (0, 0)), added_up.get(key, (0, 0))
        if ours != theirs:
            klass, location = key[2:] or (0, 0)
            found.append(Difference(kind, key[0], day_of(key[1]), ours, theirs, klass, location))
    return found


def names_differing(company_id: int) -> list[Difference]:
    """Return each kept sum of a name that is not what its postings add up to; a missing sum is nothing."""
    stored, added_up = name_sums_stored(company_id), name_sums_added_up(company_id)
    found = []
    for key in sorted(stored.keys() | added_up.keys()) if stored != added_up else ():
        ours, theirs = stored.get(key, (0, 0)), added_up.get(key, (0, 0))
        if ours != theirs:
            _dimension, account, month, name = key
            found.append(Difference("name-balance", account, day_of(month), ours, theirs, name=name))
    return found


def open_documents_differing(company_id: int) -> list[Difference]:
    """Return each document of which something else is kept than its postings and links say."""
    found = []
    for payable in (False, True):
        stored = {one.record: one for one in open_documents_kept(company_id, payable=payable)}
        reckoned = {one.record: one for one in open_documents_all(company_id, payable=payable)}
        for record, either in sorted({**stored, **reckoned}.items()):
            ours, theirs = stored.get(record), reckoned.get(record)
            if ours != theirs:
                sizes = (_sizes(ours), _sizes(theirs))
                found.append(Difference("open-document", None, either.day, *sizes, record=record))
    return found


def _sizes(one: OpenDocument | None) -> tuple[int, int]:
    return (one.size_minor, one.open_minor) if one else (0, 0)


def _entries(company_id: int) -> list[Difference]:
    """Return each entry whose postings do not come to nothing, and postings that lack their entry or its
    day.
    """
    sql = """
        SELECT p.entry_id, min(p.day), CAST(sum(abs(p.amount_minor)) AS bigint),
            CAST(sum(p.amount_minor) AS bigint)
        FROM posting p
        LEFT JOIN journal_entry e ON e.id = p.entry_id AND e.day = p.day AND e.company_id = p.company_id
        WHERE p.company_id = %s
        GROUP BY p.entry_id HAVING sum(p.amount_minor) <> 0 OR count(e.id) <> count(*)
    """
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id])
        return [
            Difference(
                "entry-not-zero",
                None,
                day_of(day),
                (0, 0),
                ((size + net) // 2, (size - net) // 2),
                entry=entry,
            )
            for entry, day, size, net in cursor.fetchall()
        ]
