"""Bill, VendorCredit and PurchaseOrder: what is owed to vendors, what they owe, and what is on order.

Source: QuickBooks Online Accounting API, Bill, VendorCredit, PurchaseOrder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities import expense_lines
from closebook.apps.qbo.entities.base import Draft, Kind, LinkDraft, Property
from closebook.apps.qbo.entities.buyers import fill_term
from closebook.apps.qbo.entities.due_dates import fill_due_date
from closebook.apps.qbo.entities.expenses import ExpenseForm, money_side
from closebook.apps.qbo.entities.header import fill_currency, own_currency
from closebook.apps.qbo.entities.ledger_accounts import open_account
from closebook.apps.qbo.entities.numbers import PURCHASE_ORDERS, given_number, sent_number
from closebook.apps.qbo.entities.open_documents import after_foreign_change, applied_to, check_same_party
from closebook.apps.qbo.entities.sales import mark_open
from closebook.apps.qbo.values import text_of

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body

_VENDOR_FIELDS = frozenset({"VendorRef", "VendorAddr", "APAccountRef", "Balance", "RemitToAddr"})
_VENDOR_PROPERTIES = (
    Property("VendorRef", Kind.REFERENCE, "party"),
    Property("Balance", Kind.NUMBER, "balance_minor"),
)


class VendorForm(ExpenseForm):
    """An expense form of a vendor that stands open on payables."""

    gives_back: ClassVar[bool] = False

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020, 2500, 6430, 6440, 6000."""
        fill_vendor(form)
        check_same_party(form, "VendorRef")
        orders = self.linked_orders(form)
        lines = expense_lines.read_lines(form)
        total = expense_lines.reckon(form, lines)
        draft = Draft(form.body, doc_number=sent_number(form), total_minor=total, links=orders)
        stands_on = open_account(form, "payable", "APAccountRef")
        form.body["APAccountRef"] = stands_on.as_ref()
        mark_open(form, draft, total, applied_to(form), ("Balance",))
        self.finish(form, draft)
        self.enter(form, lines, draft, [money_side(form, stands_on, total)], gives_back=self.gives_back)
        after_foreign_change(form, draft)
        return draft

    def linked_orders(self, form: Form) -> list[LinkDraft]:
        """Return the links to purchase orders; only bills have some."""
        return []

    def finish(self, form: Form, draft: Draft) -> None:
        """Put the kind's own members into the body."""

    def warns_duplicate_number(self, ctx: Context) -> bool:
        """Refuse a number that is taken when the company warns of them."""
        return ctx.other_preference("WarnDuplicateBillNumber") == "true"


def fill_vendor(form: Form) -> None:
    """Resolve vendor, currency and the vendor's address. Raises 2020, 2500."""
    body = form.body
    if not body.get("VendorRef"):
        raise faults.required("VendorRef")
    form.party = form.fill("Vendor", "VendorRef")
    vendor: Body = form.party.body if form.party else {}
    fill_currency(form, own_currency(vendor))
    moved = form.former is not None and not form.same_reference("VendorRef")
    sent = body.get("VendorAddr")
    wanted = sent == form.former_body.get("VendorAddr") if moved else form.former is None and not sent
    if vendor.get("BillAddr") and wanted:
        body["VendorAddr"] = dict(vendor["BillAddr"])


class Bill(VendorForm):
    """Debits the lines and credits payables until a bill payment settles it."""

    name = "Bill"
    label = "Bill"
    own_fields = _VENDOR_FIELDS | {"DueDate", "SalesTermRef", "IncludeInAnnualTPAR"}
    own_properties: ClassVar[tuple[Property, ...]] = (
        *_VENDOR_PROPERTIES,
        Property("DueDate", Kind.DATE, "due_date"),
        Property("SalesTermRef", Kind.REFERENCE),
        Property("APAccountRef", Kind.REFERENCE),
    )

    def finish(self, form: Form, draft: Draft) -> None:
        """Settle terms and due date."""
        draft.due_date = fill_due_date(form, fill_term(form, None))
        form.body.setdefault("LinkedTxn", [])

    def linked_orders(self, form: Form) -> list[LinkDraft]:
        """Return the links to purchase orders; a bill without lines takes over theirs. Raises 610, 620."""
        ctx = form.ctx
        drafts: list[LinkDraft] = []
        taken_over: list[Any] = []
        for word, wire_id in expense_lines.line_links(form):
            if word != "PurchaseOrder":
                continue
            order = store.by_wire_id(ctx.cursor, ctx.company_id, word, wire_id)
            if order is None:
                raise faults.not_found()
            if order.party != form.party_pk:
                raise faults.cannot_link(wire_id)
            drafts.append(LinkDraft(order.pk))
            taken_over.extend(_lines_of(store.body_of(order), wire_id))
        if taken_over and not form.body.get("Line"):
            form.body["Line"] = taken_over
        return drafts


def _lines_of(order: Body, wire_id: str) -> list[Body]:
    linked = {"TxnId": wire_id, "TxnType": "PurchaseOrder"}
    return [
        {
            **{name: value for name, value in line.items() if name != "Id"},
            "LinkedTxn": [{**linked, "TxnLineId": line["Id"]}],
        }
        for line in order["Line"]
    ]


class VendorCredit(VendorForm):
    """Debits payables and credits the lines; a bill payment uses it against bills."""

    name = "VendorCredit"
    label = "Vendor Credit"
    gives_back = True
    own_fields = _VENDOR_FIELDS
    own_properties: ClassVar[tuple[Property, ...]] = _VENDOR_PROPERTIES


class PurchaseOrder(ExpenseForm):
    """What was ordered from a vendor; a bill that is made of it closes it. It posts nothing."""

    name = "PurchaseOrder"
    label = "Purchase Order"
    own_fields = _VENDOR_FIELDS | {
        "POStatus", "POEmail", "ShipAddr", "ShipTo", "ShipMethodRef", "SalesTermRef", "DueDate", "Memo",
        "EmailStatus",
        "ReplyEmail", "CrossReference",
    }  # fmt: skip
    own_properties: ClassVar[tuple[Property, ...]] = (
        *_VENDOR_PROPERTIES,
        Property("POStatus"),
        Property("DueDate", Kind.DATE, "due_date"),
    )

    def build(self, form: Form) -> Draft:
        """Return the draft. Raises 2020, 2170, 2500, 6440."""
        fill_vendor(form)
        lines = expense_lines.read_lines(form)
        total = expense_lines.reckon(form, lines)
        body = form.body
        body["APAccountRef"] = open_account(form, "payable", "APAccountRef").as_ref()
        state = text_of(body.setdefault("POStatus", "Open"), "POStatus")
        if state not in {"Open", "Closed"}:
            raise faults.invalid_enumeration(state, "POStatus")
        body.setdefault("LinkedTxn", [])
        draft = Draft(body, doc_number=given_number(form, PURCHASE_ORDERS), total_minor=total)
        if body.get("DueDate") or body.get("SalesTermRef"):
            draft.due_date = fill_due_date(form, fill_term(form, None))
        return draft
