"""Documents in the books that no connection made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from closebook.apps.sync.models import LISTS, Connection, Link
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.documents import ENTITY_OF
from closebook.connectors.quickbooks.query import quoted
from closebook.core.money import minor_from_decimal
from closebook.core.planning.cutoff import ForeignPosting


def foreign_postings(
    connection: Connection, client: QuickBooksClient, since: dt.date
) -> Iterator[ForeignPosting]:
    """Yield the documents in the books from a day on that no connection made, where money came in or
    moved.
    """
    ours: dict[str, set[str]] = {}
    links = Link.objects.filter(connection__company_id=connection.company_id, ours=True)
    links = links.exclude(connection__connector=LISTS)  # what an undone clean-up made again is not ours
    for kind, remote_id in links.values_list("kind", "remote_id"):
        ours.setdefault(kind, set()).add(remote_id)
    kinds = {entity: kind.value for kind, entity in ENTITY_OF.items()}
    for entity in ("SalesReceipt", "RefundReceipt", "Invoice", "Payment", "Deposit", "Transfer"):
        mine = ours.get(kinds.get(entity, ""), set())
        for body in client.query_all(entity, f"TxnDate >= {quoted(since.isoformat())}"):
            if str(body["Id"]) not in mine:
                yield _foreign(entity, body, connection.currency)


def _foreign(entity: str, body: dict[str, Any], currency: str) -> ForeignPosting:
    amount = minor_from_decimal(body.get("TotalAmt", body.get("Amount", 0)), currency)
    return ForeignPosting(
        entity,
        str(body["Id"]),
        dt.date.fromisoformat(str(body["TxnDate"])),
        amount,
        number=str(body.get("DocNumber", "")),
        memo=str(body.get("PrivateNote", "")),
    )
