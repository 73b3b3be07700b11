"""Which hours a customer pays for, and what of an invoice they come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from closebook.apps.companies.models import Company
from closebook.apps.workforce.models import CustomerRate, TimesheetLine
from closebook.connectors.quickbooks.wire import reference
from closebook.core.money import Money, decimal_from_minor
from closebook.core.workforce.minutes import shown_hours
from closebook.core.workforce.rates import amount_of


def rates_of(company: Company) -> dict[int, list[CustomerRate]]:
    """Return by contract what customers pay."""
    found: dict[int, list[CustomerRate]] = defaultdict(list)
    for row in CustomerRate.objects.filter(company=company).order_by("pk"):
        found[row.contract_id].append(row)
    return found


def rate_for(rates: Iterable[CustomerRate], line: TimesheetLine) -> CustomerRate | None:
    """Return which of the rates of its contract a customer pays for a line; None where nobody pays."""
    fitting = [row for row in rates if row.task_id in {None, line.task_id} and row.starts_on <= line.day]
    best = max(fitting, key=lambda row: (row.task_id is not None, row.starts_on, row.pk), default=None)
    return best if best is not None and best.hourly_minor else None


def time_billed(rate: CustomerRate | None, currency: str, item: str) -> dict[str, Any]:
    """Return what a time activity says of who pays for it; ``currency`` is the company's.

    Source: QuickBooks Online Accounting API, TimeActivity (Billable needs CustomerRef and HourlyRate).
    """
    if rate is None:
        return {"BillableStatus": "NotBillable"}
    return {
        "BillableStatus": "Billable",
        "CustomerRef": reference(rate.customer),
        "ItemRef": reference(item),
        "HourlyRate": decimal_from_minor(rate.hourly_minor, currency),
    }


def invoice_line(
    rate: CustomerRate, lines: Sequence[TimesheetLine], minutes: int, currency: str, item: str
) -> tuple[int, dict[str, Any]]:
    """Return what minutes of a day and task come to (minor units), and the invoice's line that bills them.

    Source: QuickBooks Online Accounting API, Invoice: a line's LinkedTxn of type TimeActivity bills that time
    once.
    """
    first = lines[0]
    worth = amount_of(minutes, Money(rate.hourly_minor, currency)).amount_minor
    hourly = decimal_from_minor(rate.hourly_minor, currency)
    return worth, {
        "Amount": decimal_from_minor(worth, currency),
        "Description": f"{first.day} · {first.task.title} · {shown_hours(minutes)} × {hourly} {currency}",
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": reference(item)},
        "LinkedTxn": [{"TxnId": f"@time:{first.pk}", "TxnType": "TimeActivity"}],
    }
