"""From a table to the JSON of a report: header, columns and rows.

Source: QuickBooks Online Accounting API, reports, common shape: all values are texts, an empty cell is "",
rows are data or sections, a report has no envelope. The cell limit is the service's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from closebook.apps.qbo.context import Context
from closebook.apps.qbo.reports.parameters import FILTERED_BY, Parameters
from closebook.apps.qbo.wire import Body, stamp
from closebook.core.reports.output import cell_text
from closebook.core.reports.table import Cell, Column, ColumnKind, Row, RowKind, Table

MAX_CELLS = 400_000
TOO_MUCH = "Unable to display more data. Please reduce the date range."
NO_ID = 0  # a cell's key that shows as an empty id
_TYPES = {
    ColumnKind.TEXT: "String",
    ColumnKind.DAY: "Date",
    ColumnKind.MONEY: "Money",
    ColumnKind.QUANTITY: "Quantity",
    ColumnKind.PERCENT: "Rate",
}
_FLAGS = frozenset({"is_adj", "is_no_post"})


@dataclass(frozen=True, slots=True)
class Shape:
    """How one report differs from the others at the wire.

    ``groups`` gives the wire's word for a row's group, ``keys`` for a column's key; ``first`` is title,
    type and key of the first column. ``typed`` tells whether data rows carry their type. ``columns_by`` is
    which columns it can have: ``any``, by ``time`` only, ``total`` only, or "" for a report that is no
    summary.
    """

    name: str
    groups: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    first: tuple[str, str, str] | None = None
    typed: bool = True
    standard: bool = False
    basis: bool = True
    period: bool = True
    report_date: bool = False
    columns_by: str = "any"


def header(context: Context, shape: Shape, parameters: Parameters, table: Table) -> Body:
    """Return the report's header."""
    found: Body = {"Time": stamp(context.now), "ReportName": shape.name}
    if parameters.macro:
        found["DateMacro"] = parameters.macro
    if shape.basis:
        found["ReportBasis"] = parameters.basis.value.capitalize()
    if shape.period:
        found["StartPeriod"] = parameters.day_from.isoformat()
        found["EndPeriod"] = parameters.day_to.isoformat()
    if shape.columns_by:
        found["SummarizeColumnsBy"] = parameters.columns_by
    found["Currency"] = table.currency
    found |= {
        title: parameters.word(name) for name, (title, _, _) in FILTERED_BY.items() if parameters.word(name)
    }
    found["Option"] = _options(shape, parameters, table)
    return found


def _options(shape: Shape, parameters: Parameters, table: Table) -> list[Body]:
    options = []
    if shape.standard:
        options.append({"Name": "AccountingStandard", "Value": "GAAP"})
    if shape.report_date:
        options.append({"Name": "report_date", "Value": parameters.day_to.isoformat()})
    options.append({"Name": "NoReportData", "Value": "false" if table.has_data else "true"})
    return options


def _column(shape: Shape, column: Column, wire_ids: Mapping[int, str], *, first: bool) -> Body:
    if first and shape.first:
        title, kind, key = shape.first
        return {"ColTitle": title, "ColType": kind, "MetaData": [{"Name": "ColKey", "Value": key}]}
    meta = []
    if column.start and column.end and column.key != "total" and not column.object_key:
        meta = [{"Name": "StartDate", "Value": column.start.isoformat()}]
        meta.append({"Name": "EndDate", "Value": column.end.isoformat()})
    if column.object_key is not None and column.object_key in wire_ids:
        meta.append({"Name": "ID", "Value": wire_ids[column.object_key]})
    key = shape.keys.get(column.key, column.title if "-" in column.key else column.key)
    meta.append({"Name": "ColKey", "Value": key})
    kind = "Boolean" if key in _FLAGS else _TYPES[column.kind]
    return {"ColTitle": column.title, "ColType": kind, "MetaData": meta}


def columns(shape: Shape, table: Table, wire_ids: Mapping[int, str]) -> Body:
    """Return the columns; neighbours under one title are nested below it."""
    found: list[Body] = []
    above = ""
    for index, column in enumerate(table.columns):
        one = _column(shape, column, wire_ids, first=not index)
        if not column.over:
            found.append(one)
        elif column.over == above:
            found[-1]["Columns"]["Column"].append(one)
        else:
            found.append({"ColTitle": column.over, "ColType": "Money", "Columns": {"Column": [one]}})
        above = column.over
    return {"Column": found}


class Rows:
    """Writes rows until the cell limit is reached."""

    def __init__(self, shape: Shape, table: Table, wire_ids: Mapping[int, str]) -> None:
        """Start with all cells left."""
        self.shape, self.table, self.wire_ids = shape, table, wire_ids
        self.left = MAX_CELLS // max(1, len(table.columns))
        self.cut = table.cut

    def body(self) -> Body:
        """Return the member Rows; a row that says so ends a report that was cut."""
        found = self._rows(self.table.rows)
        if self.cut:
            found.append({"ColData": [{"value": TOO_MUCH}], "type": "Data"})
        return {"Row": found} if found else {}

    def _rows(self, rows: list[Row]) -> list[Body]:
        found = []
        for row in rows:
            if self.left <= 0:
                self.cut = True
                break
            found.append(self._row(row))
        return found

    def _row(self, row: Row) -> Body:
        if row.kind is RowKind.DATA:
            self.left -= 1
            one: Body = {"ColData": self._cells(row.cells)}
            if self.shape.typed or row.group in self.shape.groups:
                one["type"] = "Data"
        else:
            one = self._section(row)
        if group := self.shape.groups.get(row.group, ""):
            one["group"] = group
        return one

    def _section(self, row: Row) -> Body:
        one: Body = {}
        if row.cells:
            self.left -= 1
            one["Header"] = {"ColData": self._cells(row.cells)}
        if row.children:
            one["Rows"] = {"Row": self._rows(row.children)}
        if row.total:
            self.left -= 1
            one["Summary"] = {"ColData": self._cells(row.total)}
        one["type"] = "Section"
        return one

    def _cells(self, cells: tuple[Cell, ...]) -> list[Body]:
        currency = self.table.currency
        found = []
        for column, cell in zip(self.table.columns, cells, strict=True):
            one = {"value": cell_text(column.kind, cell.value, currency)}
            if cell.key is not None and (cell.key == NO_ID or cell.key in self.wire_ids):
                one["id"] = self.wire_ids.get(cell.key, "")
            found.append(one)
        return found


def keys_in(table: Table) -> set[int]:
    """Return the keys of all records that a table names."""
    keys = {column.object_key for column in table.columns}
    for _, row in table.walk():
        keys.update(cell.key for cell in row.cells)
    return {key for key in keys if key is not None and key > 0}
