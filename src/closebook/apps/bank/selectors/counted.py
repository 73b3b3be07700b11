"""Money on a bank line that would be counted as income a second time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from closebook.apps.bank.models import BankLine
from closebook.apps.bank.selectors.suggestions import InBooks, books_records
from closebook.apps.books.models import LedgerAccount
from closebook.apps.books.selectors.companies import books_of
from closebook.apps.sync.models import Connection
from closebook.core.ledger.account_types import CLASSIFICATION_OF, Classification
from closebook.core.reconcile.rules import Share
from closebook.core.reconcile.words import folded

NEAR = dt.timedelta(days=5)
_REVENUE = [kind.value for kind, found in CLASSIFICATION_OF.items() if found is Classification.REVENUE]


def is_income(line: BankLine, shares: Sequence[Share]) -> bool:
    """Tell whether a line would become income: money that came in, with a share on a ledger account of
    income.
    """
    books = books_of(line.bank_account.company.realm_id)
    if line.amount_minor <= 0 or books is None:
        return False
    rows = LedgerAccount.objects.filter(company=books, type__in=_REVENUE)
    return rows.filter(record__wire_id__in=[one.ledger_account for one in shares]).exists()


def same_money(line: BankLine) -> InBooks | None:
    """Return a record of the bank's ledger account with the line's amount within five days that answers no
    other line: the money that the line tells of may stand in the books already.
    """
    near = books_records(line.bank_account, line.day - NEAR, line.day + NEAR)
    return next((one for one in near if one.amount_minor == line.amount_minor), None)


def payer_synced(line: BankLine) -> str:
    """Return the name of a connection whose platform the line's text names, "" when there is none: its sales
    are posted by the sync, and what it pays out is no income again.
    """
    words = f" {folded(f'{line.counterparty} {line.text}')} "
    rows = Connection.objects.filter(company=line.bank_account.company).order_by("pk")
    names = rows.values_list("name", "connector")
    return next((name for name, connector in names if f" {folded(connector)} " in words), "")
