"""The journal and its balances, as tables, constraints and triggers in the database's own language."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations

_SQL = Path(__file__).parent.parent / "sql"
_TABLES = ("year_balance", "month_balance", "day_balance", "posting", "journal_entry")
_FUNCTIONS = (
    "journal_entry_balances",
    "journal_entry_reverses",
    "journal_entry_fixed",
    "posting_comes_first",
    "posting_belongs",
    "journal_kept",
    "journal_not_emptied",
)


def make_journal(_apps: Any, schema_editor: Any) -> None:  # noqa: ANN401 - Django's own signature
    """Run the statements of the database's file; an empty line ends a statement."""
    text = (_SQL / f"journal_{schema_editor.connection.vendor}.sql").read_text("utf-8")
    for statement in text.split("\n\n")[1:]:
        schema_editor.execute(statement, params=None)


def drop_journal(_apps: Any, schema_editor: Any) -> None:  # noqa: ANN401 - Django's own signature
    """Take back what make_journal made."""
    for table in _TABLES:
        schema_editor.execute(f"DROP TABLE {table}", params=None)
    if schema_editor.connection.vendor == "postgresql":
        for function in _FUNCTIONS:
            schema_editor.execute(f"DROP FUNCTION {function}()", params=None)


class Migration(migrations.Migration):
    """Makes journal_entry, posting, day_balance, month_balance and year_balance."""

    dependencies: ClassVar = [("books", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(make_journal, drop_journal)]
