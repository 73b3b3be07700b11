"""Ageing and balances of customers and vendors: summaries, and details per age class or name."""

from __future__ import annotations

from closebook.apps.qbo.context import Context
from closebook.apps.qbo.reports.family import Options, Report
from closebook.apps.qbo.reports.line_keys import OPEN_KEYS, age_options, line_options
from closebook.apps.qbo.reports.macros import ALL
from closebook.apps.qbo.reports.parameters import Parameters
from closebook.apps.qbo.reports.render import Shape

_GRAND_TOTAL = {"grand-total": "GrandTotal"}
_KEYS = {"total": "total"}
_TODAY = "today"


def _ages(_context: Context, parameters: Parameters) -> dict[str, str]:
    return age_options(parameters)


def _age_lines(who: str) -> Options:
    default = ("day", "kind", "number", who, "due", "amount", "open")
    return lambda context, parameters: line_options(context, parameters, default) | age_options(parameters)


def _balance_lines(context: Context, parameters: Parameters) -> dict[str, str]:
    return line_options(context, parameters, ("day", "kind", "number", "due", "amount", "open", "balance"))


def _first(entity: str) -> tuple[str, str, str]:
    return ("", entity, entity.lower())


def _summary(name: str, entity: str, *, period: bool) -> Shape:
    return Shape(
        name,
        _GRAND_TOTAL,
        _KEYS,
        _first(entity),
        typed=False,
        basis=False,
        period=period,
        report_date=True,
        columns_by="total",
    )


def _detail(name: str) -> Shape:
    return Shape(name, keys=OPEN_KEYS, basis=False, period=False, report_date=True, columns_by="")


REPORTS = (
    Report(
        _summary("AgedReceivables", "Customer", period=True), "aged-receivables", _TODAY, _ages, as_of=True
    ),
    Report(_summary("AgedPayables", "Vendor", period=True), "aged-payables", _TODAY, _ages, as_of=True),
    Report(
        _detail("AgedReceivableDetail"), "aged-receivables-detail", _TODAY, _age_lines("customer"), as_of=True
    ),
    Report(_detail("AgedPayableDetail"), "aged-payables-detail", _TODAY, _age_lines("vendor"), as_of=True),
    Report(_summary("CustomerBalance", "Customer", period=False), "customer-balance", ALL, as_of=True),
    Report(_summary("VendorBalance", "Vendor", period=False), "vendor-balance", ALL, as_of=True),
    Report(_detail("CustomerBalanceDetail"), "customer-balance-detail", ALL, _balance_lines, as_of=True),
    Report(_detail("VendorBalanceDetail"), "vendor-balance-detail", ALL, _balance_lines, as_of=True),
)
