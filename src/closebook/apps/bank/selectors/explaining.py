"""Deposits of a processor and the sales in them, for a period without a report of the processor."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from closebook.apps.bank.models import BankAccount, BankLine
from closebook.apps.bank.selectors.line_values import line_value
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.postings import PostingRow, postings
from closebook.apps.books.selectors.records import record_of
from closebook.core.reconcile.payouts import Deposit, PaidRow, PayoutRows, reconcile
from closebook.core.reconcile.rules import BankRule, takes

MOST_DAYS = 400
_WAIT = dt.timedelta(days=14)
_PAID_OUT = frozenset({"Transfer", "Deposit"})


@dataclass(frozen=True, slots=True)
class ExplainedPayout:
    """A deposit with its rows of the books and what is said of it."""

    line: BankLine
    found: PayoutRows
    rows: list[PostingRow]


@dataclass(frozen=True, slots=True)
class ExplainedPeriod:
    """All deposits of a period; ``unpaid`` counts the rows that no deposit took."""

    payouts: list[ExplainedPayout]
    unpaid: int
    rows: Mapping[str, PostingRow]


def payouts_explained(
    bank_account: BankAccount, words: str, clearing: str, first: dt.date, last: dt.date
) -> ExplainedPeriod:
    """Return the deposits whose text holds some words, with the rows on a clearing ledger account that each
    pays out. Days are at most 400 apart; a longer period is cut at its end.
    """
    last = min(last, first + dt.timedelta(days=MOST_DAYS))
    rule = BankRule(0, (words,))
    lines = BankLine.objects.filter(bank_account=bank_account, day__gte=first, day__lte=last)
    chosen = {str(line.pk): line for line in lines.order_by("day", "pk") if takes(rule, line_value(line))}
    rows = _rows(bank_account, clearing, first - _WAIT, last)
    paid = [PaidRow(key, row.day, 0, row.amount_minor) for key, row in rows.items()]
    deposits = [Deposit(key, line.day, line.amount_minor) for key, line in chosen.items()]
    found = reconcile(paid, deposits, under_way=True)
    payouts = [
        ExplainedPayout(chosen[each.deposit.key], each, [rows[key] for key in each.keys])
        for each in found.payouts
    ]
    return ExplainedPeriod(payouts, len(found.unpaid), rows)


def _rows(bank_account: BankAccount, clearing: str, first: dt.date, last: dt.date) -> dict[str, PostingRow]:
    """Return what came onto a clearing ledger account and went off it, payouts themselves left out."""
    books = books_of(bank_account.company.realm_id)
    record = record_of(books.pk, "Account", clearing) if books else None
    if books is None or record is None:
        return {}
    found = postings(books.pk, day_from=first, day_to=last, ledger_accounts=[record.pk])
    return {f"{row.entry_id}/{row.line_no}": row for row in found if row.entity not in _PAID_OUT}
