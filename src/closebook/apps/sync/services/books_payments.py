"""Payments that a person received in the books against invoices of ours, read back when an invoice changed.

A payment raises its invoice's version and stands in its links, so that whatever tells of the invoice is
enough; the payments themselves are read only when there are some that no run made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import BooksPayment, Connection, Group, Link
from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.query import any_of
from closebook.connectors.quickbooks.wire import objects, referenced
from closebook.core.money import format_minor, minor_from_decimal
from closebook.core.planning.documents import DocumentKind
from closebook.core.planning.naming import group_of_key
from closebook.transport import clock

_IDS_A_QUERY = 500


def payment_ids(invoice: dict[str, Any]) -> set[str]:
    """Return the ids of the payments that an invoice shows."""
    return {str(one["TxnId"]) for one in objects(invoice.get("LinkedTxn")) if one.get("TxnType") == "Payment"}


def payments_read(connection: Connection, client: QuickBooksClient, linked: dict[str, set[str]]) -> None:
    """Keep what a person received for invoices, by key with the ids of their payments, as they stand now."""
    ours = set(
        Link.objects.filter(
            connection__company_id=connection.company_id, kind=DocumentKind.PAYMENT.value
        ).values_list("remote_id", flat=True)
    )
    foreign = {key: ids - ours for key, ids in linked.items()}
    bodies = _bodies(client, sorted({each for ids in foreign.values() for each in ids}))
    accounts = _accounts(client, [referenced(body.get("DepositToAccountRef")) for body in bodies.values()])
    ids_of = _invoice_ids(connection, foreign)
    with transaction.atomic():
        for key, ids in foreign.items():
            found = [
                _payment(connection, key, ids_of.get(key, ""), bodies[each], accounts)
                for each in sorted(ids)
                if each in bodies
            ]
            _kept(connection, key, [one for one in found if one.amount_minor])


def _bodies(client: QuickBooksClient, ids: list[str]) -> dict[str, dict[str, Any]]:
    found = {}
    for start in range(0, len(ids), _IDS_A_QUERY):
        for body in client.query_all("Payment", any_of("Id", ids[start : start + _IDS_A_QUERY])):
            found[str(body["Id"])] = body
    return found


def _accounts(client: QuickBooksClient, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return path and type of ledger accounts by id."""
    wanted = sorted({each for each in ids if each})
    rows = client.query_all("Account", any_of("Id", wanted), inactive=True) if wanted else ()
    return {
        str(row["Id"]): (str(row.get("FullyQualifiedName", "")), str(row.get("AccountType", "")))
        for row in rows
    }


def _invoice_ids(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    rows = Link.objects.filter(connection=connection, key__in=list(keys))
    return dict(rows.values_list("key", "remote_id"))


def _payment(
    connection: Connection, key: str, invoice: str, body: dict[str, Any], accounts: dict[str, tuple[str, str]]
) -> BooksPayment:
    applied = sum(
        minor_from_decimal(line.get("Amount", 0), connection.currency)
        for line in objects(body.get("Line"))
        if any(str(one.get("TxnId")) == invoice for one in objects(line.get("LinkedTxn")))
    )
    account, type_ = accounts.get(referenced(body.get("DepositToAccountRef")), ("", ""))
    return BooksPayment(
        connection=connection,
        key=key,
        remote_id=str(body["Id"]),
        day=dt.date.fromisoformat(str(body["TxnDate"])),
        amount_minor=applied,
        account=account,
        account_type=type_,
        seen_at=clock.now(),
    )


def _kept(connection: Connection, key: str, found: list[BooksPayment]) -> None:
    """Put what was found in the place of what was known; tell of it when that is something else."""
    known = BooksPayment.objects.filter(connection=connection, key=key)
    if _facts(known) == _facts(found):
        return
    before = set(known.values_list("remote_id", flat=True))
    known.delete()
    BooksPayment.objects.bulk_create(found)
    Group.objects.filter(connection=connection, key=group_of_key(key)).update(changed=True)
    for one in found:
        if one.remote_id not in before:
            amount = format_minor(one.amount_minor, connection.currency)
            facts = {"key": key, "day": one.day.isoformat(), "amount": amount}
            audit_append(connection.company_id, "the books", "paid-in-books", connection.name, facts)


def _facts(rows: Iterable[BooksPayment]) -> set[tuple[str, dt.date, int, str]]:
    return {(row.remote_id, row.day, row.amount_minor, row.account) for row in rows}
