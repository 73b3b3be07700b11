"""Kinds of objects that no company here ever holds: programs may ask for them and are told of none.

Source: QuickBooks Online Accounting API, the entities of these names; readers of whole companies query them
all and stop at a refusal.
"""

from __future__ import annotations

from closebook.apps.qbo.entities.base import Entity, Kind, Property

_ACTIVE = Property("Active", Kind.BOOLEAN, "active")


class Budget(Entity):
    """A plan of income and expense by month."""

    name = "Budget"
    read_only = frozenset(
        {"Name", "StartDate", "EndDate", "BudgetType", "BudgetEntryType", "Active", "BudgetDetail"}
    )
    properties = (
        Property("Name"),
        Property("BudgetType"),
        Property("StartDate", Kind.DATE),
        Property("EndDate", Kind.DATE),
        _ACTIVE,
    )


class CustomerType(Entity):
    """A kind of customers."""

    name = "CustomerType"
    read_only = frozenset({"Name", "Active"})
    properties = (Property("Name"), _ACTIVE)
    in_cdc = False


class RecurringTransaction(Entity):
    """A template that makes transactions by the calendar."""

    name = "RecurringTransaction"
    properties = (
        Property("Name"),
        Property("Type"),
        Property("RecurringInfo.Name"),
        Property("RecurringInfo.RecurType"),
    )
    in_cdc = False


class ReimburseCharge(Entity):
    """A billable expense that waits for its invoice."""

    name = "ReimburseCharge"
    read_only = frozenset({"CustomerRef", "CurrencyRef", "Amount", "HasBeenInvoiced", "Line", "TxnDate"})
    properties = (
        Property("CustomerRef", Kind.REFERENCE),
        Property("HasBeenInvoiced", Kind.BOOLEAN),
        Property("TxnDate", Kind.DATE, "txn_date"),
    )
    in_cdc = False


class InventoryAdjustment(Entity):
    """A correction of quantities on hand, made by hand in the service's own pages."""

    name = "InventoryAdjustment"
    read_only = frozenset({"TxnDate", "DocNumber", "PrivateNote", "AdjustAccountRef", "Line"})
    properties = (Property("TxnDate", Kind.DATE, "txn_date"), Property("DocNumber", column="doc_number"))
    in_cdc = False


class TaxClassification(Entity):
    """A kind of goods for automated sales tax, which companies here do not have."""

    name = "TaxClassification"
    read_only = frozenset({"Name", "Code", "Description", "Level", "ParentRef", "ApplicableTo"})
    properties = (
        Property("Name"),
        Property("Code"),
        Property("Level"),
        Property("ParentRef", Kind.REFERENCE),
    )
    in_cdc = False


class TaxPayment(Entity):
    """A payment of collected tax to an agency."""

    name = "TaxPayment"
    read_only = frozenset({"PaymentDate", "PaymentAmount", "PaymentAccountRef", "Description", "Refund"})
    properties = (Property("PaymentDate", Kind.DATE), Property("PaymentAmount", Kind.NUMBER))
    in_cdc = False


EMPTY_LISTS: tuple[Entity, ...] = (
    Budget(),
    CustomerType(),
    RecurringTransaction(),
    ReimburseCharge(),
    InventoryAdjustment(),
    TaxClassification(),
    TaxPayment(),
)
