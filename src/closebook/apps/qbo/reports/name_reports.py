"""Reports with a row per customer, vendor, item, class or location, and the list of ledger accounts."""

from __future__ import annotations

from closebook.apps.qbo import faults
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.reports.family import Report
from closebook.apps.qbo.reports.parameters import Parameters
from closebook.apps.qbo.reports.render import Shape

_GRAND_TOTAL = {"grand-total": "GrandTotal"}
_ITEM_GROUPS = {**_GRAND_TOTAL, "not-specified": "**"}
_KEYS = {"total": "total"}
_ACCOUNT_KEYS = {
    "ledger-account": "account_name",
    "type": "account_type",
    "sub-type": "detail_acc_type",
    "description": "account_desc",
    "balance": "account_bal",
}
_INCOME_KEYS = {"income": "income", "expenses": "expenses", "net-income": "net_income"}
_ITEM_KEYS = {
    "quantity": "quantity",
    "amount": "amount",
    "share": "percent_sales",
    "average-price": "avg_price",
    "cost": "cogs",
    "margin": "gross_margin",
    "margin-share": "gross_margin_percent",
}
_STOCK_KEYS = {"sku": "sku", "quantity": "quantity", "value": "asset_value", "average-cost": "calc_avg"}
_STATUS = {"": "active", "not_deleted": "active", "deleted": "inactive"}


def _status(_context: Context, parameters: Parameters) -> dict[str, str]:
    word = parameters.word("account_status").lower()
    if word not in _STATUS:
        raise faults.invalid_enumeration(word, "account_status")
    return {"status": _STATUS[word]}


def _sales(name: str, entity: str) -> Shape:
    first = ("", entity, entity.lower())
    return Shape(name, _GRAND_TOTAL, _KEYS, first, typed=False, columns_by="time")


def _table(name: str, groups: dict[str, str], keys: dict[str, str], first: tuple[str, str, str]) -> Shape:
    return Shape(name, groups, keys, first, typed=False, columns_by="total")


_ITEM_FIRST = ("", "ProductsAndService", "item")
REPORTS = (
    Report(
        _table("CustomerIncome", _GRAND_TOTAL, _INCOME_KEYS, ("", "Customer", "customer")), "customer-income"
    ),
    Report(_sales("CustomerSales", "Customer"), "customer-sales"),
    Report(_sales("ClassSales", "Class"), "class-sales"),
    Report(_sales("DepartmentSales", "Department"), "location-sales"),
    Report(_sales("VendorExpenses", "Vendor"), "vendor-expenses"),
    Report(_table("ItemSales", _ITEM_GROUPS, _ITEM_KEYS, _ITEM_FIRST), "item-sales"),
    Report(
        Shape(
            "InventoryValuationSummary",
            _GRAND_TOTAL,
            _STOCK_KEYS,
            _ITEM_FIRST,
            typed=False,
            basis=False,
            period=False,
            report_date=True,
            columns_by="",
        ),
        "stock-value",
        "today",
        as_of=True,
    ),
    Report(
        Shape("AccountList", keys=_ACCOUNT_KEYS, basis=False, period=False, columns_by=""),
        "account-list",
        "today",
        _status,
        as_of=True,
    ),
)
