"""What the families of reports have in common: a shape at the wire and the statement behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from closebook.apps.books.selectors.statement_request import Request
from closebook.apps.books.selectors.statements import statement_of
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.reports.macros import DEFAULT
from closebook.apps.qbo.reports.parameters import Parameters
from closebook.apps.qbo.reports.render import Shape
from closebook.core.reports.fiscal import PERIOD_WORDS
from closebook.core.reports.table import Table

ACCOUNT_FIRST = ("", "Account", "account")
Options = Callable[[Context, Parameters], dict[str, str]]


def _none(_context: Context, _parameters: Parameters) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Report:
    """One report: its shape, the statement's name, the macro of a request without days, and the statement's
    options.

    ``as_of`` tells that it shows one day, the last of the range.
    """

    shape: Shape
    statement: str
    default_macro: str = DEFAULT
    options: Options = _none
    as_of: bool = False

    def suited(self, parameters: Parameters) -> Parameters:
        """Return the parameters as far as the report knows them: its columns, one day for a report as of a
        day.
        """
        allowed = self.shape.columns_by
        if allowed != "any" and not (allowed == "time" and parameters.by in PERIOD_WORDS):
            parameters = replace(parameters, by="total", columns_by="Total")
        return replace(parameters, day_from=parameters.day_to) if self.as_of else parameters

    def table(self, context: Context, parameters: Parameters) -> Table:
        """Return the statement behind the report."""
        request = Request(
            company_id=context.company.pk,
            day_from=parameters.day_from,
            day_to=parameters.day_to,
            basis=parameters.basis,
            by=parameters.by,
            filters=parameters.filters,
            options=self.options(context, parameters),
        )
        return statement_of(self.statement, request)
