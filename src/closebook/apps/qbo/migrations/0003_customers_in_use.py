"""Indexes for taking a customer out of use: sub-customers, and what waits to be billed to a customer.

Both are few beside all customers and all documents, which would be read for each customer otherwise.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_MAKE_JOBS = (
    "CREATE INDEX qbo_sub_customers ON books_record (company_id, entity, id)"
    " WHERE deleted_at IS NULL AND entity = 'Customer' AND body LIKE '%\"ParentRef\":{%'"
)
_MAKE_UNBILLED = (
    "CREATE INDEX qbo_unbilled ON books_record (company_id, entity, id) WHERE deleted_at IS NULL"
    " AND entity IN ('TimeActivity', 'Purchase', 'Bill') AND body LIKE '%\"BillableStatus\":\"Billable\"%'"
)


class Migration(migrations.Migration):
    """Makes qbo_sub_customers and qbo_unbilled on the books' table of records."""

    dependencies: ClassVar = [("qbo", "0002_live_records"), ("books", "0002_journal")]
    operations: ClassVar = [
        migrations.RunSQL(_MAKE_JOBS, "DROP INDEX qbo_sub_customers"),
        migrations.RunSQL(_MAKE_UNBILLED, "DROP INDEX qbo_unbilled"),
    ]
