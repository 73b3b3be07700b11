"""Indexes for queries: records that are not deleted by id, and document numbers in lower case.

Counts and pages by id read no bodies then, and a number is found in any letter case.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_MAKE = "CREATE INDEX qbo_live_records ON books_record (company_id, entity, id) WHERE deleted_at IS NULL"
_MAKE_NUMBERS = (
    "CREATE INDEX qbo_number_folded ON books_record (company_id, (LOWER(doc_number))) WHERE NOT (doc_number = '')"
)


class Migration(migrations.Migration):
    """Makes qbo_live_records and qbo_number_folded on the books' table of records."""

    dependencies: ClassVar = [("qbo", "0001_initial"), ("books", "0002_journal")]
    operations: ClassVar = [
        migrations.RunSQL(_MAKE, "DROP INDEX qbo_live_records"),
        migrations.RunSQL(_MAKE_NUMBERS, "DROP INDEX qbo_number_folded"),
    ]
