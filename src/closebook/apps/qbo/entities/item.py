"""Item: services, goods with and without stock, and categories.

Source: QuickBooks Online Accounting API, Item entity: required members by type, defaults, opening stock.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.names import (
    Place,
    active_of,
    checked_name,
    fold,
    holder,
    place,
    plain,
    rename_children,
    shown,
)
from closebook.apps.qbo.selectors.stock import stock_levels
from closebook.apps.qbo.services import write
from closebook.apps.qbo.services.opening import post_stock_change, stock_value_minor
from closebook.apps.qbo.store import body_of
from closebook.apps.qbo.values import day_of, decimal_of, flag, reference_id, text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from collections.abc import Callable

    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context, Reference

TYPES = {
    "service": "Service",
    "noninventory": "NonInventory",
    "inventory": "Inventory",
    "category": "Category",
}
_ACCOUNT_MEMBERS = ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef")
_KEPT = (
    "Sku", "Description", "PurchaseDesc", "SalesTaxCodeRef", "PurchaseTaxCodeRef", "SalesTaxIncluded",
    "PurchaseTaxIncluded",
    "ManPartNum", "ReorderPoint", "PrefVendorRef", "ClassRef", "TaxClassificationRef", "Source",
    "ItemCategoryType",
    "UQCDisplayText", "UQCId",
)  # fmt: skip
_TEXTS = frozenset({"Sku", "Description", "PurchaseDesc", "ManPartNum", "UQCDisplayText"})
_MOST = Decimal(99_999_999_999)


class Item(Entity):
    """Something sold or bought. Quantity on hand is read from the stock."""

    name = "Item"
    fields = frozenset(
        {
            "Name", "Active", "Type", "SubItem", "ParentRef", "Taxable", "UnitPrice", "PurchaseCost",
            "TrackQtyOnHand",
            "QtyOnHand", "InvStartDate", *_ACCOUNT_MEMBERS, *_KEPT,
        }
    )  # fmt: skip
    read_only = frozenset(
        {"FullyQualifiedName", "Level", "ItemGroupDetail", "PrintGroupedItems", "AvgCost", "RatePercent"}
    )
    lengths: ClassVar = {"Sku": 100, "Description": 4000, "PurchaseDesc": 4000}
    properties = (
        Property("Name"),
        Property("FullyQualifiedName", column="name_key"),
        Property("Sku"),
        Property("Type"),
        Property("Description"),
        Property("Active", Kind.BOOLEAN, "active"),
        Property("UnitPrice", Kind.NUMBER),
        Property("PurchaseCost", Kind.NUMBER),
        Property("QtyOnHand", Kind.NUMBER),
        Property("Taxable", Kind.BOOLEAN),
        Property("SubItem", Kind.BOOLEAN),
        Property("ParentRef", Kind.REFERENCE),
    )
    default_order = "name_key"
    derives = True
    noun = "Items"

    def merge(self, payload: Body, former: Body | None, sparse: bool) -> Body:
        """Return the whole payload; the quantity is in it only when it was sent: the stored one is of the day
        of the last count.
        """
        whole = super().merge(payload, former, sparse)
        if "QtyOnHand" not in payload:
            whole.pop("QtyOnHand", None)
        return whole

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft. Raises 2020, 2170, 2500, 6240 and others; opening stock and changes of it are
        posted after.
        """
        old = body_of(former) if former else {}
        kind = _type(payload, old)
        active = active_of(payload, former)
        name = checked_name(plain(text_of(payload.get("Name"), "Name")), "Name", 100)
        where = _place(ctx, name, payload, former)
        path = shown(where.path, active)
        if active and (taken := holder(ctx, (self.name,), fold(path), former)):
            raise faults.duplicate_name("items", taken[1])
        body = _body(payload, (shown(name, active), path, active, kind), where)
        draft = Draft(body, name_key=fold(path), active=active)
        if kind != "Category":
            _accounts(ctx, payload, kind, body)
        if kind == "Inventory":
            _stock(ctx, payload, old, draft, former)
        old_path = plain(old["FullyQualifiedName"]) if old else where.path
        if old_path != where.path:
            draft.after.append(lambda ctx, _record: _moved(ctx, old_path, where.path))
        return draft

    def present(self, ctx: Context, body: Body) -> Body:
        """Return the body with the quantity on hand of a tracked item."""
        if body.get("Type") != "Inventory":
            return body
        return {**body, "QtyOnHand": stock_levels(ctx).get(body["Id"], Decimal(0))}


def _moved(ctx: Context, old_path: str, new_path: str) -> None:
    rename_children(ctx, "Item", old_path, new_path)


def _type(payload: Body, old: Body) -> str:
    given = text_of(payload.get("Type"), "Type")
    if not given and not old:
        raise faults.required("Type")
    kind = TYPES.get(given.lower()) if given else old["Type"]
    if kind is None:
        raise faults.invalid_enumeration(given, "Type")
    if old and old["Type"] != kind and "Category" in {old["Type"], kind}:
        raise faults.business("The type of a category cannot be changed", "Type")
    if old and old["Type"] == "Inventory" != kind:
        raise faults.business("The type of a tracked item cannot be changed", "Type")
    return kind


def _place(ctx: Context, name: str, payload: Body, former: Record | None) -> Place:
    parent = payload.get("ParentRef")
    if parent is not None and not reference_id(parent, "ParentRef"):
        parent = None
    if flag(payload, "SubItem") and parent is None:
        raise faults.required("ParentRef")
    where = place(ctx, "Item", name, parent, former)
    if where.parent is not None and where.parent.body["Type"] != "Category":
        raise faults.business("The parent of an item must be a category", "ParentRef")
    return where


def _price(payload: Body, member: str) -> Decimal:
    price = decimal_of(payload.get(member, 0), member)
    if abs(price) > _MOST:
        raise faults.invalid_amount(price, member)
    return price


def _body(payload: Body, named: tuple[str, str, bool, str], where: Place) -> Body:
    name, path, active, kind = named
    body: Body = {"Name": name, "Active": active, "FullyQualifiedName": path, "Type": kind}
    if where.parent is not None:
        body |= {"SubItem": True, "ParentRef": where.parent.as_ref(), "Level": where.level}
    if kind == "Category":
        return body
    body["Taxable"] = flag(payload, "Taxable")
    body["UnitPrice"] = _price(payload, "UnitPrice")
    body["PurchaseCost"] = _price(payload, "PurchaseCost")
    body["TrackQtyOnHand"] = kind == "Inventory"
    for member in _KEPT:
        if member in payload:
            value = payload[member]
            body[member] = text_of(value, member) if member in _TEXTS else value
    return body


def _accounts(ctx: Context, payload: Body, kind: str, body: Body) -> None:
    """Put the checked ledger accounts of an item into its body."""
    given = {
        member: ctx.require("Account", payload[member], member)
        for member in _ACCOUNT_MEMBERS
        if member in payload and reference_id(payload[member], member)
    }
    if kind == "Inventory":
        _inventory_accounts(given)
    elif "IncomeAccountRef" not in given and "ExpenseAccountRef" not in given:
        raise faults.required("ExpenseAccountRef or IncomeAccountRef")
    else:
        given.pop("AssetAccountRef", None)
    for member, found in given.items():
        if found.body["AccountType"] in {"Accounts Receivable", "Accounts Payable"}:
            raise faults.wrong_ledger_account(member)
        body[member] = found.as_ref()


def _inventory_accounts(given: dict[str, Reference]) -> None:
    if "AssetAccountRef" not in given:
        raise faults.required_text(
            "An inventory assetaccount is required for an inventory item", "AssetAccountRef"
        )
    for member in ("IncomeAccountRef", "ExpenseAccountRef"):
        if member not in given:
            raise faults.required(member)
    if given["AssetAccountRef"].body["AccountSubType"] != "Inventory":
        raise faults.wrong_ledger_account(
            "AssetAccountRef", "The asset account must have the sub type Inventory"
        )
    if given["IncomeAccountRef"].body["AccountSubType"] != "SalesOfProductIncome":
        raise faults.wrong_ledger_account(
            "IncomeAccountRef", "The income account must be SalesOfProductIncome"
        )
    if given["ExpenseAccountRef"].body["AccountType"] != "Cost of Goods Sold":
        raise faults.wrong_ledger_account(
            "ExpenseAccountRef", "The expense account must be Cost of Goods Sold"
        )


def _stock(ctx: Context, payload: Body, old: Body, draft: Draft, former: Record | None) -> None:
    """Check the members of a tracked item and plan the posting of its opening stock or of a change."""
    body = draft.body
    if "TrackQtyOnHand" in payload and not flag(payload, "TrackQtyOnHand"):
        raise faults.business("TrackQtyOnHand must be true for an inventory item", "TrackQtyOnHand")
    for member in ("QtyOnHand", "InvStartDate"):
        if member not in payload and former is None:
            raise faults.required(member)
    held = stock_levels(ctx).get(former.wire_id, Decimal(0)) if former else Decimal(0)
    quantity = decimal_of(payload["QtyOnHand"], "QtyOnHand") if "QtyOnHand" in payload else held
    day = day_of(payload.get("InvStartDate", old.get("InvStartDate")), "InvStartDate")
    body["QtyOnHand"] = quantity
    body["InvStartDate"] = old.get("InvStartDate") or day.isoformat()
    if quantity != held:
        draft.after.append(
            _change(
                quantity - held, decimal_of(body["PurchaseCost"], "PurchaseCost"), day, body, former is None
            )
        )


def _change(
    difference: Decimal, cost: Decimal, day: dt.date, body: Body, opening: bool
) -> Callable[[Context, Record], None]:
    def post(ctx: Context, record: Record) -> None:
        micro = int(difference.scaleb(6))
        value = _value(ctx, record, difference, cost, opening)
        post_stock_change(ctx, record, body, day, quantity_micro=micro, value_minor=value, opening=opening)
        ctx.memo.pop("stock-levels", None)

    return post


def _value(ctx: Context, record: Record, difference: Decimal, cost: Decimal, opening: bool) -> int:
    """Return the value of a change of stock: at purchase cost when opening, at average cost later."""
    if not opening:
        ctx.cursor.execute(
            "SELECT quantity_micro, value_minor FROM books_stocklevel WHERE record_id = %s", [record.pk]
        )
        row = ctx.cursor.fetchone()
        if row and row[0] > 0:
            cost = Decimal(row[1]) / Decimal(row[0]) * Decimal(10) ** 6
            return int((difference * cost).to_integral_value())
    return stock_value_minor(difference, cost, ctx.home_currency)


def opening_item(ctx: Context, equity: Reference) -> str:
    """Return the id of the service's own item for opening balances of customers, made at first use."""
    taken = holder(ctx, ("Item",), fold("Opening Balance"), None)
    if taken is not None:
        return taken[1]
    named = ("Opening Balance", "Opening Balance", True, "Service")
    body = _body({}, named, Place("Opening Balance", None, 0))
    body["IncomeAccountRef"] = equity.as_ref()
    return write.store_new(ctx, Item(), Draft(body, name_key=fold("Opening Balance"))).wire_id
