"""The column keys of detailed reports and the words of their parameters.

Source: QuickBooks Online Accounting API, reports GeneralLedger, TransactionList, JournalReport,
AgedReceivableDetail.
"""

from __future__ import annotations

from collections.abc import Mapping

from closebook.apps.qbo import faults
from closebook.apps.qbo.context import Context
from closebook.apps.qbo.reports.parameters import Parameters, record_keys
from closebook.apps.qbo.reports.render import MAX_CELLS

KEYS: Mapping[str, str] = {
    "day": "tx_date",
    "kind": "txn_type",
    "number": "doc_num",
    "adjusting": "is_adj",
    "posting": "is_no_post",
    "name": "name",
    "customer": "cust_name",
    "vendor": "vend_name",
    "employee": "emp_name",
    "location": "dept_name",
    "class": "klass_name",
    "item": "item_name",
    "memo": "memo",
    "ledger-account": "account_name",
    "split": "split_acc",
    "quantity": "quantity",
    "amount": "subt_nat_amount",
    "debit": "debt_amt",
    "credit": "credit_amt",
    "balance": "rbal_nat_amount",
    "due": "due_date",
    "past-due": "past_due",
    "open": "subt_open_bal",
    "created": "create_date",
    "changed": "last_mod_date",
}
LIST_KEYS = {**KEYS, "split": "other_account"}
OPEN_KEYS = {**KEYS, "amount": "subt_amount", "balance": "balance"}
_ALSO = {
    "split_acc": "split",
    "other_account": "split",
    "subt_amount": "amount",
    "subt_nat_amount": "amount",
    "subt_nat_home_amount": "amount",
    "net_amount": "amount",
    "rbal_nat_home_amount": "balance",
    "balance": "balance",
    "inv_date": "day",
}
OURS = {wire: ours for ours, wire in KEYS.items()} | _ALSO
_GROUPS = {
    "none": "",
    "name": "name",
    "account": "ledger-account",
    "transaction type": "kind",
    "customer": "customer",
    "vendor": "vendor",
    "employee": "employee",
    "location": "location",
    "day": "day",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
    "year": "year",
    "fiscal year": "fiscal-year",
    "fiscal quarter": "fiscal-quarter",
}
_KINDS = {
    "receivepayment": "Payment",
    "salesreceipt": "Sales Receipt",
    "creditmemo": "Credit Memo",
    "creditrefund": "Refund",
    "vendorcredit": "Vendor Credit",
    "billpaymentcheck": "Bill Payment (Check)",
    "billpaymentcreditcard": "Bill Payment (Credit Card)",
    "cashpurchase": "Expense",
    "creditcardcharge": "Credit Card Expense",
    "creditcardcredit": "Credit Card Credit",
    "journalentry": "Journal Entry",
    "purchaseorder": "Purchase Order",
    "timeactivity": "Time Activity/Charge",
    "inventoryquantityadjustment": "Inventory Qty Adjust",
}


def tracked(context: Context) -> list[str]:
    """Return the columns that the company's preferences add: class and location, where they are in use."""
    prefs = context.preferences.get("AccountingInfoPrefs", {})
    classes = prefs.get("ClassTrackingPerTxn") or prefs.get("ClassTrackingPerTxnLine")
    return ["class"] * bool(classes) + ["location"] * bool(prefs.get("TrackDepartments"))


def line_options(context: Context, parameters: Parameters, default: tuple[str, ...]) -> dict[str, str]:
    """Return the options of a detailed statement: columns, order, ledger accounts, cell limit in lines."""
    wanted = [OURS[word] for word in parameters.words("columns") if word in OURS]
    columns = wanted or [
        key for key in default if key not in {"class", "location"} or key in tracked(context)
    ]
    options = {"columns": ",".join(columns), "max-lines": str(MAX_CELLS // len(columns))}
    if accounts := record_keys(context, "Account", parameters.words("account")):
        options["ledger-accounts"] = ",".join(str(key) for key in accounts)
    if (sort_by := parameters.word("sort_by")) in OURS:
        options["sort-by"] = OURS[sort_by]
    if parameters.word("sort_order").lower().startswith("desc"):
        options["descending"] = "1"
    return options


def list_options(context: Context, parameters: Parameters, default: tuple[str, ...]) -> dict[str, str]:
    """Return the options of a transaction list: those of lines, and groups, kinds and number.

    Raises 2170 for a group that does not exist.
    """
    options = line_options(context, parameters, default)
    group = parameters.word("group_by", "None").strip().lower()
    if group not in _GROUPS:
        raise faults.invalid_enumeration(group, "group_by")
    options["group-by"] = _GROUPS[group]
    if kinds := [_KINDS.get(word.lower(), word) for word in parameters.words("transaction_type")]:
        options["kinds"] = ",".join(kinds)
    if number := parameters.word("docnum"):
        options["number"] = number
    return options


def age_options(parameters: Parameters) -> dict[str, str]:
    """Return the options of ageing: the length and number of age classes, the method, the least days past
    due.
    """
    options = {
        "bucket-days": str(parameters.number("aging_period", 30)),
        "buckets": str(parameters.number("num_periods", 4)),
    }
    method = parameters.word("aging_method", "Report_Date").lower()
    if method not in {"report_date", "current"}:
        raise faults.invalid_enumeration(method, "aging_method")
    if method == "current":
        options["now"] = "1"
    if parameters.word("past_due"):
        options["past-due-days"] = str(parameters.number("past_due", 1))
    return options
