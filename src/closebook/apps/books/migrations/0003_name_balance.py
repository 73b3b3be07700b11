"""Sums by customer, vendor or item of each ledger account and month, and an index for a party's documents."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations, models

_SQL = Path(__file__).parent.parent / "sql"


def make_sums(_apps: Any, schema_editor: Any) -> None:
    """Make the table, and fill it from the postings that are there."""
    text = (_SQL / f"names_{schema_editor.connection.vendor}.sql").read_text("utf-8")
    for statement in text.split("\n\n")[1:]:
        schema_editor.execute(statement, params=None)


def drop_sums(_apps: Any, schema_editor: Any) -> None:
    """Take back what make_sums made."""
    schema_editor.execute("DROP TABLE name_balance", params=None)


class Migration(migrations.Migration):
    """Makes name_balance."""

    dependencies: ClassVar = [("books", "0002_journal")]
    operations: ClassVar = [
        migrations.RunPython(make_sums, drop_sums),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["company", "party", "txn_date"],
                name="record_party",
                condition=models.Q(party__isnull=False),
            ),
        ),
    ]
