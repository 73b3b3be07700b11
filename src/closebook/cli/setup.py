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


def load_bare() -> None:
    """Load Django without asking for a database."""
    django.setup()


def migrate() -> None:
    """Bring both databases to the present tables."""
    from django.core.management import call_command

    for alias in connections:
        call_command("migrate", database=alias, verbosity=0, interactive=False)
