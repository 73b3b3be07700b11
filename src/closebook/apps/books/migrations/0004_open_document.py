"""What is open of each document on receivable or payable accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations

_SQL = Path(__file__).parent.parent / "sql"


def make_open_documents(_apps: Any, schema_editor: Any) -> None:
    """Make the table, and fill it from the postings and links that are there.

    The amounts come of the same rules as those of the statements, which no SQL could say as well.
    """
    from closebook.apps.books.services.open_documents import open_documents_rebuild

    text = (_SQL / f"open_{schema_editor.connection.vendor}.sql").read_text("utf-8")
    for statement in text.split("\n\n")[1:]:
        schema_editor.execute(statement, params=None)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id FROM books_bookscompany ORDER BY id")
        companies = [key for (key,) in cursor.fetchall()]
    for company_id in companies:
        open_documents_rebuild(company_id)


def drop_open_documents(_apps: Any, schema_editor: Any) -> None:
    """Take back what make_open_documents made."""
    schema_editor.execute("DROP TABLE open_document", params=None)


class Migration(migrations.Migration):
    """Makes open_document."""

    dependencies: ClassVar = [("books", "0003_name_balance")]
    operations: ClassVar = [migrations.RunPython(make_open_documents, drop_open_documents)]
