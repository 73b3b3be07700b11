"""Records that are known by key are found by it, however many records the company has."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from closebook.apps.books.database import books_connection
from closebook.apps.books.selectors.directory import list_objects, record_places, wire_ids
from closebook.apps.books.selectors.documents import documents_of
from closebook.apps.books.selectors.names import names_of
from tests.apps.books.factories import make_books

pytestmark = pytest.mark.django_db(databases=["default", "books"])


@pytest.mark.parametrize("read", [list_objects, record_places, wire_ids, documents_of, names_of])
def test_known_records_are_not_looked_for_among_all_of_the_company(read) -> None:
    books = make_books()
    key = books.named("Customer", "Ada Quill")
    if books_connection().vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by its statistics")
    with CaptureQueriesContext(connections["books"]) as asked:
        assert read(books.company.pk, [key]).keys() == {key}
    with books_connection().cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + asked[0]["sql"].replace("%", "%%"))
        steps = " ".join(row[3] for row in cursor.fetchall())
    assert "books_record USING INTEGER PRIMARY KEY" in steps
