"""Reports of the service: the cut that it does not announce, and its rows as plain records.

Source: QuickBooks Online Accounting API, reports: at most 400,000 cells; what is more is left out and one
row says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from closebook.connectors.quickbooks.faults import TruncatedError
from closebook.connectors.quickbooks.wire import entry, objects

_CUT_TEXT = "unable to display more data"
_FIRST = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text as delivered, and the id of the object that it names or ""."""

    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row. ``path`` holds the first cells of the sections around it, outermost first.

    ``kind`` is ``data``, ``header`` or ``summary``; ``group`` the service's word for the nearest section
    that has one or "".
    """

    path: tuple[Cell, ...]
    kind: str
    group: str
    cells: tuple[Cell, ...]


def column_keys(report: dict[str, Any]) -> list[str]:
    """Return the key of each leaf column: its ColKey, else its type in lower case."""
    return [_key(column) for column in _leaves(entry(report, "Columns"))]


def report_rows(report: dict[str, Any]) -> Iterator[ReportRow]:
    """Yield all rows in the order of the page."""
    yield from _rows(entry(report, "Rows"), (), "")


def is_cut(report: dict[str, Any]) -> bool:
    """Tell whether the service left rows out because the report has too many cells."""
    return any(
        cell.text.lower().startswith(_CUT_TEXT) for row in report_rows(report) for cell in row.cells[:1]
    )


def checked(report: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a report that is whole. Raises TruncatedError when it was cut."""
    if is_cut(report):
        raise TruncatedError(
            "report-cut", f"The report {name} is too large and was cut.", remedy="Ask for a shorter period."
        )
    return report


def in_parts(
    fetch: Callable[[dt.date, dt.date], dict[str, Any]], start: dt.date, end: dt.date
) -> Iterator[dict[str, Any]]:
    """Yield whole reports that cover the days from ``start`` to ``end``, halving a period as long as it is
    cut.

    Raises TruncatedError when a single day is too large.
    """
    try:
        yield fetch(start, end)
    except TruncatedError:
        if start >= end:
            raise
        middle = start + (end - start) // 2
        yield from in_parts(fetch, start, middle)
        yield from in_parts(fetch, middle + dt.timedelta(days=1), end)


def _rows(rows: dict[str, Any], path: tuple[Cell, ...], group: str) -> Iterator[ReportRow]:
    for row in objects(rows.get("Row")):
        own = str(row.get("group") or group)
        if "ColData" in row:
            yield ReportRow(path, "data", own, _cells(row))
        header = _cells(entry(row, "Header"))
        if header:
            yield ReportRow(path, "header", own, header)
        inner = (*path, header[_FIRST]) if header else path
        yield from _rows(entry(row, "Rows"), inner, own)
        summary = _cells(entry(row, "Summary"))
        if summary:
            yield ReportRow(path, "summary", own, summary)


def _cells(holder: dict[str, Any]) -> tuple[Cell, ...]:
    found = objects(holder.get("ColData"))
    return tuple(Cell(str(cell.get("value") or ""), str(cell.get("id") or "")) for cell in found)


def _leaves(columns: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for column in objects(columns.get("Column")):
        if "Columns" in column:
            yield from _leaves(entry(column, "Columns"))
        else:
            yield column


def _key(column: dict[str, Any]) -> str:
    for pair in objects(column.get("MetaData")):
        if pair.get("Name") == "ColKey":
            return str(pair.get("Value", ""))
    return str(column.get("ColType", "")).lower()
