"""Changing the home currency of books that hold no entry yet."""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction

from closebook.apps.books.database import BOOKS
from closebook.apps.books.models import BooksCompany, LedgerAccount, Record
from closebook.apps.qbo.wire import CURRENCY_NAMES, decode, encode


def company_currency_change(realm_id: str, currency: str) -> bool:
    """Keep a company's books in another currency from now on; False when they hold an entry and nothing was
    changed.
    """
    with transaction.atomic(using=BOOKS):
        company = BooksCompany.objects.using(BOOKS).get(realm_id=realm_id)
        if _has_entries(company.pk):
            return False
        company.home_currency = currency
        company.save(using=BOOKS, update_fields=["home_currency"])
        LedgerAccount.objects.using(BOOKS).filter(company=company).update(currency=currency)
        for record in Record.objects.using(BOOKS).filter(company=company):
            body = decode(record.body)
            if _renamed(body, currency):
                record.body = encode(body).decode()
                record.save(using=BOOKS, update_fields=["body"])
    return True


def _has_entries(company_id: int) -> bool:
    with connections[BOOKS].cursor() as cursor:
        cursor.execute("SELECT 1 FROM journal_entry WHERE company_id = %s LIMIT 1", [company_id])
        return cursor.fetchone() is not None


def _renamed(body: dict[str, Any], currency: str) -> bool:
    """Put the currency into a body wherever it names the former one; tell whether it did."""
    changed = False
    if "CurrencyRef" in body:
        body["CurrencyRef"] = {"value": currency, "name": CURRENCY_NAMES.get(currency, currency)}
        changed = True
    if "CurrencyPrefs" in body:
        body["CurrencyPrefs"]["HomeCurrency"] = {"value": currency}
        changed = True
    return changed
