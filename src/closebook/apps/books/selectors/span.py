"""The days between which a company has postings."""

from __future__ import annotations

import datetime as dt

from closebook.apps.books.database import books_connection, day_of


def first_day(company_id: int) -> dt.date | None:
    """Return the day of the first posting, None when there is none."""
    with books_connection().cursor() as cursor:
        cursor.execute("SELECT min(day) FROM day_balance WHERE company_id = %s", [company_id])
        found = cursor.fetchone()[0]
    return day_of(found) if found else None
