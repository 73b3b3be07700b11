"""Statements: how one stands, and those that were closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from closebook.apps.bank.models import BankAccount, BankFile, BankLine, LineState, StatementClose
from closebook.apps.bank.selectors.bank_accounts import books_balance
from closebook.apps.bank.selectors.suggestions import InBooks, books_records
from closebook.core.reconcile.statements import Reconciliation, StatementLine, reconciliation


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement with its lines and what the books have in its days that the bank does not show."""

    first_day: dt.date
    last_day: dt.date
    standing: Reconciliation
    lines: list[BankLine]
    not_on_statement: list[InBooks]


def last_close(bank_account: BankAccount) -> StatementClose | None:
    """Return the newest closed statement, None without any."""
    return StatementClose.objects.filter(bank_account=bank_account).order_by("-last_day").first()


def closes_of(bank_account: BankAccount) -> list[StatementClose]:
    """Return the closed statements, newest first."""
    return list(StatementClose.objects.filter(bank_account=bank_account).order_by("-last_day"))


def proposal(bank_account: BankAccount) -> tuple[dt.date | None, int, int]:
    """Return the last day, opening and closing balance that the files say for the next statement."""
    before = last_close(bank_account)
    files = BankFile.objects.filter(bank_account=bank_account, closing_minor__isnull=False)
    if before:
        files = files.filter(last_day__gt=before.last_day)
    newest = files.order_by("-last_day", "-pk").first()
    lines = BankLine.objects.filter(bank_account=bank_account, statement=None)
    last = newest.last_day if newest else lines.order_by("-day").values_list("day", flat=True).first()
    closing = newest.closing_minor if newest and newest.closing_minor is not None else 0
    opening = before.closing_minor if before else _first_opening(bank_account, closing, last)
    return last, opening, closing


def _first_opening(bank_account: BankAccount, closing_minor: int, last: dt.date | None) -> int:
    """Return the opening balance of the first statement: that of its first file, else closing - lines."""
    first = BankFile.objects.filter(bank_account=bank_account, opening_minor__isnull=False)
    found = first.order_by("first_day", "pk").values_list("opening_minor", flat=True).first()
    if found is not None:
        return found
    lines = BankLine.objects.filter(bank_account=bank_account)
    amounts = (lines.filter(day__lte=last) if last else lines).exclude(look_alike=True)
    return closing_minor - sum(amounts.values_list("amount_minor", flat=True)) if closing_minor else 0


def statement_view(
    bank_account: BankAccount, last_day: dt.date, opening_minor: int, closing_minor: int
) -> StatementView:
    """Return how a statement stands that ends on a day and begins behind the one closed before."""
    rows = BankLine.objects.filter(bank_account=bank_account, statement=None, day__lte=last_day)
    lines = list(rows.select_related("bank_account").order_by("day", "pk"))
    counted = [line for line in lines if not _is_copy(line)]
    first = min((line.day for line in lines), default=last_day)
    standing = reconciliation(
        [StatementLine(line.day, line.amount_minor, line.state != LineState.OPEN) for line in counted],
        opening_minor, closing_minor, books_balance(bank_account, last_day),
    )  # fmt: skip
    return StatementView(first, last_day, standing, counted, books_records(bank_account, first, last_day))


def closed_view(closed: StatementClose) -> StatementView:
    """Return a closed statement as it was closed."""
    rows = BankLine.objects.filter(statement=closed).select_related("bank_account").order_by("day", "pk")
    lines = list(rows)
    standing = reconciliation(
        [StatementLine(line.day, line.amount_minor, cleared=True) for line in lines],
        closed.opening_minor, closed.closing_minor, closed.books_minor,
    )  # fmt: skip
    return StatementView(closed.first_day, closed.last_day, standing, lines, [])


def _is_copy(line: BankLine) -> bool:
    """Tell whether a person said that a line is the copy of another."""
    return line.look_alike and line.state == LineState.EXCLUDED
