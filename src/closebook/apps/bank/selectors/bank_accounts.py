"""Bank accounts of a company with what is open on them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from closebook.apps.bank.models import BankAccount, BankFile, LineState
from closebook.apps.books.models import LedgerAccount
from closebook.apps.books.selectors.balances import balances
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.books.selectors.records import record_of
from closebook.apps.companies.models import Company
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.transport import clock

BANK_TYPES = (LedgerAccountType.BANK.value, LedgerAccountType.CREDIT_CARD.value)


@dataclass(frozen=True, slots=True)
class LedgerChoice:
    """A ledger account that can stand for a bank account."""

    wire_id: str
    name: str
    currency: str
    type: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A bank account with its balance in the books and the last one that its bank told (None: never)."""

    bank_account: BankAccount
    books_minor: int
    bank_minor: int | None
    last_file: BankFile | None


def bank_accounts_in(company: Company) -> QuerySet[BankAccount]:
    """Return a company's bank accounts with ``open_lines`` and ``last_day``, by name."""
    return (
        BankAccount.objects.filter(company=company)
        .select_related("company")
        .annotate(
            open_lines=Count("bankline", filter=Q(bankline__state=LineState.OPEN)),
            last_day=Max("bankline__day"),
        )
        .order_by("name")
    )


def ledger_choices(company: Company, types: tuple[str, ...] = ()) -> list[LedgerChoice]:
    """Return the active ledger accounts of some types (none: all), by name."""
    books = books_of(company.realm_id)
    if books is None:
        return []
    rows = LedgerAccount.objects.filter(company=books, active=True).select_related("record")
    if types:
        rows = rows.filter(type__in=types)
    return [
        LedgerChoice(row.record.wire_id, row.full_name, row.currency, row.type)
        for row in rows.order_by("full_name")
    ]


def ledger_key(bank_account: BankAccount) -> int:
    """Return the key of the ledger account in the journal, 0 when it is not in the books."""
    books = books_of(bank_account.company.realm_id)
    record = record_of(books.pk, "Account", bank_account.ledger_account) if books else None
    return record.pk if record else 0


def books_balance(bank_account: BankAccount, day: dt.date | None = None) -> int:
    """Return the ledger account's balance at the end of a day (today without one), debit positive."""
    books, key = books_of(bank_account.company.realm_id), ledger_key(bank_account)
    if books is None or not key:
        return 0
    found = balances(books.pk, None, day or clock.today()).get(key)
    return found.net_minor if found else 0


def standings(company: Company) -> list[Standing]:
    """Return how each bank account stands."""
    found = []
    for one in bank_accounts_in(company):
        last = (
            BankFile.objects.filter(bank_account=one, closing_minor__isnull=False)
            .order_by("-last_day", "-pk")
            .first()
        )
        found.append(Standing(one, books_balance(one), last.closing_minor if last else None, last))
    return found
