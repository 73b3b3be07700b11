"""The parameters of a report request: their words, defaults and refusals.

Names and words are taken in any letter case. Source: QuickBooks Online Accounting API, reports, query
parameters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from closebook.apps.books.models import Record
from closebook.apps.books.selectors.span import first_day
from closebook.apps.qbo import faults
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.reports.macros import ALL, DEFAULT, macro_range
from closebook.apps.qbo.values import digits_of
from closebook.core.periods import DateRange
from closebook.core.reports.fiscal import fiscal_year
from closebook.core.reports.opens import Basis, Dimension, Filters

COLUMNS_BY = {
    "total": ("Total", "total"),
    "month": ("Month", "month"),
    "week": ("Week", "week"),
    "days": ("Days", "day"),
    "quarter": ("Quarter", "quarter"),
    "year": ("Year", "year"),
    "fiscalquarter": ("FiscalQuarter", "fiscal-quarter"),
    "fiscalyear": ("FiscalYear", "fiscal-year"),
    "customers": ("Customers", "customer"),
    "vendors": ("Vendors", "vendor"),
    "employees": ("Employees", "employee"),
    "classes": ("Classes", "class"),
    "departments": ("Departments", "location"),
    "productsandservices": ("ProductsAndServices", "item"),
}
FILTERED_BY = {  # parameter: what the header calls it, the list's entity, the dimension of postings
    "customer": ("Customer", "Customer", Dimension.COUNTERPARTY),
    "vendor": ("Vendor", "Vendor", Dimension.COUNTERPARTY),
    "employee": ("Employee", "Employee", Dimension.COUNTERPARTY),
    "item": ("Item", "Item", Dimension.ITEM),
    "class": ("Class", "Class", Dimension.KLASS),
    "department": ("Department", "Department", Dimension.LOCATION),
}
_NAMES = ("Customer", "Vendor", "Employee")
_NOBODY = -1  # passes no posting: a filter by an id that does not exist


@dataclass(frozen=True, slots=True)
class Parameters:
    """A request's parameters, understood. ``given`` holds all of them as sent, by lower-case name."""

    day_from: dt.date
    day_to: dt.date
    macro: str
    basis: Basis
    columns_by: str
    by: str
    filters: Filters
    given: Mapping[str, str] = field(default_factory=dict)

    def word(self, name: str, default: str = "") -> str:
        """Return a parameter as sent."""
        return self.given.get(name, default)

    def words(self, name: str) -> list[str]:
        """Return the parts of a comma separated parameter, without blanks around them."""
        return [part for text in self.word(name).split(",") if (part := text.strip())]

    def number(self, name: str, default: int) -> int:
        """Return a parameter that is a positive whole number; 2090 for any other text."""
        text = self.word(name)
        if not text:
            return default
        number = digits_of(text)
        if not number:
            raise faults.invalid_number(text, name)
        return number


def _day(given: Mapping[str, str], name: str) -> dt.date | None:
    text = given.get(name, "")
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise faults.invalid_date(text, name) from error


def _macro_days(context: Context, macro: str) -> DateRange:
    start_month = context.company.fiscal_year_start_month
    if macro in {ALL, "all dates"}:
        return DateRange(first_day(context.company.pk) or context.today, context.today)
    found = macro_range(macro, context.today, start_month)
    if found is None:
        raise faults.invalid_enumeration(macro, "date_macro")
    return found


def _days(context: Context, given: Mapping[str, str], default_macro: str) -> tuple[DateRange, str]:
    """Return the days and, where they come from one, the macro in lower case."""
    report_day = _day(given, "report_date")
    start, end = _day(given, "start_date"), _day(given, "end_date") or report_day
    if start or end:
        last = end or max(context.today, start or context.today)
        first = start or min(fiscal_year(last, context.company.fiscal_year_start_month).start, last)
        if first > last:
            raise faults.invalid_date(first, "start_date")
        return DateRange(first, last), ""
    macro = given.get("date_macro", "").strip().lower() or default_macro
    return _macro_days(context, macro), macro


def _basis(context: Context, given: Mapping[str, str]) -> Basis:
    preferred = context.preferences.get("ReportPrefs", {}).get("ReportBasis", "Accrual")
    word = given.get("accounting_method", "") or preferred
    if word.lower() not in {basis.value for basis in Basis}:
        raise faults.invalid_enumeration(word, "accounting_method")
    return Basis(word.lower())


def record_keys(context: Context, entity: str | tuple[str, ...], wire_ids: list[str]) -> tuple[int, ...]:
    """Return the keys of some objects of one list, or of several; ids that do not exist become a key that
    matches nothing.
    """
    if not wire_ids:
        return ()
    entities = (entity,) if isinstance(entity, str) else entity
    found = Record.objects.filter(company_id=context.company.pk, entity__in=entities, wire_id__in=wire_ids)
    return tuple(found.values_list("pk", flat=True)) or (_NOBODY,)


def _filters(context: Context, given: Mapping[str, str]) -> Filters:
    keys: dict[Dimension, tuple[int, ...]] = {}
    for name, (_, entity, dimension) in FILTERED_BY.items():
        wire_ids = [part for text in given.get(name, "").split(",") if (part := text.strip())]
        if found := record_keys(context, entity, wire_ids):
            keys[dimension] = keys.get(dimension, ()) + found
    if names := [part for text in given.get("name", "").split(",") if (part := text.strip())]:
        keys[Dimension.COUNTERPARTY] = keys.get(Dimension.COUNTERPARTY, ()) + record_keys(
            context, _NAMES, names
        )
    return Filters(**{dimension.value: wanted for dimension, wanted in keys.items()})


def read_parameters(
    context: Context, params: Mapping[str, str], *, default_macro: str = DEFAULT
) -> Parameters:
    """Return the parameters of a request, with the company's defaults.

    Raises the faults of the protocol for dates, numbers and words that cannot be understood.
    """
    given = {name.lower(): value for name, value in params.items()}
    days, macro = _days(context, given, default_macro)
    word = given.get("summarize_column_by", "") or "Total"
    if word.lower() not in COLUMNS_BY:
        raise faults.invalid_enumeration(word, "summarize_column_by")
    columns_by, by = COLUMNS_BY[word.lower()]
    return Parameters(
        days.start, days.end, macro, _basis(context, given), columns_by, by, _filters(context, given), given
    )
