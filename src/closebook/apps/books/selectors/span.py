"""The days between which a company has postings."""

from __future__ import annotations

import datetime as dt

from closebook.apps.books.database import books_connection, day_of


def first_day(company_id: int) -> dt.date | None:
    """Return the day of the first posting, None when there is none."""
    return _outer_day(company_id, "min")


def last_day(company_id: int) -> dt.date | None:
    """Return the day of the last posting, None when there is none."""
    return _outer_day(company_id, "max")


def _outer_day(company_id: int, which: str) -> dt.date | None:
    with books_connection().cursor() as cursor:
        cursor.execute(f"SELECT {which}(day) FROM day_balance WHERE company_id = %s", [company_id])
        found = cursor.fetchone()[0]
    return day_of(found) if found else None


def last_entry() -> int:
    """Return the id of the newest journal entry of all companies, 0 for none: it changes with any posting."""
    with books_connection().cursor() as cursor:
        cursor.execute("SELECT max(id) FROM journal_entry")
        return int(cursor.fetchone()[0] or 0)
