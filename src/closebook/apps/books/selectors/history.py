"""Reads the amounts that statements are made of.

On accrual basis, without dimension or by class or location, only the balances by month and day are read. By
counterparty or item the sums by month are read too, and postings only where filters go across them. On
cash basis the difference that re-dating makes is added, and only documents on receivable and payable accounts
are read for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from itertools import chain, pairwise
from typing import Any

from closebook.apps.books.database import books_connection, day_of
from closebook.apps.books.selectors.balances import balances, balances_by_month
from closebook.apps.books.selectors.name_sums import KEPT, name_sums
from closebook.apps.books.selectors.open_items import cash_documents
from closebook.core.ledger.entry import Posting
from closebook.core.periods import Month
from closebook.core.reports.chart import Chart
from closebook.core.reports.fiscal import DAY
from closebook.core.reports.history import NO_KEY, History
from closebook.core.reports.opens import Basis, Dimension, Filters

_FEW = 3  # stretches that are read one by one
_JOINED = "journal_entry e JOIN posting p ON p.entry_id = e.id"
_IN_BALANCES = frozenset({Dimension.KLASS, Dimension.LOCATION})


def read_history(
    company_id: int,
    edges: tuple[dt.date, ...],
    *,
    opened: bool,
    chart: Chart,
    basis: Basis = Basis.ACCRUAL,
    dimension: Dimension | None = None,
    filters: Filters | None = None,
    ledger_accounts: Collection[int] = (),
    keys: Collection[int] | None = None,
) -> History:
    """Return the movements between edges, per key of a dimension; ``opened`` adds all that was before the
    first edge.

    ``ledger_accounts`` says which are wanted (empty: all); others may be there too. With ``keys`` the amounts
    of other keys may stand under no key.
    """
    wanted = filters or Filters()
    history = History(edges, opened)
    if {*wanted.used(), *([dimension] if dimension else ())} <= _IN_BALANCES:
        _from_balances(company_id, history, dimension, wanted)
    elif dimension in KEPT and not wanted.used() and not opened and _kept_whole(history):
        _from_name_sums(company_id, history, dimension, ledger_accounts, keys)
    else:
        _from_postings(company_id, history, dimension, wanted, ledger_accounts)
    if basis is Basis.CASH:
        _re_date(company_id, history, chart, dimension, wanted)
    return history


def _stretches(history: History) -> Iterator[tuple[int, dt.date | None, dt.date]]:
    """Yield number, first and last day of each stretch between edges that counts."""
    if history.opened:
        yield 0, None, history.edges[0]
    for index in range(1, len(history.edges)):
        yield index, history.edges[index - 1] + DAY, history.edges[index]


def _month_ends(edges: tuple[dt.date, ...]) -> bool:
    return len(edges) > 2 and all((day + DAY).day == 1 for day in edges[1:-1])


def _from_balances(company_id: int, history: History, dimension: Dimension | None, filters: Filters) -> None:
    klass, location = filters.klass or None, filters.location or None
    stretches = list(_stretches(history))
    inner = [part for part in stretches if part[1] is not None]
    by_month = dimension is None and _month_ends(history.edges)
    by_day = not by_month and len(inner) > _FEW
    for index, day_from, day_to in stretches:
        if day_from is not None and (by_month or by_day):
            continue
        found = balances(
            company_id,
            day_from,
            day_to,
            by_class=dimension is Dimension.KLASS,
            by_location=dimension is Dimension.LOCATION,
            klass=klass,
            location=location,
        )
        for where, balance in found.items():
            ledger_account, key = where if dimension else (where, NO_KEY)
            history.add(key, ledger_account, index, balance.net_minor)
    if by_month:
        _by_month(company_id, history, klass, location)
    elif by_day:
        _by_day(company_id, history, dimension, filters)


def _by_day(company_id: int, history: History, dimension: Dimension | None, filters: Filters) -> None:
    """Read the balances of all days between the edges at once, for columns that are many."""
    key = f"p.{dimension.value}" if dimension else "0"
    conditions, values = filter_sql(filters)
    sql = (
        f"SELECT p.day, p.ledger_account, {key} AS dimension_key, "
        "CAST(sum(p.debit_minor - p.credit_minor) AS bigint) FROM day_balance p "
        f"WHERE p.company_id = %s AND p.day > %s AND p.day <= %s{conditions} "
        "GROUP BY p.day, p.ledger_account, dimension_key"
    )
    days = [history.edges[0].isoformat(), history.edges[-1].isoformat()]
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id, *days, *values])
        for day, ledger_account, found, amount in cursor.fetchall():
            history.add_on(found, ledger_account, day_of(day), amount)


def _by_month(
    company_id: int, history: History, klass: tuple[int, ...] | None, location: tuple[int, ...] | None
) -> None:
    first, last = history.edges[0] + DAY, history.edges[-1]
    months = balances_by_month(company_id, first, last, klass=klass, location=location)
    for ledger_account, found in months.items():
        for month, balance in found.items():
            history.add_on(NO_KEY, ledger_account, _in_range(month, first, last), balance.net_minor)


def _in_range(month: Month, first: dt.date, last: dt.date) -> dt.date:
    """Return a day of a month that lies in a range which touches the month."""
    return min(max(month.first_day, first), last)


def _kept_whole(history: History) -> bool:
    """Tell whether no month is divided by the stretches, or they are few enough to be read one by one."""
    return len(history.edges) <= _FEW + 1 or _month_ends(history.edges)


def _from_name_sums(
    company_id: int,
    history: History,
    dimension: Dimension,
    ledger_accounts: Collection[int],
    keys: Collection[int] | None,
) -> None:
    """Read what is kept by key; what the balances have beside it belongs to no key."""
    whole = History(history.edges, history.opened)
    _from_balances(company_id, whole, None, Filters())
    for (_key, account), amounts in whole.moves.items():
        if not ledger_accounts or account in ledger_accounts:
            history.moves[NO_KEY, account] = amounts
    edges = history.edges if len(history.edges) <= _FEW + 1 else (history.edges[0], history.edges[-1])
    for eve, last in pairwise(edges):
        start = eve + DAY
        rows = name_sums(company_id, dimension, start, last, ledger_accounts=ledger_accounts, keys=keys)
        for account, key, day, amount in rows:
            history.add_on(key, account, max(day, start), amount)
            history.add_on(NO_KEY, account, max(day, start), -amount)


def _from_postings(
    company_id: int,
    history: History,
    dimension: Dimension | None,
    filters: Filters,
    ledger_accounts: Collection[int],
) -> None:
    for index, day_from, day_to in _stretches(history):
        sums = posting_sums(company_id, day_from, day_to, dimension, filters, ledger_accounts=ledger_accounts)
        for ledger_account, key, amount, _ in sums:
            history.add(key, ledger_account, index, amount)


def filter_sql(filters: Filters) -> tuple[str, list[Any]]:
    """Return the conditions of filters on the table ``p`` with their values; they begin with AND."""
    conditions = ""
    values: list[Any] = []
    for dimension in filters.used():
        keys = filters.keys(dimension)
        conditions += f" AND p.{dimension.value} IN ({', '.join(['%s'] * len(keys))})"
        values += keys
    return conditions, values


def posting_sums(
    company_id: int,
    day_from: dt.date | None,
    day_to: dt.date,
    dimension: Dimension | None,
    filters: Filters,
    *,
    ledger_accounts: Collection[int] = (),
) -> list[tuple[int, int, int, int]]:
    """Return ledger account, dimension key (0 for none), amount and quantity of the postings in a range of
    days.

    ``ledger_accounts`` keeps only those; empty means all. Reversed postings cancel out.
    """
    key = f"p.{dimension.value}" if dimension else "0"
    conditions, values = filter_sql(filters)
    source, table = ("posting p", "p") if ledger_accounts else (_JOINED, "e")
    if ledger_accounts:
        conditions += f" AND p.ledger_account IN ({', '.join(['%s'] * len(ledger_accounts))})"
        values += ledger_accounts
    if day_from:
        conditions += f" AND {table}.day >= %s"
        values.append(day_from.isoformat())
    sql = (
        f"SELECT p.ledger_account, {key} AS dimension_key, CAST(sum(p.amount_minor) AS bigint), "
        f"CAST(sum(p.quantity_micro) AS bigint) FROM {source} "
        f"WHERE {table}.company_id = %s AND {table}.day <= %s{conditions} "
        "GROUP BY p.ledger_account, dimension_key"
    )
    with books_connection().cursor() as cursor:
        cursor.execute(sql, [company_id, day_to.isoformat(), *values])
        rows: list[tuple[int, int, int, int]] = cursor.fetchall()
    return rows


def keys_of(posting: Posting) -> dict[Dimension, int]:
    """Return the keys of a posting in each dimension, 0 for none."""
    return {dimension: getattr(posting, dimension.value) or NO_KEY for dimension in Dimension}


def _re_date(
    company_id: int, history: History, chart: Chart, dimension: Dimension | None, filters: Filters
) -> None:
    """Take away what documents post on accrual basis and add what they post on cash basis."""
    documents, moved = cash_documents(company_id, chart, history.edges[-1])
    filtered = bool(filters.used())
    name = dimension.value if dimension else ""
    accrual = ((one.day, posting, -posting.amount_minor) for one in documents for posting in one.postings)
    cash = ((one.day, one.posting, one.posting.amount_minor) for one in moved)
    for day, posting, amount in chain(accrual, cash):
        if filtered and not filters.match(keys_of(posting)):
            continue
        key = getattr(posting, name) or NO_KEY if name else NO_KEY
        history.add_on(key, posting.ledger_account, day, amount)
