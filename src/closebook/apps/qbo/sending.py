"""``POST /<transaction>/<id>/send``: marks a document as sent. No message leaves this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.objects import shown
from closebook.apps.qbo.services import write
from closebook.apps.qbo.values import email_of
from closebook.apps.qbo.wire import Body, stamp

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.base import Entity

SENDABLE = frozenset(
    {"Invoice", "SalesReceipt", "Estimate", "CreditMemo", "Payment", "RefundReceipt", "PurchaseOrder"}
)


def send_document(ctx: Context, entity: Entity, wire_id: str, send_to: str) -> Any:
    """Return the document, marked as sent to the given address or its own. Raises 500, 2020, 2210 and 610."""
    if entity.name not in SENDABLE:
        raise faults.unsupported_operation(f"Operation send is not supported on {entity.name}")
    record = write.find_record(ctx, entity, {"Id": wire_id})
    body = store.body_of(record)
    address = {"Address": send_to} if send_to else body.get("BillEmail")
    if not address:
        raise faults.required("BillEmail")
    changes: Body = {
        "BillEmail": email_of(address, "BillEmail"),
        "EmailStatus": "EmailSent",
        "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": stamp(ctx.now)},
    }
    write.touch(ctx, record, changes)
    ctx.note(entity.name, wire_id, "Emailed")
    ctx.settle()
    return shown(ctx, entity, record)
