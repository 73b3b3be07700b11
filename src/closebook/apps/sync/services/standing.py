"""What the books hold of a connection's invoices, as the making of documents needs it."""

from __future__ import annotations

from closebook.apps.sync.models import Connection, Link
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.standing import Standing

_SALES = (DocumentKind.SALES_RECEIPT, DocumentKind.INVOICE, DocumentKind.PAYMENT)


def standing_of(connection: Connection) -> Standing:
    """Return which sales stand as receipts and which as invoices."""
    rows = Link.objects.filter(connection=connection, kind__in=[kind.value for kind in _SALES])
    kinds = {key: DocumentKind(kind) for key, kind in rows.values_list("key", "kind").iterator(5000)}
    return Standing(kinds)
