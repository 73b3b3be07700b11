"""Members that the service's schema has but that this service gives no meaning: taken and left out of what is
stored, so that programs which send whole objects of the schema are not refused.

Source: QuickBooks Online Accounting API, schema (XSD) of the third version.
"""

from __future__ import annotations

_EVERY_FORM = frozenset(
    {"HeaderFull", "HeaderLite", "NameAndId", "Overview", "TaxFormNum", "TaxFormType", "TaxReviewStatus"}
)
_SALES = _EVERY_FORM | {
    "AutoDocNumber", "ARAccountRef", "DepositToAccountRef", "DiscountAmt", "DiscountRate", "DueDate", "FOB",
    "GovtTxnRefIdentifier", "PONumber", "RemainingCredit", "RemitToRef", "SalesRepRef", "SalesTermRef",
    "TemplateRef",
}  # fmt: skip
_BOUGHT = _EVERY_FORM | {"BillEmail", "Memo", "ReplyEmail"}
_NAME = frozenset(
    {
        "AltContactName", "AttachableRef", "ContactName", "CreditLimit", "CustomField", "DefaultTaxCodeRef",
        "IntuitId", "Organization", "TDSEnabled", "UserId",
    }
)  # fmt: skip
_BY_ENTITY: dict[str, frozenset[str]] = {
    "Account": frozenset({"AccountPurposes", "AcctNumExtn", "AttachableRef", "CustomField", "TaxAccount"}),
    "Bill": _BOUGHT | {"PayerRef", "ShipAddr"},
    "BillPayment": _EVERY_FORM,
    "CreditMemo": _SALES,
    "Customer": _NAME
    | {
        "AcctNum", "CCDetail", "JobInfo", "OverDueBalance", "PriceLevelRef", "RootCustomerRef", "SalesRepRef",
        "TaxGroupCodeRef", "TaxRateRef", "TotalExpense", "TotalRevenue",
    },
    "Deposit": _EVERY_FORM,
    "Employee": _NAME | {"EmployeeType", "FullyQualifiedName", "UseTimeEntry"},
    "Estimate": _SALES,
    "Invoice": _SALES | {"InvoiceStatus", "LessCIS"},
    "Item": frozenset(
        {
            "AbatementRate", "AttachableRef", "BuildPoint", "COGSAccountRef", "CustomField",
            "DepositToAccountRef", "ItemAssemblyDetail", "PaymentMethodRef", "PercentBased",
            "QtyOnPurchaseOrder", "QtyOnSalesOrder", "ReverseChargeRate", "ServiceType", "SpecialItem",
            "SpecialItemType", "UOMSetRef",
        }
    ),
    "JournalEntry": _EVERY_FORM | {"EnteredInHomeCurrency", "HomeCurrencyAdjustment"},
    "Payment": _EVERY_FORM | {"CheckPayment", "PaymentType", "RemitToRef"},
    "Purchase": _EVERY_FORM | {"Memo", "TxnId", "TxnNum"},
    "PurchaseOrder": _BOUGHT
    | {
        "DropShipToEntity", "ExpectedDate", "FOB", "ManuallyClosed", "PrintStatus", "ReimbursableInfoRef",
        "TaxCodeRef", "TemplateRef",
    },
    "RefundReceipt": _SALES,
    "SalesReceipt": _SALES,
    "TaxAgency": frozenset(
        {"ReportingPeriod", "TaxTrackedOnPurchasesAccountRef", "TaxTrackedOnSalesAccountRef"}
    ),
    "Term": frozenset({"DateDiscountDayOfMonth"}),
    "TimeActivity": _EVERY_FORM | {"OtherNameRef", "TimeZone"},
    "Transfer": _EVERY_FORM,
    "Vendor": _NAME
    | {
        "ParentRef", "PrefillAccountRef", "TDSEntityTypeId", "TDSOverrideThreshold", "TDSSectionTypeId",
        "TaxCountry", "TaxIdEffectiveDate", "VendorTypeRef",
    },
    "VendorCredit": _BOUGHT,
}  # fmt: skip


def without_meaning(entity: str) -> frozenset[str]:
    """Return the members of an entity that are taken without effect, ``<Entity>Ex`` among them."""
    return _BY_ENTITY.get(entity, frozenset()) | {f"{entity}Ex"}
