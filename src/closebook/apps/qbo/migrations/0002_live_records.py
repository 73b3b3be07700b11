"""An index of the records that are not deleted, so that counts and pages by id read no bodies."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_MAKE = "CREATE INDEX qbo_live_records ON books_record (company_id, entity, id) WHERE deleted_at IS NULL"


class Migration(migrations.Migration):
    """Makes qbo_live_records on the books' table of records."""

    dependencies: ClassVar = [("qbo", "0001_initial"), ("books", "0002_journal")]
    operations: ClassVar = [migrations.RunSQL(_MAKE, "DROP INDEX qbo_live_records")]
