"""Changes that subscribers of webhooks are told of, written in the same transaction as the change itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connections

from closebook.apps.books.database import BOOKS
from closebook.apps.qbo.models import Subscription, WebhookEvent

TOLD = frozenset(
    {
        "Account", "Bill", "BillPayment", "Budget", "Class", "CreditMemo", "Currency", "Customer",
        "Department", "Deposit", "Employee", "Estimate", "Invoice", "Item", "JournalCode", "JournalEntry",
        "Payment", "PaymentMethod", "Preferences", "Purchase", "PurchaseOrder", "RefundReceipt",
        "SalesReceipt", "TaxAgency", "Term", "TimeActivity", "Transfer", "Vendor", "VendorCredit",
    }
)  # fmt: skip
"""Entities whose changes a subscription of all is told of. Source: QuickBooks Online webhooks, entities."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change: entity, id, operation (Create, Update, Delete, Void, Merge, Emailed); ``deleted_id`` for
    a merge.
    """

    entity: str
    wire_id: str
    operation: str
    deleted_id: str = ""


def store_events(company_id: int, events: Iterable[Event], at: dt.datetime) -> int:
    """Queue the changes for each subscription that asked for their entity; return how many rows were
    written.
    """
    with connections[BOOKS].cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM qbo_subscription WHERE company_id = %s AND active LIMIT 1", [company_id]
        )
        if cursor.fetchone() is None:
            return 0
    subscriptions = list(Subscription.objects.using(BOOKS).filter(company=company_id, active=True))
    rows = [
        WebhookEvent(
            subscription=subscription,
            entity=event.entity,
            wire_id=event.wire_id,
            operation=event.operation,
            deleted_id=event.deleted_id,
            at=at,
        )
        for event in events
        for subscription in subscriptions
        if subscription.wants(event.entity) and (subscription.entities or event.entity in TOLD)
    ]
    if rows:
        WebhookEvent.objects.using(BOOKS).bulk_create(rows, batch_size=500)
    return len(rows)
