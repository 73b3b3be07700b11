"""Making everything anew that is kept beside the postings: balances, sums by name, and what is open."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from closebook.apps.books.database import BOOKS, books_connection
from closebook.apps.books.models import BooksCompany
from closebook.apps.books.selectors.prove import sums_added_up
from closebook.apps.books.selectors.prove_names import name_sums_added_up
from closebook.apps.books.services.journal_rows import Row, insert_rows
from closebook.apps.books.services.name_sums import NAME_COLUMNS
from closebook.apps.books.services.open_documents import open_documents_rebuild
from closebook.apps.books.services.rollup import SUM_COLUMNS, TABLES


def kept_rebuild(company_id: int) -> int:
    """Make what is kept of a company anew from its postings and links, in one transaction, while nobody else
    writes into its books; return the number of rows.
    """
    with transaction.atomic(using=BOOKS):
        BooksCompany.objects.using(BOOKS).select_for_update().get(pk=company_id)
        rows = _balances_rebuild(company_id) + _name_sums_rebuild(company_id)
        return rows + open_documents_rebuild(company_id)


def _balances_rebuild(company_id: int) -> int:
    number = 0
    for (table, day), sums in zip(TABLES.items(), sums_added_up(company_id), strict=True):
        rows = [
            (str(on), account, klass, location, *sides, company_id)
            for (account, on, klass, location), sides in sums.items()
        ]
        _refill(table, (day, *SUM_COLUMNS), rows, company_id)
        number += len(rows)
    return number


def _name_sums_rebuild(company_id: int) -> int:
    rows = [
        (dimension, account, str(month), key, *sums, company_id)
        for (dimension, account, month, key), sums in name_sums_added_up(company_id).items()
    ]
    _refill("name_balance", NAME_COLUMNS, rows, company_id)
    return len(rows)


def _refill(table: str, columns: tuple[str, ...], rows: Sequence[Row], company_id: int) -> None:
    with books_connection().cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE company_id = %s", [company_id])
    insert_rows(table, columns, rows)
