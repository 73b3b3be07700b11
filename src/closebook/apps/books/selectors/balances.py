"""Balances of ledger accounts over any range of days, from the balances by month and by day; no posting is
read.

Whole months come from ``month_balance``, the days of a month that is only partly wanted from ``day_balance``.
A debit and a credit are both positive minor units; a reversed entry counts on both sides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
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


class _Span(NamedTuple):
    """Part of a range: whole months (``first`` and ``last`` are first days of months) or days; both ends
    included.
    """

    table: Literal["month_balance", "day_balance"]
    first: dt.date | None
    last: dt.date


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

    Keys are ledger accounts; with ``by_class`` or ``by_location`` tuples (ledger account, class or 0, location
    or 0, as far as asked for). ``klass`` and ``location`` keep only those (0 is "none given").
    """
    dimensions = ["ledger_account"] + ["klass"] * by_class + ["location"] * by_location
    found: dict[Any, Balance] = {}
    for span in _spans(day_from, day_to):
        for *key, debit_minor, credit_minor in _sums(
            company_id, span, dimensions, klass=klass, location=location
        ):
            where = key[0] if len(key) == 1 else tuple(key)
            found.setdefault(where, Balance()).add(debit_minor, credit_minor)
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
    for span in _spans(day_from, day_to):
        column = "month_first_day" if span.table == "month_balance" else "day"
        rows = _sums(company_id, span, ["ledger_account", column], klass=klass, location=location)
        for ledger_account, day, debit_minor, credit_minor in rows:
            months = found.setdefault(ledger_account, {})
            months.setdefault(Month.of(day_of(day)), Balance()).add(debit_minor, credit_minor)
    return found


def opening(company_id: int, day: dt.date) -> dict[int, Balance]:
    """Return the balance of each ledger account at the start of a day."""
    return balances(company_id, None, day - dt.timedelta(days=1))


def _spans(day_from: dt.date | None, day_to: dt.date) -> Iterator[_Span]:
    """Cut a range into days before the first whole month, whole months, and days after the last."""
    if day_from is not None and day_from > day_to:
        return
    first_month = None
    if day_from is not None:
        first_month = Month.of(day_from)
        if day_from.day > 1:
            yield _Span("day_balance", day_from, min(first_month.last_day, day_to))
            first_month = first_month.next()
    last_month = Month.of(day_to)
    whole = day_to == last_month.last_day
    if first_month is not None and first_month > last_month:
        return
    last_whole = last_month if whole else last_month.shift(-1)
    if first_month is None or first_month <= last_whole:
        first = None if first_month is None else first_month.first_day
        yield _Span("month_balance", first, last_whole.first_day)
    if not whole:
        yield _Span("day_balance", last_month.first_day, day_to)


def _sums(
    company_id: int,
    span: _Span,
    dimensions: list[str],
    *,
    klass: Collection[int] | None,
    location: Collection[int] | None,
) -> list[tuple[Any, ...]]:
    """Return rows of the dimensions, debit and credit of one span."""
    column = "month_first_day" if span.table == "month_balance" else "day"
    where = [f"company_id = %s AND {column} <= %s"]
    values: list[int | str] = [company_id, span.last.isoformat()]
    if span.first is not None:
        where.append(f"{column} >= %s")
        values.append(span.first.isoformat())
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
