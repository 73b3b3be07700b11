"""Proof that the stored balances are what the postings add up to.

One scan of the covering index adds up every ledger account and day again; both tables of balances are
compared with it, and
each day must come to nothing. The thorough proof also adds up each entry and each class and location, which
reads every posting.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from closebook.apps.books.database import books_connection, day_of

_Sums: TypeAlias = dict[tuple[Any, ...], tuple[int, int]]
"""Debit and credit by ledger account, day, and in the thorough proof class and location."""
_Kind: TypeAlias = Literal["day-balance", "month-balance", "day-not-zero", "entry-not-zero"]
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

    def __str__(self) -> str:
        """Return the difference in words."""
        what = (
            f"ledger account {self.ledger_account}"
            if self.ledger_account is not None
            else "all ledger accounts"
        )
        where = f"entry {self.entry}" if self.entry is not None else what
        figures = f"stored {self.stored}, added up {self.added_up} (debit, credit)"
        return f"{self.kind}: {where}, {self.day}: {figures}"


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What a proof looked at and what it found; ``number`` counts all differences, ``differences`` lists
    the first.
    """

    postings: int
    ledger_account_days: int
    number: int
    differences: tuple[Difference, ...]
    thorough: bool

    @property
    def ok(self) -> bool:
        """Tell whether nothing differs."""
        return not self.number


def prove(company_id: int, *, thorough: bool = False) -> ProofReport:
    """Return the differences between the postings of a company and its balances by day and by month.

    ``thorough`` also proves each entry, and the balances by class and location.
    """
    dimensions = "ledger_account, day, klass, location" if thorough else "ledger_account, day"
    scanned, postings = _scan(company_id, dimensions)
    months, nets = _by_month_and_net(scanned)
    found = _differing("day-balance", _stored(company_id, "day_balance", dimensions), scanned)
    by_month = dimensions.replace("day", "month_first_day")
    found += _differing("month-balance", _stored(company_id, "month_balance", by_month), months)
    found += [
        Difference("day-not-zero", None, day_of(day), (0, 0), (max(net, 0), max(-net, 0)))
        for day, net in nets.items()
        if net
    ]
    if thorough:
        found += _entries(company_id)
    return ProofReport(postings, len(scanned), len(found), tuple(found[:_SHOWN]), thorough)


def _scan(company_id: int, dimensions: str) -> tuple[_Sums, int]:
    """Return the sums of all postings, and how many there are. Half of (sum of sizes ± sum) is one side."""
    sql = (
        f"SELECT {dimensions}, CAST(sum(abs(amount_minor)) AS bigint), CAST(sum(amount_minor) AS bigint),"
        " count(*) "
        f"FROM posting WHERE company_id = %s GROUP BY {dimensions}"
    )
    sums, postings = {}, 0
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id])
        for *key, size, net, number in cursor.fetchall():
            sums[tuple(key)] = ((size + net) // 2, (size - net) // 2)
            postings += number
    return sums, postings


def _stored(company_id: int, table: str, dimensions: str) -> _Sums:
    """Return the sums that a table of balances holds."""
    sql = (
        f"SELECT {dimensions}, CAST(sum(debit_minor) AS bigint), CAST(sum(credit_minor) AS bigint) "
        f"FROM {table} WHERE company_id = %s GROUP BY {dimensions}"
    )
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id])
        return {tuple(key): (debit, credit) for *key, debit, credit in cursor.fetchall()}


def _by_month_and_net(scanned: _Sums) -> tuple[_Sums, dict[Any, int]]:
    """Return the sums by the first day of each month, and debits less credits of each day over all ledger
    accounts.
    """
    months: _Sums = {}
    nets: dict[Any, int] = {}
    first_days: dict[Any, Any] = {}
    for (ledger_account, day, *rest), (debit, credit) in scanned.items():
        nets[day] = nets.get(day, 0) + debit - credit
        first = first_days.get(day)
        if first is None:
            first = first_days[day] = f"{day[:8]}01" if isinstance(day, str) else day.replace(day=1)
        key = (ledger_account, first, *rest)
        had = months.get(key, (0, 0))
        months[key] = (had[0] + debit, had[1] + credit)
    return months, nets


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
