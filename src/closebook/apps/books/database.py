"""The database of the books, and what raw SQL needs to know of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import connections

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

BOOKS = "books"
BOOKS_APPS = frozenset({"books", "qbo"})
BOOKS_APPS = frozenset({"books", "qbo"})
"""The apps whose tables stand in it."""

OF_COMPANY = "+company_id = %s"
"""A condition beside primary keys. The plus keeps SQLite from an index over the company, by which it would
read all of the company's records to find a few.
"""


def books_connection() -> BaseDatabaseWrapper:
    """Return this thread's connection to the books."""
    return connections[BOOKS]


def day_of(value: dt.date | str) -> dt.date:
    """Return the day of a column's value: PostgreSQL gives dates, SQLite their ISO texts."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value
