"""The tax check of a connection: what its till took against what the books would reckon."""

from __future__ import annotations

from dataclasses import dataclass

from closebook.apps.sync.models import Connection
from closebook.apps.sync.selectors.profiles import profile_of
from closebook.apps.sync.services.planning import source_records
from closebook.connectors.registry import connector
from closebook.core.commerce.sales import TillBusiness
from closebook.core.errors import InputError
from closebook.core.periods import Month
from closebook.core.planning.tax_check import TaxFinding, all_findings


@dataclass(frozen=True, slots=True)
class TaxChecked:
    """The findings of a check and how many sales were looked at."""

    findings: list[TaxFinding]
    sales: int


def connection_tax_check(connection: Connection, month: Month | None = None) -> TaxChecked:
    """Return what differs in a connection's sales of the profile's days, of one month or of all.

    Raises InputError for a connection that is no till: a marketplace's tax never comes into the books.
    """
    business = connector(connection.connector).normalise(source_records(connection))
    if not isinstance(business, TillBusiness):
        raise InputError(
            "no-till-tax",
            f"{connection.name!r} is no till.",
            remedy="Only a till's own sales tax is checked.",
        )
    profile = profile_of(connection)
    sales = [
        sale
        for sale in business.sales()
        if profile.covers(sale.day) and (month is None or Month.of(sale.day) == month)
    ]
    known = {sale.order_ref for sale in sales}
    backs = [back for back in business.returns if back.order_ref in known]
    return TaxChecked(list(all_findings(sales, backs)), len(sales))
