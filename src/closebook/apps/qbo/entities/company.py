"""CompanyInfo and Preferences: one object each, read and updated, never created.

Source: QuickBooks Online Accounting API, CompanyInfo and Preferences entities.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar

from closebook.apps.books.models import BooksCompany
from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.base import Draft, Entity, Property
from closebook.apps.qbo.entities.company_defaults import (
    DEFAULT_MESSAGE,
    company_values,
    email_messages,
    other_preferences,
    sales_custom_fields,
)
from closebook.apps.qbo.services.write import touch
from closebook.apps.qbo.store import body_of
from closebook.apps.qbo.values import bounded, email_of, text_of
from closebook.apps.qbo.wire import Body

if TYPE_CHECKING:
    from collections.abc import Callable

    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_BOOLEANS: dict[str, frozenset[str]] = {
    "AccountingInfoPrefs": frozenset(
        {"UseAccountNumbers", "ClassTrackingPerTxn", "ClassTrackingPerTxnLine", "TrackDepartments"}
    ),
    "ProductAndServicesPrefs": frozenset(
        {"ForSales", "ForPurchase", "QuantityWithPriceAndRate", "QuantityOnHand"}
    ),
    "SalesFormsPrefs": frozenset(
        {
            "CustomTxnNumbers", "AllowDeposit", "AllowDiscount", "AllowEstimates", "AllowServiceDate",
            "AllowShipping",
            "AutoApplyCredit", "AutoApplyPayments", "UsingPriceLevels", "UsingProgressInvoicing",
            "EmailCopyToCompany",
            "ETransactionPaymentEnabled", "ETransactionAttachPDF", "IPNSupportEnabled",
        }
    ),
    "VendorAndPurchasesPrefs": frozenset({"BillableExpenseTracking", "TrackingByCustomer"}),
    "TimeTrackingPrefs": frozenset(
        {"UseServices", "BillCustomers", "ShowBillRateToAll", "MarkTimeEntriesBillable"}
    ),
    "TaxPrefs": frozenset({"UsingSalesTax", "PartnerTaxEnabled"}),
    "CurrencyPrefs": frozenset({"MultiCurrencyEnabled"}),
    "ReportPrefs": frozenset({"CalcAgingReportFromTxnDate"}),
}  # fmt: skip


class CompanyInfo(Entity):
    """Name, addresses and fiscal year of the company."""

    name = "CompanyInfo"
    creatable = False
    fields = frozenset(
        {
            "CompanyName", "LegalName", "CompanyAddr", "LegalAddr", "CustomerCommunicationAddr", "Email",
            "CustomerCommunicationEmailAddr", "WebAddr", "PrimaryPhone", "FiscalYearStartMonth", "EmployerId",
            "SupportedLanguages", "DefaultTimeZone", "PrimaryContact",
        }
    )  # fmt: skip
    read_only = frozenset({"CompanyStartDate", "Country", "NameValue"})
    lengths: ClassVar = {"CompanyName": 1024, "LegalName": 1024}
    properties = (Property("CompanyName"), Property("LegalName"), Property("Country"))
    in_cdc = False

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft; a given fiscal month must be a month's English name."""
        body = dict(payload)
        body["CompanyName"] = text_of(payload.get("CompanyName"), "CompanyName")
        if not body["CompanyName"]:
            raise faults.required("CompanyName")
        if "Email" in body:
            body["Email"] = email_of(body["Email"], "Email")
        month = bounded(body.get("FiscalYearStartMonth", "January"), "FiscalYearStartMonth", 20).capitalize()
        if month not in MONTHS:
            raise faults.invalid_enumeration(month, "FiscalYearStartMonth")
        body["FiscalYearStartMonth"] = month
        return Draft(body, after=[_company_row(body["CompanyName"], MONTHS.index(month) + 1)])


def _company_row(name: str, month: int) -> Callable[[Context, Record], None]:
    def change(ctx: Context, _record: Record) -> None:
        rows = BooksCompany.objects.using("books").filter(pk=ctx.company_id)
        rows.update(name=name[:200], fiscal_year_start_month=month)
        _follow(ctx, "Preferences", ("AccountingInfoPrefs", "FirstMonthOfFiscalYear"), MONTHS[month - 1])

    return change


def _follow(ctx: Context, entity: str, path: tuple[str, ...], month: str) -> None:
    """Give the other of the two company objects the same first month of the fiscal year."""
    record = ctx.record_by_id(entity, "1")
    if record is None:
        return
    first, *rest = path
    group = body_of(record).get(first)
    new = {**group, rest[0]: month} if rest and isinstance(group, dict) else month
    if new != group:
        touch(ctx, record, {first: new})


class Preferences(Entity):
    """Switches of the company. A sparse update merges within the groups that it holds."""

    name = "Preferences"
    creatable = False
    in_cdc = False
    fields = frozenset(
        {
            "AccountingInfoPrefs", "ProductAndServicesPrefs", "SalesFormsPrefs", "EmailMessagesPrefs",
            "PrintDocumentPrefs",
            "VendorAndPurchasesPrefs", "TimeTrackingPrefs", "TaxPrefs", "CurrencyPrefs", "ReportPrefs",
            "OtherPrefs",
        }
    )  # fmt: skip

    def merge(self, payload: Body, former: Body | None, sparse: bool) -> Body:
        """Return whole preferences: a group that is sent changes member by member, one that is not stays."""
        whole = {name: value for name, value in (former or {}).items() if name in self.fields}
        for name, value in payload.items():
            if name in self.fields and isinstance(value, dict):
                whole[name] = (
                    {**whole.get(name, {}), **value} if name != "OtherPrefs" else _pairs(whole, value)
                )
            elif name in self.fields and value is not None:
                raise faults.unsupported_property(name)
        return whole

    def prepare(self, ctx: Context, payload: Body, former: Record | None) -> Draft:
        """Return the draft. Raises 2230, 2600 (two kinds of class tracking), 2220 and 6000 (switches that
        stay on).
        """
        old = body_of(former) if former else {}
        for group, names in _BOOLEANS.items():
            for member in names & payload.get(group, {}).keys():
                payload[group][member] = _boolean(payload[group][member], member)
        books = payload.setdefault("AccountingInfoPrefs", {})
        if books.get("ClassTrackingPerTxn") and books.get("ClassTrackingPerTxnLine"):
            raise faults.conflicting(
                "Classes are tracked either per transaction or per line", "ClassTrackingPerTxn"
            )
        closed = old.get("AccountingInfoPrefs", {}).get("BookCloseDate")
        books.pop("BookCloseDate", None)
        if closed:
            books["BookCloseDate"] = closed
        currency = payload.setdefault("CurrencyPrefs", {})
        before = old.get("CurrencyPrefs", {})
        if before.get("MultiCurrencyEnabled") and not currency.get("MultiCurrencyEnabled"):
            raise faults.business("Multicurrency cannot be turned off once it is on", "MultiCurrencyEnabled")
        currency["HomeCurrency"] = {"value": ctx.home_currency}
        basis = payload.setdefault("ReportPrefs", {}).setdefault("ReportBasis", "Accrual")
        if basis not in {"Accrual", "Cash"}:
            raise faults.invalid_enumeration(basis, "ReportBasis")
        month = text_of(books.setdefault("FirstMonthOfFiscalYear", "January"), "FirstMonthOfFiscalYear")
        if month not in MONTHS:
            raise faults.invalid_enumeration(month, "FirstMonthOfFiscalYear")
        return Draft(payload, after=[_fiscal_year(month)])


def _fiscal_year(month: str) -> Callable[[Context, Record], None]:
    def change(ctx: Context, _record: Record) -> None:
        rows = BooksCompany.objects.using("books").filter(pk=ctx.company_id)
        rows.update(fiscal_year_start_month=MONTHS.index(month) + 1)
        _follow(ctx, "CompanyInfo", ("FiscalYearStartMonth",), month)

    return change


def _boolean(value: Any, member: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise faults.invalid_boolean(value, member)


def _pairs(whole: Body, sent: Body) -> Body:
    """Return the name-value list with the sent pairs changed or added."""
    pairs = {pair["Name"]: pair for pair in whole.get("OtherPrefs", {}).get("NameValue", [])}
    for pair in sent.get("NameValue", []):
        if isinstance(pair, dict) and pair.get("Name"):
            pairs[pair["Name"]] = {"Name": pair["Name"], "Value": text_of(pair.get("Value"), "Value")}
    return {"NameValue": list(pairs.values())}


def default_company_info(name: str, country: str, day: dt.date) -> Body:
    """Return the CompanyInfo of a new company."""
    return {
        "CompanyName": name,
        "LegalName": name,
        "CompanyAddr": {"Id": "1", "Country": country},
        "LegalAddr": {"Id": "1", "Country": country},
        "CustomerCommunicationAddr": {"Id": "1", "Country": country},
        "CompanyStartDate": day.isoformat(),
        "FiscalYearStartMonth": "January",
        "Country": country,
        "SupportedLanguages": "en",
        "DefaultTimeZone": "America/Los_Angeles",
        "Email": {},
        "WebAddr": {},
        "NameValue": company_values(),
    }


def default_preferences(home_currency: str, ids: dict[str, str], company: str = "") -> Body:
    """Return the Preferences of a new company; ``ids`` maps roles of ledger accounts to their ids."""
    own = {
        "SalesFormsPrefs.DefaultItem": "1",
        "UncategorizedAssetAccountId": ids["uncategorized-asset"],
        "UncategorizedIncomeAccountId": ids["uncategorized-income"],
        "UncategorizedExpenseAccountId": ids["uncategorized-expense"],
    }
    return {
        "AccountingInfoPrefs": {
            "FirstMonthOfFiscalYear": "January",
            "TaxYearMonth": "January",
            "UseAccountNumbers": False,
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": True,
            "TrackDepartments": True,
            "DepartmentTerminology": "Location",
            "CustomerTerminology": "Customers",
            "TaxForm": "6",
        },
        "ProductAndServicesPrefs": {
            "ForSales": True,
            "ForPurchase": True,
            "QuantityWithPriceAndRate": True,
            "QuantityOnHand": True,
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False,
            "AllowDeposit": True,
            "AllowDiscount": True,
            "DefaultDiscountAccount": ids["discounts"],
            "AllowEstimates": True,
            "AllowServiceDate": False,
            "AllowShipping": True,
            "DefaultShippingAccount": ids["shipping-income"],
            "DefaultTerms": {"value": "3"},
            "DefaultCustomerMessage": DEFAULT_MESSAGE,
            "AutoApplyCredit": False,
            "AutoApplyPayments": False,
            "UsingPriceLevels": False,
            "UsingProgressInvoicing": False,
            "EmailCopyToCompany": False,
            "ETransactionEnabledStatus": "NotApplicable",
            "ETransactionPaymentEnabled": False,
            "ETransactionAttachPDF": False,
            "IPNSupportEnabled": False,
            "CustomField": sales_custom_fields(),
        },
        "EmailMessagesPrefs": email_messages(company),
        "VendorAndPurchasesPrefs": {
            "BillableExpenseTracking": True,
            "TrackingByCustomer": True,
            "POCustomField": [],
        },
        "TimeTrackingPrefs": {
            "UseServices": True,
            "BillCustomers": True,
            "ShowBillRateToAll": False,
            "WorkWeekStartDate": "Monday",
            "MarkTimeEntriesBillable": False,
        },
        "TaxPrefs": {"UsingSalesTax": False},
        "CurrencyPrefs": {"HomeCurrency": {"value": home_currency}, "MultiCurrencyEnabled": False},
        "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
        "OtherPrefs": {"NameValue": other_preferences(own)},
    }
