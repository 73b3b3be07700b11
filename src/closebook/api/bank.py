"""What of a company's bank a request names, and bank lines as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from closebook.api.access import ApiRequest
from closebook.api.books import books_here
from closebook.apps.bank.models import BankAccount, BankLine
from closebook.apps.books.models import LedgerAccount
from closebook.core.errors import InputError


def bank_account_of(request: ApiRequest, number: int) -> BankAccount:
    """Return a bank account of the company."""
    rows = BankAccount.objects.select_related("company")
    return get_object_or_404(rows, pk=number, company=request.auth.company)


def lines_in(request: ApiRequest) -> QuerySet[BankLine]:
    """Return the bank lines of the company with their answers."""
    rows = BankLine.objects.filter(bank_account__company=request.auth.company)
    return rows.select_related("bank_account__company").prefetch_related("answers__cleared")


def line_of(request: ApiRequest, number: int) -> BankLine:
    """Return a bank line of the company."""
    return get_object_or_404(lines_in(request), pk=number)


def wire_id_of(request: ApiRequest, number: int) -> str:
    """Return the books' id of a ledger account. InputError bank-ledger-unknown for none of the company."""
    rows = LedgerAccount.objects.filter(company=books_here(request), pk=number, active=True)
    found = rows.select_related("record").first()
    if found is None:
        raise InputError(
            "bank-ledger-unknown",
            f"The books have no active ledger account {number}.",
            remedy="Take the number of one from ledger-accounts.",
        )
    return found.record.wire_id


def numbers_of(request: ApiRequest) -> dict[str, int]:
    """Return the numbers of the ledger accounts by the books' ids."""
    rows = LedgerAccount.objects.filter(company=books_here(request))
    return dict(rows.values_list("record__wire_id", "pk"))


def lines_plain(rows: Sequence[BankLine]) -> list[dict[str, Any]]:
    """Return bank lines as plain values."""
    return [_line(row) for row in rows]


def _line(row: BankLine) -> dict[str, Any]:
    live = next((answer for answer in row.answers.all() if answer.undone_at is None), None)
    names = ("day", "amount_minor", "counterparty", "text", "state", "look_alike")
    return {
        "line": row.pk,
        "bank_account": row.bank_account_id,
        **{name: getattr(row, name) for name in names},
        "currency": row.bank_account.currency,
        "references": row.references.split("\n") if row.references else [],
        "answer": live.kind if live else "",
        "reason": live.reason if live else "",
        "records": [f"{one.entity} {one.wire_id}" for one in live.cleared.all()] if live else [],
        "statement": row.statement_id,
    }
