"""What the books hold of a connection's invoices, as the making of documents needs it."""

from __future__ import annotations

from closebook.apps.sync import models
from closebook.apps.sync.models import Connection, Decision, Link
from closebook.core.planning.desired import SAME_PAYMENT
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.standing import BooksPayment, Standing

_SALES = (DocumentKind.SALES_RECEIPT, DocumentKind.INVOICE, DocumentKind.PAYMENT)


def standing_of(connection: Connection) -> Standing:
    """Return which sales stand as receipts and which as invoices, and what was paid in the books."""
    rows = Link.objects.filter(connection=connection, kind__in=[kind.value for kind in _SALES])
    kinds = {key: DocumentKind(kind) for key, kind in rows.values_list("key", "kind").iterator(5000)}
    same = Decision.objects.filter(connection=connection, word=SAME_PAYMENT)
    return Standing(kinds, _received(connection), frozenset(same.values_list("key", flat=True)))


def _received(connection: Connection) -> dict[str, tuple[BooksPayment, ...]]:
    found: dict[str, tuple[BooksPayment, ...]] = {}
    for row in models.BooksPayment.objects.filter(connection=connection).order_by("day", "pk"):
        one = BooksPayment(row.remote_id, row.day, row.amount_minor, row.account, row.account_type)
        found[row.key] = (*found.get(row.key, ()), one)
    return found
