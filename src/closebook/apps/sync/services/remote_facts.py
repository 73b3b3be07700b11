"""What a plan has to know about the books: names in use, the closing date, and linked objects that somebody
changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from closebook.apps.sync.codec import seen_from
from closebook.apps.sync.models import BooksPayment, Connection, Link
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.core.planning.documents import ListKind
from closebook.core.planning.remote import EMPLOYEE, ExistingName, RemoteFacts

_PARTIES = {"Customer": ListKind.CUSTOMER.value, "Vendor": ListKind.VENDOR.value, "Employee": EMPLOYEE}


def remote_facts(connection: Connection, client: QuickBooksClient) -> RemoteFacts:
    """Return the books' side of a plan; reads the four name lists by pages of a thousand."""
    rows = Link.objects.filter(connection=connection).exclude(seen="")
    objects = {(found.kind.value, found.remote_id): found for found in map(seen_from, rows)}
    return RemoteFacts(
        connection.closed_until, objects, list(names_in_use(client)), paid=invoices_paid(connection)
    )


def invoices_paid(connection: Connection) -> frozenset[str]:
    """Return the keys of invoices for which a person received a payment in the books."""
    rows = BooksPayment.objects.filter(connection=connection)
    return frozenset(rows.values_list("key", flat=True))


def names_in_use(client: QuickBooksClient) -> Iterator[ExistingName]:
    """Yield the names of ledger accounts, items, customers, vendors and employees, inactive ones included."""
    paths: dict[str, str] = {}
    for body in client.query_all("Account", inactive=True):
        paths[str(body["Id"])] = str(body.get("FullyQualifiedName", ""))
        kind = ListKind.LEDGER_ACCOUNT.value
        yield _name(
            kind, body, str(body.get("FullyQualifiedName", "")), type=str(body.get("AccountType", ""))
        )
    for body in client.query_all("Item", inactive=True):
        income, bought = (
            paths.get(str((body.get(name) or {}).get("value", "")), "")
            for name in ("IncomeAccountRef", "ExpenseAccountRef")
        )
        path = str(body.get("FullyQualifiedName") or body.get("Name", ""))
        kind = str(body.get("Type", ""))
        yield _name(ListKind.ITEM.value, body, path, type=kind, ledger_account=income, bought_account=bought)
    for entity, kind in _PARTIES.items():
        for body in client.query_all(entity, inactive=True):
            email = str((body.get("PrimaryEmailAddr") or {}).get("Address", ""))
            yield _name(kind, body, str(body.get("DisplayName", "")), email=email)


def _name(kind: str, body: dict[str, Any], path: str, **facts: str) -> ExistingName:
    active = body.get("Active") is not False
    return ExistingName(kind, path, str(body["Id"]), str(body.get("SyncToken", "0")), active=active, **facts)
