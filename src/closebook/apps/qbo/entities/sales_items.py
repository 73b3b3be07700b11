"""What is sold: an item with its income ledger account, and the pseudo items for shipping and tips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from closebook.apps.qbo import faults

if TYPE_CHECKING:
    from closebook.apps.qbo.context import Reference
    from closebook.apps.qbo.entities.form import Form
    from closebook.apps.qbo.wire import Body


@dataclass(frozen=True, slots=True)
class SaleItem:
    """An item on a sales line; without one the line falls to the income of services."""

    income: int
    pk: int | None = None
    reference: Reference | None = None
    is_tracked: bool = False


def sale_item(form: Form, detail: Body) -> SaleItem:
    """Return what a sales line sells and write its real name into the detail. Raises 2500, 2020."""
    if not detail.get("ItemRef"):
        detail.pop("ItemRef", None)
        return _without_item(form, detail)
    item = form.refer("Item", detail["ItemRef"], "ItemRef")
    detail["ItemRef"] = item.as_ref()
    key = ("sale-item", item.pk)
    known: SaleItem | None = form.ctx.memo.get(key)
    if known is None or known.reference is not item:
        known = _sale_item(form, item)
        form.ctx.memo[key] = known
    return known


def _sale_item(form: Form, item: Reference) -> SaleItem:
    kind = item.body.get("Type")
    if kind == "Category":
        raise faults.category_as_item()
    income = item.body.get("IncomeAccountRef")
    if not income:
        raise faults.business("The item has no income account, so it cannot be sold", "ItemRef")
    ledger_account = form.ctx.require_any("Account", income, "IncomeAccountRef")
    return SaleItem(ledger_account.pk, item.pk, item, kind == "Inventory")


def _without_item(form: Form, detail: Body) -> SaleItem:
    if detail.get("ItemAccountRef"):
        ledger_account = form.fill("Account", "ItemAccountRef", detail)
        if ledger_account is not None:
            return SaleItem(ledger_account.pk)
    default = form.ctx.other_preference("SalesFormsPrefs.DefaultItem")
    found = form.ctx.reference("Item", default) if default else None
    if found is not None and found.active and found.body.get("IncomeAccountRef"):
        detail["ItemRef"] = found.as_ref()
        return _sale_item(form, found)
    return SaleItem(form.ctx.ledger_account("services").pk)


def shipping_item(form: Form, item_id: str) -> int:
    """Return the primary key of the income ledger account of a pseudo item. Raises 5030 when shipping is not
    used.
    """
    ctx = form.ctx
    if item_id != "SHIPPING_ITEM_ID":
        return ctx.ledger_account("services").pk
    if ctx.preference("SalesFormsPrefs", "AllowShipping", True) is False:
        raise faults.feature_unsupported("SHIPPING_ITEM_ID")
    wanted = ctx.preference("SalesFormsPrefs", "DefaultShippingAccount", "")
    chosen = ctx.reference("Account", str(wanted)) if isinstance(wanted, str) and wanted.isdigit() else None
    return (chosen or ctx.ledger_account("shipping-income")).pk
