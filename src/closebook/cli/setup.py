"""Loading Django inside a command, so that ``--help`` stays quick."""

from __future__ import annotations

import django
from django.db import connections
from django.db.utils import OperationalError, ProgrammingError

from closebook.core.errors import InputError


def load() -> None:
    """Load Django and check that ``closebook init`` has been run in this data folder."""
    load_bare()
    from closebook.apps.companies.models import Company

    try:
        Company.objects.exists()
    except (OperationalError, ProgrammingError) as error:
        raise InputError(
            "no-database", "There is no Closebook here yet.", remedy="Run `closebook init` first."
        ) from error


def load_current() -> None:
    """Load Django, and check that the tables are those of this version."""
    load()
    if migrations_missing():
        raise InputError(
            "old-tables",
            "The tables are those of an earlier version.",
            remedy="Run `closebook init`, which brings them up to date.",
        )


def migrations_missing() -> int:
    """Return how many changes of the tables have not been made yet. Raises DatabaseError for no answer."""
    from django.db.migrations.executor import MigrationExecutor

    from closebook.apps.books.database import BOOKS, BOOKS_APPS

    missing = 0
    for alias in connections:
        executor = MigrationExecutor(connections[alias])
        nodes = executor.loader.graph.leaf_nodes()
        wanted = [node for node in nodes if (node[0] in BOOKS_APPS) == (alias == BOOKS)]
        missing += len(executor.migration_plan(wanted))
    return missing


def load_bare() -> None:
    """Load Django without asking for a database."""
    django.setup()


def migrate() -> None:
    """Bring both databases to the present tables.

    The embedded companies' go first and alone: where both are one database, Django keeps one list of what
    was done, and would take the tables that the other connection may not make for made.
    """
    from closebook.apps.books.database import BOOKS
    from closebook.cli.fresh_tables import tables_make

    for alias in (BOOKS, "default"):
        if not tables_make(alias, labels_of(alias)):
            changes_make(alias)


def changes_make(alias: str) -> None:
    """Run the migrations that a database has not seen yet."""
    from django.core.management import call_command

    from closebook.apps.books.database import BOOKS

    for words in [[label] for label in sorted(labels_of(BOOKS))] if alias == BOOKS else [[]]:
        call_command("migrate", *words, database=alias, verbosity=0, interactive=False)


def labels_of(alias: str) -> frozenset[str]:
    """Return the apps whose tables stand in a database."""
    from django.apps import apps

    from closebook.apps.books.database import BOOKS, BOOKS_APPS

    return BOOKS_APPS if alias == BOOKS else frozenset(a.label for a in apps.get_app_configs()) - BOOKS_APPS
