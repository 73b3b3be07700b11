"""Balances of ledger accounts over any range of days; no posting is read.

Whole years, whole months and single days come from ``year_balance``, ``month_balance`` and ``day_balance``.
A debit and a credit are both positive minor units; a reversed entry counts on both sides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, overload

from closebook.apps.books.database import books_connection, day_of
from closebook.core.periods import Month


@dataclass(slots=True)
class Balance:
    """Debits and credits of one ledger account, both positive minor units of the home currency."""

    debit_minor: int = 0
    credit_minor: int = 0

    @property
    def net_minor(self) -> int:
        """Return debits less credits."""
        return self.debit_minor - self.credit_minor

    def add(self, debit_minor: int, credit_minor: int) -> None:
        """Add to both sides."""
        self.debit_minor += debit_minor
        self.credit_minor += credit_minor


class _Tier(NamedTuple):
    """A table of balances: its column of days, and the first day of the year or month that a day is in."""

    table: str
    column: str
    first_day: Callable[[dt.date], dt.date]
    next_first_day: Callable[[dt.date], dt.date]


class _Span(NamedTuple):
    """Part of a range that one table answers, from ``start`` (None: the beginning) to before ``end``."""

    table: str
    column: str
    start: dt.date | None
    end: dt.date


_YEARS = _Tier(
    "year_balance",
    "year_first_day",
    lambda day: dt.date(day.year, 1, 1),
    lambda day: dt.date(day.year + 1, 1, 1),
)
_MONTHS = _Tier(
    "month_balance",
    "month_first_day",
    lambda day: Month.of(day).first_day,
    lambda day: Month.of(day).next().first_day,
)


@overload
def balances(
    company_id: int,
    day_from: dt.date | None,
    day_to: dt.date,
    *,
    by_class: Literal[False] = False,
    by_location: Literal[False] = False,
    klass: Collection[int] | None = None,
    location: Collection[int] | None = None,
) -> dict[int, Balance]: ...


@overload
def balances(
    company_id: int,
    day_from: dt.date | None,
    day_to: dt.date,
    *,
    by_class: bool = False,
    by_location: bool = False,
    klass: Collection[int] | None = None,
    location: Collection[int] | None = None,
) -> dict[Any, Balance]: ...


def balances(
    company_id: int,
    day_from: dt.date | None,
    day_to: dt.date,
    *,
    by_class: bool = False,
    by_location: bool = False,
    klass: Collection[int] | None = None,
    location: Collection[int] | None = None,
) -> dict[Any, Balance]:
    """Return the balance of each ledger account that moved from ``day_from`` (None: the beginning) to
    ``day_to``.

    Keys are ledger accounts; with ``by_class`` or ``by_location`` they are tuples of ledger account, class
    or 0, location or 0, as far as asked for. ``klass`` and ``location`` keep only those (0 is "none given").
    """
    dimensions = ["ledger_account"] + ["klass"] * by_class + ["location"] * by_location
    found: dict[Any, Balance] = {}
    for span in _spans(day_from, _day_after(day_to), _YEARS, _MONTHS):
        for *key, debit_minor, credit_minor in _sums(
            company_id, span, dimensions, klass=klass, location=location
        ):
            where = key[0] if len(key) == 1 else tuple(key)
            if where in found:
                found[where].add(debit_minor, credit_minor)
            else:
                found[where] = Balance(debit_minor, credit_minor)
    return found


def balances_by_month(
    company_id: int,
    day_from: dt.date,
    day_to: dt.date,
    *,
    klass: Collection[int] | None = None,
    location: Collection[int] | None = None,
) -> dict[int, dict[Month, Balance]]:
    """Return the balance of each ledger account in each month of the range; months without movement are
    left out.
    """
    found: dict[int, dict[Month, Balance]] = {}
    for span in _spans(day_from, _day_after(day_to), _MONTHS):
        rows = _sums(company_id, span, ["ledger_account", span.column], klass=klass, location=location)
        for ledger_account, day, debit_minor, credit_minor in rows:
            months = found.setdefault(ledger_account, {})
            months.setdefault(Month.of(day_of(day)), Balance()).add(debit_minor, credit_minor)
    return found


def balances_of_year(
    company_id: int, year_start: dt.date, day_to: dt.date
) -> tuple[dict[int, Balance], dict[int, Balance]]:
    """Return the balances brought forward to a year's first day, and those of the year until a day.

    One reading for all statements of a day: a trial balance and a balance sheet add both up, a profit and
    loss is the second.
    """
    return opening(company_id, year_start), balances(company_id, year_start, day_to)


def opening(company_id: int, day: dt.date) -> dict[int, Balance]:
    """Return the balance of each ledger account at the start of a day."""
    return balances(company_id, None, day - dt.timedelta(days=1))


def _day_after(day: dt.date) -> dt.date:
    """Return the next day, and the last of all for itself."""
    return day if day == dt.date.max else day + dt.timedelta(days=1)


def _spans(start: dt.date | None, end: dt.date, *tiers: _Tier) -> Iterator[_Span]:
    """Cut the days from ``start`` to before ``end`` into whole periods of the first tier and the rest
    around them.
    """
    if start is not None and start >= end:
        return
    if not tiers:
        yield _Span("day_balance", "day", start, end)
        return
    tier, *smaller = tiers
    last = tier.first_day(end)
    first = start if start is None or tier.first_day(start) == start else tier.next_first_day(start)
    if first is not None and first >= last:
        yield from _spans(start, end, *smaller)
        return
    if start is not None and first is not None:
        yield from _spans(start, first, *smaller)
    yield _Span(tier.table, tier.column, first, last)
    yield from _spans(last, end, *smaller)


def _sums(
    company_id: int,
    span: _Span,
    dimensions: list[str],
    *,
    klass: Collection[int] | None,
    location: Collection[int] | None,
) -> list[tuple[Any, ...]]:
    """Return rows of the dimensions, debit and credit of one span."""
    where = [f"company_id = %s AND {span.column} < %s"]
    values: list[int | str] = [company_id, span.end.isoformat()]
    if span.start is not None:
        where.append(f"{span.column} >= %s")
        values.append(span.start.isoformat())
    for name, wanted in (("klass", klass), ("location", location)):
        if wanted is not None:
            where.append(f"{name} IN ({', '.join(['%s'] * len(wanted)) or 'NULL'})")
            values.extend(wanted)
    names = ", ".join(dimensions)
    sql = (
        f"SELECT {names}, CAST(sum(debit_minor) AS bigint), CAST(sum(credit_minor) AS bigint) "
        f"FROM {span.table} WHERE {' AND '.join(where)} GROUP BY {names}"
    )
    with books_connection().cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
