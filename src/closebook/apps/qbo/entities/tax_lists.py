"""TaxAgency, TaxRate and TaxCode. Rates and codes are made by the tax service; three codes exist in every
company.

Source: QuickBooks Online Accounting API, TaxAgency, TaxRate and TaxCode entities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Entity, Kind, Property
from closebook.apps.qbo.entities.names import checked_name, fold, holder
from closebook.apps.qbo.services.system_accounts import assign_role, make_account
from closebook.apps.qbo.store import body_of
from closebook.apps.qbo.values import flag
from closebook.apps.qbo.wire import Body, stamp

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context
    from closebook.apps.qbo.query.ast import Statement

PSEUDO_CODES = {
    "TAX": ("TAX", True),
    "NON": ("NON", False),
    "CustomSalesTax": ("CustomSalesTax", True),
}


class TaxAgency(Entity):
    """An authority to which tax is paid; each has a liability account of its own."""

    name = "TaxAgency"
    fields = frozenset(
        {"DisplayName", "TaxTrackedOnSales", "TaxTrackedOnPurchases", "TaxRegistrationNumber", "LastFileDate"}
    )
    read_only = frozenset({"TaxAgencyConfig"})
    lengths: ClassVar = {"TaxRegistrationNumber": 30}
    properties = (Property("DisplayName", column="name_key"),)
    default_order = "name_key"
    in_cdc = False

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft; a new agency gets its payable account after. Raises 6240."""
        name = checked_name(payload.get("DisplayName"), "DisplayName", 100)
        if taken := holder(ctx, (self.name,), fold(name), former):
            raise faults.duplicate_name("other", taken[1])
        body: Body = {
            "DisplayName": name,
            "TaxTrackedOnSales": flag(payload, "TaxTrackedOnSales", default=True),
            "TaxTrackedOnPurchases": flag(payload, "TaxTrackedOnPurchases"),
            "TaxAgencyConfig": "USER_DEFINED",
        }
        body |= {
            member: payload[member]
            for member in ("TaxRegistrationNumber", "LastFileDate")
            if member in payload
        }
        return Draft(body, name_key=fold(name), after=[_make_payable] if former is None else [])


def _make_payable(ctx: Context, record: Record) -> None:
    name = f"{body_of(record)['DisplayName']} Payable"[:100].replace('"', "'")
    taken = holder(ctx, ("Account",), fold(name), None)
    found = ctx.reference("Account", taken[1]) if taken else None
    if found is None or found.body["AccountType"] != "Other Current Liability":
        found = make_account(ctx, name, "Other Current Liability", "GlobalTaxPayable")
    assign_role(ctx, f"tax-payable:{record.wire_id}", "", found.pk)


class TaxRate(Entity):
    """A percentage of one agency. It never changes once it is made."""

    name = "TaxRate"
    creatable = False
    fields = frozenset({"Name", "Description", "Active", "RateValue", "AgencyRef"})
    read_only = frozenset({"SpecialTaxType", "DisplayType", "EffectiveTaxRate", "TaxReturnLineRef"})
    properties = (
        Property("Name", column="name_key"),
        Property("Active", Kind.BOOLEAN, "active"),
        Property("RateValue", Kind.NUMBER),
        Property("AgencyRef", Kind.REFERENCE),
    )
    in_cdc = False

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Raise 500: rates are made by the tax service only."""
        raise faults.unsupported_operation("Operation update is not supported on TaxRate")


class TaxCode(Entity):
    """A group of rates that a form applies. Each query also shows the pseudo codes."""

    name = "TaxCode"
    creatable = False
    fields = frozenset({"Name", "Description", "Active"})
    read_only = frozenset(
        {"Taxable", "TaxGroup", "SalesTaxRateList", "PurchaseTaxRateList", "Hidden", "TaxCodeConfigType"}
    )
    properties = (
        Property("Name", column="name_key"),
        Property("Active", Kind.BOOLEAN, "active"),
        Property("Description"),
        Property("Taxable", Kind.BOOLEAN),
        Property("TaxGroup", Kind.BOOLEAN),
    )
    in_cdc = False

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Raise 500: codes are made by the tax service only."""
        raise faults.unsupported_operation("Operation update is not supported on TaxCode")

    def read_special(self, ctx: Context, wire_id: str) -> Body | None:
        """Return a pseudo code by its name."""
        return pseudo_code(ctx, wire_id) if wire_id in PSEUDO_CODES else None

    def query_extras(self, ctx: Context, statement: Statement) -> list[Body]:
        """Return the pseudo codes."""
        return [pseudo_code(ctx, name) for name in PSEUDO_CODES]


def pseudo_code(ctx: Context, name: str) -> Body:
    """Return the body of a pseudo code: its name is its id, it has no token and is as old as the company."""
    description, taxable = PSEUDO_CODES[name]
    born = stamp(ctx.company.created_at)
    return {
        "Name": name,
        "Description": description,
        "Active": True,
        "Hidden": False,
        "Taxable": taxable,
        "TaxGroup": name == "CustomSalesTax",
        "SalesTaxRateList": {"TaxRateDetail": []},
        "PurchaseTaxRateList": {"TaxRateDetail": []},
        "domain": "QBO",
        "sparse": False,
        "Id": name,
        "MetaData": {"CreateTime": born, "LastUpdatedTime": born},
    }
