"""The engine's database: a SQLite file of its own with a write-ahead log, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy
from dbos import DBOSPortableJSONSerializer, run_dbos_database_migrations
from sqlalchemy import event

APPLICATION = "closebook"
# Fixed, so that a run that was half done before an upgrade goes on after it.
APPLICATION_VERSION = "1"


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=20000")


def _on_begin(connection: Any) -> None:
    # The engine claims work by reading first and writing later; an immediate lock keeps two claims apart.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _sqlite_engine(path: Path) -> sqlalchemy.Engine:
    made = sqlalchemy.create_engine(f"sqlite:///{path}")
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _on_begin)
    return made


def database_settings(folder: Path, database_url: str) -> dict[str, Any]:
    """Return the engine's database settings: a URL for PostgreSQL, a URL and an engine of ours for SQLite."""
    if database_url:
        url = database_url.replace("postgres://", "postgresql://", 1)
        return {"system_database_url": url}
    path = folder / "jobs.sqlite3"
    if not path.exists():
        # The engine's own migration wants to open its transaction itself, so it gets a connection without
        # ours.
        run_dbos_database_migrations(f"sqlite:///{path}")
    return {"system_database_url": f"sqlite:///{path}", "system_database_engine": _sqlite_engine(path)}


def worker_settings(folder: Path, database_url: str, executor_id: str) -> dict[str, Any]:
    """Return the settings of a worker process that holds the slot ``executor_id``."""
    return {
        "name": APPLICATION,
        "application_version": APPLICATION_VERSION,
        "executor_id": executor_id,
        "serializer": DBOSPortableJSONSerializer(),
        "console_log_level": "WARNING",
        "run_migrations": bool(database_url),
        **database_settings(folder, database_url),
    }
