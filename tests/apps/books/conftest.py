"""Books on SQLite and on PostgreSQL: real databases with real commits, because some constraints speak only
then.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from django.db import connections
from django.db.utils import load_backend

from closebook.apps.books.database import BOOKS, BOOKS_APPS
from closebook.cli.fresh_tables import tables_make
from closebook.config.databases import databases
from tests.apps.books.worlds import World, make_world
from tests.conftest_postgres import PostgresServer


class BooksDatabase:
    """Stands a database in for ``books`` while the block runs."""

    def __init__(self, settings: dict[str, Any]) -> None:
        """Make the connection with Django's defaults for what the settings leave out."""
        whole = connections.configure_settings({"default": {}, BOOKS: settings})[BOOKS]
        self.connection = load_backend(whole["ENGINE"]).DatabaseWrapper(whole, BOOKS)

    def __enter__(self) -> Self:
        """Put it in."""
        self._former = connections[BOOKS]
        connections[BOOKS] = self.connection
        return self

    def __exit__(self, *_error: object) -> None:
        """Put the former one back."""
        self.connection.close()
        connections[BOOKS] = self._former


@pytest.fixture(scope="session")
def sqlite_books(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A migrated file to copy."""
    folder = tmp_path_factory.mktemp("books")
    settings = databases(folder, "")[BOOKS]
    with django_db_blocker.unblock(), BooksDatabase(settings):
        assert tables_make(BOOKS, BOOKS_APPS)
    return Path(settings["NAME"])


@pytest.fixture(scope="session")
def postgres_books(postgres_server: PostgresServer, django_db_blocker: Any) -> str:
    """The name of a migrated database that each test empties."""
    name = postgres_server.make_database()
    with django_db_blocker.unblock(), BooksDatabase(postgres_server.settings(name)):
        assert tables_make(BOOKS, BOOKS_APPS)
    return name


@pytest.fixture
def books_settings(
    request: pytest.FixtureRequest, books_vendor: str, tmp_path: Path
) -> Callable[[], dict[str, Any]]:
    """Make settings of an empty migrated database of the wanted kind."""

    def make() -> dict[str, Any]:
        if books_vendor == "sqlite":
            settings = databases(tmp_path, "")[BOOKS]
            shutil.copy(request.getfixturevalue("sqlite_books"), settings["NAME"])
            return settings
        name = request.getfixturevalue("postgres_books")
        server = request.getfixturevalue("postgres_server")
        server.empty(name, "books_bookscompany")
        return server.settings(name)

    return make


@pytest.fixture(params=["sqlite", "postgresql"])
def books_vendor(request: pytest.FixtureRequest) -> str:
    """The kind of database; a test that takes ``world`` runs on both."""
    return request.param


@pytest.fixture
def world(books_settings: Callable[[], dict[str, Any]], django_db_blocker: Any) -> Iterator[World]:
    """A company with ledger accounts and records, on a database of its own."""
    with django_db_blocker.unblock(), BooksDatabase(books_settings()):
        yield make_world()
