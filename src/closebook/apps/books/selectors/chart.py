"""The chart of accounts of a company, as statements need it."""

from __future__ import annotations

from closebook.apps.books.models import LedgerAccount
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.reports.chart import Chart, ChartAccount


def chart_of(company_id: int) -> Chart:
    """Return all ledger accounts of a company, inactive ones too, completed with those that statements
    need.
    """
    rows = LedgerAccount.objects.filter(company_id=company_id).values_list(
        "record_id", "name", "type", "sub_type", "parent", "number", "full_name"
    )
    accounts = (
        ChartAccount(key, name, LedgerAccountType(kind), sub_type, parent, number, full_name)
        for key, name, kind, sub_type, parent, number, full_name in rows
    )
    return Chart(accounts).completed()
