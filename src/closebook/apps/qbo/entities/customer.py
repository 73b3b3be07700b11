"""Customer, with sub-customers (jobs).

Source: QuickBooks Online Accounting API, Customer entity.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults, store
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.names import Place, active_of, fold, place, plain, shown
from closebook.apps.qbo.entities.people import CONTACT, check_free, common_body, copied, masked
from closebook.apps.qbo.selectors.party_balances import party_balances, shown_balance, tree_balances
from closebook.apps.qbo.services.opening import post_customer_opening
from closebook.apps.qbo.services.write import touch
from closebook.apps.qbo.values import decimal_of, flag, optional_day, reference_id
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

_REFERENCES = {
    "SalesTermRef": "Term",
    "PaymentMethodRef": "PaymentMethod",
    "DefaultTaxCodeRef": "TaxCode",
    "ARAccountRef": "Account",
}
_COPIED = frozenset(
    {"TaxExemptionReasonId", "CustomerTypeRef", "GSTIN", "GSTRegistrationType", "BusinessNumber", "Source"}
)
_DELIVERY = frozenset({"Print", "Email", "None"})


class Customer(Entity):
    """Somebody who buys. Balances are computed from open documents when it is read."""

    name = "Customer"
    series = "name"
    fields = (
        CONTACT
        | _COPIED
        | _REFERENCES.keys()
        | {
            "Job", "ParentRef", "BillWithParent", "Taxable", "ResaleNum", "PreferredDeliveryMethod",
            "OpenBalanceDate",
            "Balance", "PrimaryTaxIdentifier", "SecondaryTaxIdentifier", "IsProject",
        }
    )  # fmt: skip
    read_only = frozenset(
        {
            "FullyQualifiedName",
            "Level",
            "BalanceWithJobs",
            "ClientEntityId",
            "V4IDPseudonym",
            "ClientCompanyId",
        }
    )
    lengths: ClassVar = {"ResaleNum": 16}
    properties = (
        Property("DisplayName", column="name_key"),
        Property("FullyQualifiedName"),
        Property("GivenName"),
        Property("MiddleName"),
        Property("FamilyName"),
        Property("CompanyName"),
        Property("PrintOnCheckName"),
        Property("Active", Kind.BOOLEAN, "active"),
        Property("Job", Kind.BOOLEAN),
        Property("Taxable", Kind.BOOLEAN),
        Property("ParentRef", Kind.REFERENCE),
        Property("Balance", Kind.NUMBER),
        Property("BalanceWithJobs", Kind.NUMBER),
        Property("PrimaryEmailAddr.Address"),
        Property("PrimaryEmailAddr"),
        Property("PrimaryPhone.FreeFormNumber"),
        Property("CurrencyRef", Kind.REFERENCE),
        Property("Notes"),
    )
    default_order = "name_key"
    derives = True
    noun = "Names"

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft. Raises 6080, 6240, 6150, 6180, 6130, 6220 and others; an opening balance is
        posted after.
        """
        old = store.body_of(former) if former else {}
        active = active_of(payload, former)
        body = common_body(ctx, payload, old, active)
        name = plain(body["DisplayName"])
        if active:
            check_free(ctx, self.name, name, former)
        elif former and former.active:
            self._check_settled(ctx, former)
        where = _place(ctx, name, payload, former)
        body |= {
            "FullyQualifiedName": shown(where.path, active),
            "Job": where.parent is not None,
            "BillWithParent": self._bills_with_parent(ctx, payload, old, former),
            "Taxable": flag(payload, "Taxable", default="DefaultTaxCodeRef" in payload),
            "Balance": 0,
            "BalanceWithJobs": 0,
            "PreferredDeliveryMethod": _delivery(payload),
            "IsProject": bool(old.get("IsProject", False)),
            **copied(payload, _COPIED),
            **copied(payload, self.lengths),
        }
        if where.parent is not None:
            body |= {"ParentRef": {"value": where.parent.wire_id}, "Level": where.level}
        for member, kind in _REFERENCES.items():
            if member in payload and reference_id(payload[member], member):
                body[member] = ctx.require_any(kind, payload[member], member).as_ref()
        for member in ("PrimaryTaxIdentifier", "SecondaryTaxIdentifier"):
            if member in payload:
                body[member] = masked(payload[member], member, 20, 5)
        draft = Draft(body, name_key=fold(body["DisplayName"]), active=active)
        if former is None:
            self._open(payload, draft)
        elif old["FullyQualifiedName"] != body["FullyQualifiedName"]:
            draft.after.append(lambda ctx, record: _rename_jobs(ctx, record, body["FullyQualifiedName"]))
        return draft

    def _check_settled(self, ctx: Context, former: Record) -> None:
        if party_balances(ctx, self.name).get(former.wire_id):
            raise faults.has_balance()
        if _has_unbilled(ctx, former.wire_id):
            raise faults.unbilled_charges()
        if _jobs(ctx, former.wire_id, active_only=True):
            raise faults.business("A customer with active sub-customers cannot be made inactive", "Active")

    def _bills_with_parent(self, ctx: Context, payload: Body, old: Body, former: Record | None) -> bool:
        wanted = flag(payload, "BillWithParent")
        changed = former is not None and wanted != old.get("BillWithParent", False)
        if changed and former is not None and party_balances(ctx, self.name).get(former.wire_id):
            raise faults.billing_parent_fixed()
        return wanted

    def _open(self, payload: Body, draft: Draft) -> None:
        amount = decimal_of(payload.get("Balance", 0), "Balance")
        day = optional_day(payload, "OpenBalanceDate")
        if amount and day is not None:
            draft.after.append(_opening(amount, day))

    def present(self, ctx: Context, body: Body) -> Body:
        """Return the body with the open balance, alone and with sub-customers."""
        currency = body["CurrencyRef"]["value"]
        own = party_balances(ctx, self.name).get(body["Id"], 0)
        whole = tree_balances(ctx).get(body["Id"], 0)
        return {
            **body,
            "Balance": shown_balance(own, currency),
            "BalanceWithJobs": shown_balance(whole, currency),
        }


def _opening(amount: Decimal, day: dt.date) -> Callable[[Context, Record], None]:
    def post(ctx: Context, record: Record) -> None:
        post_customer_opening(ctx, record, amount, day)
        ctx.memo.clear()

    return post


def _delivery(payload: Body) -> str:
    method = str(payload.get("PreferredDeliveryMethod", "Print")).capitalize()
    if method not in _DELIVERY:
        raise faults.invalid_enumeration(method, "PreferredDeliveryMethod")
    return method


def _place(ctx: Context, name: str, payload: Body, former: Record | None) -> Place:
    parent = payload.get("ParentRef")
    if parent is not None and not reference_id(parent, "ParentRef"):
        parent = None
    job = flag(payload, "Job", default=parent is not None)
    if job and parent is None:
        raise faults.parent_required()
    return place(ctx, "Customer", name, parent if job else None, former)


_JOBS = f"""
    SELECT {store.COLUMNS} FROM books_record WHERE company_id = %s AND entity = 'Customer'
    AND deleted_at IS NULL AND body LIKE '%%"ParentRef":{{%%' AND body LIKE %s
"""
_UNBILLED = """
    SELECT 1 FROM books_record WHERE company_id = %s AND entity IN ('TimeActivity', 'Purchase', 'Bill')
    AND deleted_at IS NULL AND body LIKE '%%"BillableStatus":"Billable"%%' AND body LIKE %s LIMIT 1
"""
# Both repeat the condition of an index (0003_customers_in_use) word by word: only so is it used.


def _jobs(ctx: Context, wire_id: str, *, active_only: bool = False) -> list[Record]:
    condition = " AND active" if active_only else ""
    ctx.cursor.execute(f"{_JOBS}{condition}", [ctx.company_id, f'%"ParentRef":{{"value":"{wire_id}"}}%'])
    return [store.record_of(row) for row in ctx.cursor.fetchall()]


def _has_unbilled(ctx: Context, wire_id: str) -> bool:
    """Tell whether time or expenses wait to be billed to a customer."""
    ctx.cursor.execute(_UNBILLED, [ctx.company_id, f'%"CustomerRef":{{"value":"{wire_id}"%'])
    return ctx.cursor.fetchone() is not None


def _rename_jobs(ctx: Context, record: Record, path: str) -> None:
    """Give the sub-customers of a renamed or moved customer their new full names, level by level."""
    for job in _jobs(ctx, record.wire_id):
        own = store.body_of(job)["DisplayName"]
        touch(ctx, job, {"FullyQualifiedName": f"{plain(path)}:{own}"})
        _rename_jobs(ctx, job, f"{plain(path)}:{plain(own)}")
