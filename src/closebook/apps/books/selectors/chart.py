"""The chart of accounts of a company, as statements need it."""

from __future__ import annotations

from closebook.apps.books.database import books_connection
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.reports.chart import Chart, ChartAccount

_TYPES = {kind.value: kind for kind in LedgerAccountType}
_CHART = (
    "SELECT record_id, name, type, sub_type, parent, number, full_name"
    " FROM books_ledgeraccount WHERE company_id = %s"
)


def chart_of(company_id: int) -> Chart:
    """Return all ledger accounts of a company, inactive ones too, completed with those that statements
    need.
    """
    with books_connection().cursor() as cursor:
        # Every statement reads the chart; composing the query by the mapper would cost more than the rest of
        # it.
        cursor.execute(_CHART, [company_id])
        rows = cursor.fetchall()
    accounts = (
        ChartAccount(key, name, _TYPES[kind], sub_type, parent, number, full_name)
        for key, name, kind, sub_type, parent, number, full_name in rows
    )
    return Chart(accounts).completed()
