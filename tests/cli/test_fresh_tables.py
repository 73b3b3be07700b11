"""The tables that a new database gets at once are those that every change since the first version makes."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections

from closebook.apps.books.database import BOOKS, BOOKS_APPS
from closebook.cli import fresh_tables
from closebook.cli.fresh_tables import tables_make
from closebook.cli.setup import changes_make, migrate, migrations_missing
from tests.apps.books.conftest import BooksDatabase
from tests.apps.sync.harness import data_folder

NAMES = {"default": "closebook.sqlite3", BOOKS: "books.sqlite3"}


def tables(path: Path) -> dict[str, set[tuple]]:
    """Return the columns of each table, in whichever order they came."""
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        columns = {name: database.execute(f"PRAGMA table_info({name})").fetchall() for (name,) in names}
    return {name: {row[1:] for row in rows} for name, rows in columns.items()}


def parts(path: Path) -> set[tuple]:
    """Return indexes and triggers as they were made, and each table's references."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT type, tbl_name, sql FROM sqlite_master WHERE type <> 'table'")
        made = {(kind, table, re.sub(r"\s+", " ", sql or "")) for kind, table, sql in rows}
        for table in tables(path):
            rows = database.execute(f"PRAGMA foreign_key_list({table})")
            made |= {("reference", table, *row[2:]) for row in rows}
        return made


def test_a_new_database_has_the_tables_of_all_changes(tables_made, tmp_path, django_db_blocker):
    with data_folder(tmp_path, django_db_blocker):
        for alias in (BOOKS, "default"):
            changes_make(alias)
        assert migrations_missing() == 0
    for name in NAMES.values():
        assert tables(tables_made / name) == tables(tmp_path / name)
        assert parts(tables_made / name) == parts(tmp_path / name)


@pytest.fixture
def tables_made(tmp_path_factory, django_db_blocker):
    folder = tmp_path_factory.mktemp("fresh")
    with data_folder(folder, django_db_blocker):
        migrate()
        assert migrations_missing() == 0
        assert not tables_make("default", {"sync"})
    assert not list(folder.glob("*.new*"))
    return folder


def test_a_making_that_is_cut_short_leaves_nothing(tmp_path, django_db_blocker, monkeypatch):
    def fails(*_words: object) -> None:
        raise OSError("no space")

    with data_folder(tmp_path, django_db_blocker):
        with monkeypatch.context() as patch:
            patch.setattr(fresh_tables, "special_parts_make", fails)
            with pytest.raises(OSError, match="no space"):
                migrate()
        assert not connections[BOOKS].introspection.table_names()
        migrate()
        assert migrations_missing() == 0


def test_postgresql_makes_them_in_one_transaction(postgres_server, django_db_blocker, monkeypatch):
    def fails(*_words: object) -> None:
        raise OSError("no space")

    settings = postgres_server.settings(postgres_server.make_database())
    with django_db_blocker.unblock(), BooksDatabase(settings) as database:
        with monkeypatch.context() as patch:
            patch.setattr(fresh_tables, "special_parts_make", fails)
            with pytest.raises(OSError, match="no space"):
                tables_make(BOOKS, BOOKS_APPS)
        assert not database.connection.introspection.table_names()
        assert tables_make(BOOKS, BOOKS_APPS)
        assert "posting" in database.connection.introspection.table_names()
