"""``closebook statement``: any statement of a company's books, as a table, CSV or JSON."""

from __future__ import annotations

import csv as csv_module
import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from closebook.cli.output import money, print_json, print_line
from closebook.cli.setup import load
from closebook.transport import clock

if TYPE_CHECKING:
    from closebook.core.reports.table import Cell, Column, Table

Flag = Annotated[bool, Parameter(negative="")]


def statement(
    name: str,
    *,
    company: str = "",
    from_: Annotated[dt.date | None, Parameter(name="--from")] = None,
    to: dt.date | None = None,
    basis: Literal["accrual", "cash"] = "accrual",
    by: str = "total",
    compare: Literal["", "previous-period", "previous-year"] = "",
    csv: Flag = False,
    json: Flag = False,
) -> None:
    """Print a statement: profit-and-loss, balance-sheet, trial-balance, general-ledger, cash-flow, …

    Parameters
    ----------
    name: Which statement; a wrong name lists them all.
    company: Name or realm of the company; not needed when there is only one.
    from_: First day, such as 2026-01-01; the first of January of the last day's year when left out.
    to: Last day; today when left out.
    basis: accrual counts a sale when it is made, cash when it is paid.
    by: Columns: total, month, quarter, year, class, location, customer.
    compare: Add an earlier period and the change.
    csv: Print comma-separated values.
    json: Print one JSON object, with the key that opens each figure.
    """
    load()
    from closebook.apps.books.models import BooksCompany
    from closebook.apps.books.selectors.statements import statement as build
    from closebook.apps.companies.selectors.companies import company_named
    from closebook.core.reports.output import csv_rows, to_plain

    chosen = company_named(company)
    day_to = to or clock.today()
    day_from = from_ or day_to.replace(month=1, day=1)
    books = BooksCompany.objects.get(realm_id=chosen.realm_id)
    table = build(
        books.pk, name, day_from=day_from, day_to=day_to, basis=basis, by=by, compare=compare or None
    )
    if json:
        print_json({"company": chosen.name, **to_plain(table)})
    elif csv:
        csv_module.writer(sys.stdout, lineterminator="\n").writerows(csv_rows(table))
    else:
        _show(table, chosen.name)


def _show(table: Table, company: str) -> None:
    from closebook.core.reports.output import reading_lines

    print_line(
        f"{company}: {table.title}, {table.day_from} to {table.day_to}, {table.basis.value}, {table.currency}"
    )
    lines = [["", *(column.title for column in table.columns[1:])]]
    for depth, cells in reading_lines(table):
        texts = [
            _text(column, cell, table.currency) for column, cell in zip(table.columns, cells, strict=True)
        ]
        lines.append(["  " * depth + texts[0], *texts[1:]])
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    for line in lines:
        cells_text = [text.rjust(width) for text, width in zip(line[1:], widths[1:], strict=True)]
        print_line("  ".join([line[0].ljust(widths[0]), *cells_text]).rstrip())


def _text(column: Column, cell: Cell, currency: str) -> str:
    from closebook.core.reports.output import cell_text
    from closebook.core.reports.table import ColumnKind

    if column.kind is ColumnKind.MONEY and isinstance(cell.value, int):
        return money(cell.value, currency)
    return cell_text(column.kind, cell.value, currency)
