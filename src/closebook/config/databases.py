"""Database settings: SQLite files in the data folder, or PostgreSQL by ``DATABASE_URL``.

The embedded companies live in the database ``books``: a file of their own on SQLite, so that a run and the
books it writes to never wait on each other; a second connection to the same database on PostgreSQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from closebook.apps.books.database import BOOKS, BOOKS_APPS
from closebook.core.errors import InputError


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;"
            " PRAGMA wal_autocheckpoint=8000;",
        },
    }


def _postgres(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise InputError(
            "database-url", f"DATABASE_URL has the scheme {parts.scheme!r}.", remedy="Use postgres://…"
        )
    options = {}
    if parts.query:
        options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(options.pop("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": options,
    }


def databases(folder: Path, url: str) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES for a data folder and a DATABASE_URL ("" for SQLite)."""
    if url:
        return {"default": _postgres(url), BOOKS: _postgres(url)}
    return {"default": _sqlite(folder / "closebook.sqlite3"), BOOKS: _sqlite(folder / "books.sqlite3")}


class BooksRouter:
    """Sends the tables of the embedded companies to the database ``books``, all others to ``default``."""

    def db_for_read(self, model: Any, **_hints: Any) -> str:
        """Return the database of a model."""
        return BOOKS if model._meta.app_label in BOOKS_APPS else "default"

    db_for_write = db_for_read

    def allow_relation(self, first: Any, second: Any, **_hints: Any) -> bool:
        """Allow relations within one database only."""
        return self.db_for_read(first) == self.db_for_read(second)

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        """Put the tables of the embedded companies into ``books`` only."""
        return (db == BOOKS) == (app_label in BOOKS_APPS)
