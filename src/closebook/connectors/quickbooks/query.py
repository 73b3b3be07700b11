"""Statements of the query language and the pages of their answers.

Source: QuickBooks Online Accounting API, query operations: 1000 rows a page at most, positions count from
1, inactive list objects only when ``Active`` is asked for, no promise of order without ORDERBY.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from closebook.connectors.quickbooks.wire import entry, objects, time_of, time_text

PAGE_ROWS = 1000
LONGEST_ADDRESS = 1500
UPDATED = "MetaData.LastUpdatedTime"
LISTS = frozenset(
    {
        "Account",
        "Class",
        "Customer",
        "Department",
        "Employee",
        "Item",
        "PaymentMethod",
        "TaxCode",
        "Term",
        "Vendor",
    }
)
Ask = Callable[[str], dict[str, Any]]


def quoted(text: str) -> str:
    r"""Return a text as a literal of the query language.

    >>> print(quoted("Ada's"))
    'Ada\'s'
    """
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def any_of(field: str, values: list[str]) -> str:
    """Return the condition that a field has one of some values."""
    return f"{field} IN ({', '.join(quoted(value) for value in values)})"


def with_inactive(entity: str, where: str) -> str:
    """Return the condition widened to inactive list objects; unchanged for transactions."""
    if entity not in LISTS:
        return where
    active = "Active IN (true, false)"
    return f"{where} AND {active}" if where else active


def statement(entity: str, where: str = "", *, order: str = "", start: int = 1, rows: int = PAGE_ROWS) -> str:
    """Return the statement for one page, which begins at row ``start`` (from 1)."""
    parts = [f"SELECT * FROM {entity}"]
    if where:
        parts.append(f"WHERE {where}")
    if order:
        parts.append(f"ORDERBY {order}")
    return " ".join([*parts, f"STARTPOSITION {start} MAXRESULTS {rows}"])


def rows_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a query's answer, whatever name they come under; an empty answer has none."""
    response = entry(answer, "QueryResponse")
    found = [objects(value) for value in response.values() if isinstance(value, list)]
    return found[0] if found else []


def all_rows(ask: Ask, entity: str, where: str = "", *, order: str = "Id") -> Iterator[dict[str, Any]]:
    """Yield each row once, page by page in an order.

    A row that moves between pages because others are written meanwhile is not repeated; it can be missed
    when rows are deleted meanwhile, which ``rows_since`` avoids.
    """
    seen: set[str] = set()
    start = 1
    while True:
        page = rows_of(ask(statement(entity, where, order=order, start=start)))
        yield from _unseen(page, seen)
        if len(page) < PAGE_ROWS:
            return
        start += PAGE_ROWS


def rows_since(ask: Ask, entity: str, since: dt.datetime, where: str = "") -> Iterator[dict[str, Any]]:
    """Yield each row changed at or after a moment once, oldest change first.

    Each page starts anew at the last time seen, so that writes and deletions between pages lose nothing;
    within one second that fills a page, it goes on by position.
    """
    seen: set[str] = set()
    moment, start = since, 1
    while True:
        condition = f"{UPDATED} >= {quoted(time_text(moment))}"
        both = f"{where} AND {condition}" if where else condition
        page = rows_of(ask(statement(entity, both, order=UPDATED, start=start)))
        yield from _unseen(page, seen)
        if len(page) < PAGE_ROWS:
            return
        last = time_of(str(entry(page[-1], "MetaData").get("LastUpdatedTime", "")))
        if last is None or last <= moment:
            start += PAGE_ROWS
        else:
            moment, start = last, 1


def _unseen(page: list[dict[str, Any]], seen: set[str]) -> Iterator[dict[str, Any]]:
    for row in page:
        remote_id = str(row.get("Id", ""))
        if not remote_id or remote_id not in seen:
            seen.add(remote_id)
            yield row
