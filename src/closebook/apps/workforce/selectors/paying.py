"""What is owed and may be paid: of each bill what is accepted, and what is paid or on its way already."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from closebook.apps.companies.models import Company
from closebook.apps.workforce.models import Bill, BillLine, PaymentLine, PaymentRun
from closebook.core.money import Money
from closebook.core.workforce.pay_lines import LineState, PayLine, unpaid_minor

OWED = ("ready", "posted", "scheduled", "partly_paid")
"""States of bills of which something may be paid."""
_DONE = frozenset({"accepted", "closed", "cancelled"})
"""States of tasks whose approved time is paid: what was worked before a task was taken back is owed."""
_RELEASED = frozenset({"partly_released", "released"})


@dataclass(frozen=True, slots=True)
class Due:
    """A bill: its total, what is accepted of it, what may be paid now, and the work that is waited for."""

    bill: Bill
    total_minor: int
    accepted_minor: int
    payable_minor: int
    waits: tuple[str, ...]


def bills_due(company: Company, currency: str = "") -> list[Due]:
    """Return the company's bills of which something is owed, in four queries, the oldest first."""
    rows = Bill.objects.filter(company=company, state__in=OWED)
    rows = rows.filter(currency=currency) if currency else rows
    return dues(rows.order_by("due_on", "pk"))


def dues(bills: QuerySet[Bill]) -> list[Due]:
    """Return what is owed of bills."""
    found = list(
        bills.select_related("payee", "timesheet").prefetch_related(
            "lines__source__task", "lines__milestone", "payments"
        )
    )
    return [_due(bill) for bill in found]


def due_of(bill: Bill) -> Due:
    """Return what is owed of one bill, read anew."""
    return dues(Bill.objects.filter(pk=bill.pk))[0]


def _due(bill: Bill) -> Due:
    lines = list(bill.lines.all())
    total = sum(line.amount_minor for line in lines)
    signed = bill.timesheet is None or bill.timesheet.state == "approved"
    accepted = sum(_accepted(line, signed=signed) for line in lines)
    payments = core_lines(bill.payments.all(), bill.currency)
    left = unpaid_minor(str(bill.pk), total, payments)
    waits = dict.fromkeys(text for line in lines if (text := _waits(line, signed=signed)))
    return Due(bill, total, accepted, max(0, min(left, left - (total - accepted))), tuple(waits))


def _accepted(line: BillLine, *, signed: bool) -> int:
    """Return what of a line may be paid: what takes off always counts, work once it is accepted."""
    if line.amount_minor <= 0:
        return line.amount_minor
    if line.milestone is not None:
        released = line.milestone.released_minor if line.milestone.state in _RELEASED else 0
        return min(line.amount_minor, released)
    done = signed and (line.source is None or line.source.task.state in _DONE)
    return line.amount_minor if done else 0


def _waits(line: BillLine, *, signed: bool) -> str:
    if _accepted(line, signed=signed) == line.amount_minor:
        return ""
    if line.milestone is not None:
        return line.milestone.title
    return line.source.task.title if line.source is not None else line.text


def core_line(row: PaymentLine, currency: str) -> PayLine:
    """Return a payment as the core knows it."""
    return PayLine(
        ref=row.reference,
        bill=str(row.bill_id),
        payee=str(row.bill.payee_id),
        account=row.account,
        amount=Money(row.amount_minor, currency),
        state=LineState(row.state),
        intended_at=row.intended_ms,
        provider_ref=row.provider_reference,
        code=row.code,
        replaced_by=str(row.again_id or ""),
    )


def core_lines(rows: Iterable[PaymentLine], currency: str) -> list[PayLine]:
    """Return payments as the core knows them."""
    return [core_line(row, currency) for row in rows]


def runs_of(company: Company) -> QuerySet[PaymentRun]:
    """Return a company's payment runs."""
    return PaymentRun.objects.filter(company=company)


def lines_of(run: PaymentRun) -> Sequence[PaymentLine]:
    """Return the payments of a run with their bills and payees."""
    rows = PaymentLine.objects.filter(run=run).select_related("bill__payee", "run", "again")
    return list(rows.order_by("pk"))
