"""Answers a request for a report."""

from __future__ import annotations

from collections.abc import Mapping

from closebook.apps.books.selectors.directory import wire_ids
from closebook.apps.qbo import faults
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.reports import aged_reports, ledger_reports, list_reports, name_reports
from closebook.apps.qbo.reports.family import Report
from closebook.apps.qbo.reports.parameters import Parameters, read_parameters
from closebook.apps.qbo.reports.render import Rows, columns, header, keys_in
from closebook.apps.qbo.wire import Body
from closebook.core.errors import InputError
from closebook.core.reports.table import Table

REPORTS: dict[str, Report] = {
    one.shape.name.lower(): one
    for family in (ledger_reports.REPORTS, list_reports.REPORTS, aged_reports.REPORTS, name_reports.REPORTS)
    for one in family
}


def report(context: Context, name: str, params: Mapping[str, str]) -> Body:
    """Return the JSON object of a report, without envelope; the name is taken in any letter case.

    Raises 5020 for a name that does not exist, and the faults of parameters that cannot be understood.
    """
    found = REPORTS.get(name.lower())
    if found is None:
        raise faults.permission_denied()
    parameters = found.suited(read_parameters(context, params, default_macro=found.default_macro))
    try:
        table = found.table(context, parameters)
    except InputError as error:
        raise faults.conflicting(error.message) from error
    return _answer(context, found, parameters, table)


def _answer(context: Context, found: Report, parameters: Parameters, table: Table) -> Body:
    ids = wire_ids(context.company.pk, keys_in(table))
    return {
        "Header": header(context, found.shape, parameters, table),
        "Columns": columns(found.shape, table, ids),
        "Rows": Rows(found.shape, table, ids).body(),
    }
