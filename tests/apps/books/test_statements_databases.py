"""Every statement gives the same rows on SQLite and on PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest

from closebook.apps.books.selectors.statements import STATEMENTS, statement
from tests.apps.books.conftest import BooksDatabase
from tests.apps.books.factories import day, make_books, two_years

QUARTER = {"day_from": day("2026-01-01"), "day_to": day("2026-03-31")}
EXPECTED: dict[tuple[str, str], Any] = {}


@pytest.mark.parametrize("basis", ["accrual", "cash"])
def test_rows_are_those_of_the_worked_example(books_settings, django_db_blocker, basis):
    with django_db_blocker.unblock(), BooksDatabase(books_settings()):
        books = make_books()
        two_years(books)
        for name in STATEMENTS:
            table = statement(books.company.pk, name, **QUARTER, basis=basis)
            rows = [(row.label, row.amounts_minor, row.total_minor) for _, row in table.walk()]
            assert EXPECTED.setdefault((name, basis), rows) == rows
        by_class = statement(books.company.pk, "profit-and-loss", **QUARTER, basis=basis, by="customer")
        assert by_class.find("net-income").total_minor[-1] == (24_000 if basis == "accrual" else 12_000)
