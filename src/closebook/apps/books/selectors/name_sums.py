"""Amounts by customer, vendor or item over any range of days: whole months are kept, days added up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from closebook.apps.books.database import books_connection, day_of
from closebook.apps.books.selectors.directory import in_keys
from closebook.core.periods import Month
from closebook.core.reports.fiscal import DAY
from closebook.core.reports.opens import Dimension

KEPT = frozenset({Dimension.COUNTERPARTY, Dimension.ITEM})
"""The dimensions whose sums are kept."""

_MONTHS = (
    "SELECT ledger_account, object_key, month_first_day, amount_minor FROM name_balance"
    " WHERE company_id = %s AND dimension = %s AND month_first_day >= %s AND month_first_day <= %s{more}"
)
_DAYS = (
    "SELECT ledger_account, {column} AS object_key, min(day), CAST(sum(amount_minor) AS bigint) FROM posting"
    " WHERE company_id = %s AND day >= %s AND day <= %s AND {column} <> 0{more}"
    " GROUP BY ledger_account, object_key"
)
# The names go by their index; those without a sum in these months are passed over.
_FIRST = """
    SELECT r.id, r.name_key FROM books_record r
    WHERE r.company_id = %s AND r.entity || '' = %s AND NOT (r.name_key = '') AND EXISTS (
        SELECT 1 FROM name_balance b
        WHERE b.company_id = r.company_id AND b.dimension = %s AND b.object_key = r.id
            AND b.month_first_day >= %s AND b.month_first_day <= %s AND b.amount_minor <> 0 AND {accounts}
    ) {more}
    ORDER BY r.name_key{order}, r.id LIMIT %s
"""


def name_sums(
    company_id: int,
    dimension: Dimension,
    day_from: dt.date,
    day_to: dt.date,
    *,
    ledger_accounts: Collection[int] = (),
    keys: Collection[int] | None = None,
) -> list[tuple[int, int, dt.date, int]]:
    """Return ledger account, key, a day of the month and amount of what is posted with a key in a range.

    ``ledger_accounts`` and ``keys`` keep only those (no ledger account: all).
    """
    first, last = whole_months(day_from, day_to)
    if first > last:
        return _days(company_id, dimension, (day_from, day_to), ledger_accounts, keys)
    more, values = _more("ledger_account", "object_key", ledger_accounts, keys)
    days = (first.isoformat(), last.isoformat())
    rows = _rows(_MONTHS.format(more=more), [company_id, dimension.value, *days, *values])
    after = Month.of(last).next().first_day
    for part in ((day_from, first - DAY), (after, day_to)):
        if part[0] <= part[1]:
            rows += _days(company_id, dimension, part, ledger_accounts, keys)
    return rows


def whole_months(day_from: dt.date, day_to: dt.date) -> tuple[dt.date, dt.date]:
    """Return the first days of the first and of the last whole month of a range; none when they cross."""
    first = day_from if day_from.day == 1 else Month.of(day_from).next().first_day
    return first, (Month.of(day_to + DAY).first_day - DAY).replace(day=1)


def first_names(
    company_id: int,
    dimension: Dimension,
    entity: str,
    days: tuple[dt.date, dt.date],
    ledger_accounts: Collection[int],
    most: int,
) -> list[int] | None:
    """Return the objects of a list that come first by name among those with postings in the months of a
    range, with all that hang under them; None when there are no more than ``most``.
    """
    found = _first(company_id, dimension, entity, days, ledger_accounts, "", [], most + 1)
    if len(found) <= most:
        return None
    last = found[-1][1]
    above = [name for _key, name in found if last != name and last.startswith(name)]
    for name in dict.fromkeys(above):
        more, values = (
            " AND r.name_key > %s AND r.name_key >= %s AND r.name_key < %s",
            [last, f"{name}:", f"{name};"],
        )
        found += _first(company_id, dimension, entity, days, ledger_accounts, more, values, None)
    return [key for key, _name in found]


def _first(
    company_id: int,
    dimension: Dimension,
    entity: str,
    days: tuple[dt.date, dt.date],
    ledger_accounts: Collection[int],
    more: str,
    more_values: list[Any],
    limit: int | None,
) -> list[tuple[int, str]]:
    accounts, values = in_keys("b.ledger_account", ledger_accounts)
    is_postgresql = books_connection().vendor == "postgresql"
    order = ' COLLATE "C"' if is_postgresql else ""
    if is_postgresql:
        more = more.replace("r.name_key ", 'r.name_key COLLATE "C" ')
    months = [day.replace(day=1).isoformat() for day in days]
    sql = _FIRST.format(accounts=accounts, more=more, order=order)
    most = 1_000_000_000 if limit is None else limit
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id, entity, dimension.value, *months, *values, *more_values, most])
        return list(cursor.fetchall())


def _days(
    company_id: int,
    dimension: Dimension,
    days: tuple[dt.date, dt.date],
    ledger_accounts: Collection[int],
    keys: Collection[int] | None,
) -> list[tuple[int, int, dt.date, int]]:
    more, values = _more("ledger_account", dimension.value, ledger_accounts, keys)
    sql = _DAYS.format(column=dimension.value, more=more)
    return _rows(sql, [company_id, days[0].isoformat(), days[1].isoformat(), *values])


def _more(
    account: str, column: str, ledger_accounts: Collection[int], keys: Collection[int] | None
) -> tuple[str, list[Any]]:
    """Return further conditions, which begin with AND, with their values."""
    sql, values = "", []
    for name, wanted in ((account, ledger_accounts or None), (column, keys)):
        if wanted is not None:
            condition, found = in_keys(name, wanted)
            sql += f" AND {condition}"
            values += found
    return sql, values


def _rows(sql: str, values: list[Any]) -> list[tuple[int, int, dt.date, int]]:
    with books_connection().cursor() as cursor:
        cursor.execute(sql, values)
        return [(account, key, day_of(day), amount) for account, key, day, amount in cursor.fetchall()]
