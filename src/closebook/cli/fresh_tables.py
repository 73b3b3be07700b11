"""The tables of a database that has none, made at once as they are now.

Going through every change since the first version takes half a minute and ends at the same tables; a test
compares the two.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

_PRODUCT = "closebook."
_PARTS = ("", "-wal", "-shm")


def tables_make(alias: str, labels: Collection[str]) -> bool:
    """Make the tables of some apps in a database in which none of their migrations was run; return whether
    that was so. All of it is there afterwards, or nothing.
    """
    connection = connections[alias]
    loader = MigrationLoader(connection)
    wanted = [node for node in _in_order(loader) if node[0] in labels]
    if set(loader.applied_migrations) & set(wanted) or set(connection.introspection.table_names()) & {
        model._meta.db_table for label in labels for model in apps.get_app_config(label).get_models()
    }:
        return False
    with _whole(connection):
        with _without_migrations():
            call_command("migrate", database=alias, run_syncdb=True, verbosity=0, interactive=False)
        special_parts_make(alias, labels)
    return True


def special_parts_make(alias: str, labels: Collection[str]) -> None:
    """Run what the migrations of our own apps have beside models (tables, triggers and indexes in SQL), and
    note every migration as done.
    """
    loader = MigrationLoader(None)
    _special_parts(loader, alias, labels)
    recorder = MigrationRecorder(connections[alias])
    recorder.ensure_schema()
    for node in _in_order(loader):
        if node[0] in labels:
            recorder.record_applied(*node)


def _special_parts(loader: MigrationLoader, alias: str, labels: Collection[str]) -> None:
    # These operations ask a state for its models only; those of now are the ones whose tables are there.
    present: Any = SimpleNamespace(apps=apps, clear_delayed_apps_cache=lambda: None)
    with connections[alias].schema_editor() as editor:
        for label, name in _in_order(loader):
            if label not in labels or not apps.get_app_config(label).name.startswith(_PRODUCT):
                continue
            for operation in loader.get_migration(label, name).operations:
                if isinstance(operation, RunPython | RunSQL):
                    operation.database_forwards(label, editor, present, present)


def _in_order(loader: MigrationLoader) -> list[tuple[str, str]]:
    """Return every migration after those that it rests on."""
    found: dict[tuple[str, str], None] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        found |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return list(found)


@contextmanager
def _without_migrations() -> Iterator[None]:
    """Let Django take every app for one without migrations, whose tables are made from its models."""
    former = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    try:
        yield
    finally:
        settings.MIGRATION_MODULES = former


@contextmanager
def _whole(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Make the block's work appear as a whole: in one transaction, or in a file that takes its name last.

    SQLite makes tables only while it does not check references, which a transaction cannot switch.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic(using=connection.alias):
            yield
        return
    name = str(connection.settings_dict["NAME"])
    connection.close()
    for part in _PARTS:
        Path(f"{name}.new{part}").unlink(missing_ok=True)
    connection.settings_dict["NAME"] = f"{name}.new"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    Path(f"{name}.new").replace(name)
