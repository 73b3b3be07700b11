"""Members of a new company's Preferences and CompanyInfo that say nothing about its books but that programs
look for.

Source: QuickBooks Online Accounting API, Preferences and CompanyInfo entities.
"""

from __future__ import annotations

from typing import Any

DEFAULT_MESSAGE = "Thank you for your business."
_FORMS = {
    "InvoiceMessage": "Invoice",
    "EstimateMessage": "Estimate",
    "SalesReceiptMessage": "Sales receipt",
    "StatementMessage": "Statement",
}
_OTHERS = {
    "SalesFormsPrefs.DefaultCustomerMessage": DEFAULT_MESSAGE,
    "DTXCopyMemo": "false",
    "SFCEnabled": "true",
    "DataPartner": "false",
    "Vendor1099Enabled": "true",
    "TimeTrackingFeatureEnabled": "true",
    "FDPEnabled": "false",
    "ProjectsEnabled": "false",
    "DateFormat": "Month Date Year separated by a slash",
    "DateFormatMnemonic": "MM/dd/yyyy",
    "NumberFormat": "US Number Format",
    "NumberFormatMnemonic": "US_NB",
    "SignoutInactiveMinutes": "60",
    "AccountingInfoPrefs.ShowAccountNumbers": "false",
    "VendorAndPurchasesPrefs.UseCustomTxnNumbers": "false",
    "WarnDuplicateCheckNumber": "true",
    "WarnDuplicateBillNumber": "true",
    "WarnDuplicateJournalNumber": "true",
}
_COMPANY = {
    "NeoEnabled": "true",
    "IndustryType": "",
    "IndustryCode": "",
    "QBOIndustryType": "",
    "OfferingSku": "QuickBooks Online Plus",
    "SubscriptionStatus": "PAID",
    "PayrollFeature": "false",
    "AccountantFeature": "false",
}


def email_messages(company: str) -> dict[str, Any]:
    """Return the texts that go with sent forms."""
    return {
        member: {"Subject": f"{form} from {company}", "Message": f"{form} is attached."}
        for member, form in _FORMS.items()
    }


def sales_custom_fields() -> list[dict[str, Any]]:
    """Return the switches of the three custom fields of sales forms, all off."""
    names = [f"SalesFormsPrefs.UseSalesCustom{number}" for number in (1, 2, 3)]
    flags = [{"Name": name, "Type": "BooleanType", "BooleanValue": False} for name in names]
    return [{"CustomField": flags}]


def other_preferences(own: dict[str, str]) -> list[dict[str, str]]:
    """Return the name-value pairs of Preferences, those that depend on the company first."""
    return [{"Name": name, "Value": value} for name, value in {**own, **_OTHERS}.items()]


def company_values() -> list[dict[str, str]]:
    """Return the name-value pairs of CompanyInfo."""
    return [{"Name": name, "Value": value} for name, value in _COMPANY.items()]
