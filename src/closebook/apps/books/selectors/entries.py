"""Finding the record of a journal entry."""

from __future__ import annotations

from closebook.apps.books.database import books_connection


def record_of_entry(company_id: int, entry_id: int) -> int | None:
    """Return the primary key of the record that an entry belongs to, None for an entry that the company has
    not.
    """
    with books_connection().cursor() as cursor:
        cursor.execute(
            "SELECT record_id FROM journal_entry WHERE company_id = %s AND id = %s", [company_id, entry_id]
        )
        row = cursor.fetchone()
    return row[0] if row else None
