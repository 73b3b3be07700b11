"""What can be typed into a form of each kind of document, and which member of the wire each field is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FieldKind: TypeAlias = Literal[
    "customer", "vendor", "payee", "account", "day", "text", "memo", "amount", "way"
]
LineKind: TypeAlias = Literal["sale", "cost", "deposit", "journal", "applied", ""]
Choices: TypeAlias = tuple[tuple[str, Promise], ...]


PAID_FROM = "PaidFromAccountRef"
"""The member that stands for the ledger account inside the detail of how bills are paid."""

CREDITS = frozenset({"CreditMemo", "VendorCredit"})
"""The kinds that add to what a payment can settle."""


@dataclass(frozen=True, slots=True)
class HeadField:
    """A field above the lines: its name, the wire's member, what is typed into it, its words."""

    name: str
    member: str
    kind: FieldKind
    label: Promise
    required: bool = False
    choices: Choices = ()


_NUMBER = HeadField("number", "DocNumber", "text", _("Number"))
_DAY = HeadField("day", "TxnDate", "day", _("Day"), required=True)
_DUE = HeadField("due", "DueDate", "day", _("Due"))
_MEMO = HeadField("memo", "PrivateNote", "memo", _("Memo"))
_CUSTOMER = HeadField("customer", "CustomerRef", "customer", _("Customer"))
_BUYER = HeadField("customer", "CustomerRef", "customer", _("Customer"), required=True)
_VENDOR = HeadField("vendor", "VendorRef", "vendor", _("Vendor"), required=True)
_RECEIVED_ON = HeadField(
    "deposit_to", "DepositToAccountRef", "account", pgettext_lazy("ledger account", "Received on")
)
_ESTIMATE_STATES: Choices = (
    ("Pending", _("Waiting for an answer")),
    ("Accepted", _("Accepted")),
    ("Rejected", _("Rejected")),
    ("Closed", _("Closed")),
    ("Converted", _("Converted")),
)
_ORDER_STATES: Choices = (("Open", pgettext_lazy("order", "Open")), ("Closed", _("Closed")))
_BILLS_PAID_BY: Choices = (("Check", _("Bank account or check")), ("CreditCard", _("Credit card")))


@dataclass(frozen=True, slots=True)
class Spec:
    """The form of one kind: the fields above the lines, what a line is, and for a payment which kinds of
    documents it settles, those that are owed first.
    """

    head: tuple[HeadField, ...]
    lines: LineKind = ""
    settles: tuple[str, ...] = ()


SPECS: Mapping[str, Spec] = {
    "SalesReceipt": Spec((_CUSTOMER, _DAY, _NUMBER, _RECEIVED_ON, _MEMO), "sale"),
    "Invoice": Spec((_BUYER, _DAY, _DUE, _NUMBER, _MEMO), "sale"),
    "Payment": Spec(
        (
            _BUYER,
            HeadField("amount", "TotalAmt", "amount", _("Amount received")),
            _DAY,
            _RECEIVED_ON,
            HeadField("reference", "PaymentRefNum", "text", _("Reference")),
            _MEMO,
        ),
        "applied",
        ("Invoice", "CreditMemo"),
    ),
    "CreditMemo": Spec((_BUYER, _DAY, _NUMBER, _MEMO), "sale"),
    "RefundReceipt": Spec(
        (
            _CUSTOMER,
            HeadField("deposit_to", "DepositToAccountRef", "account", _("Paid from"), required=True),
            _DAY,
            _NUMBER,
            _MEMO,
        ),
        "sale",
    ),
    "Estimate": Spec(
        (
            _BUYER,
            _DAY,
            HeadField("until", "ExpirationDate", "day", _("Holds until")),
            _NUMBER,
            HeadField("standing", "TxnStatus", "way", _("Answer"), required=True, choices=_ESTIMATE_STATES),
            _MEMO,
        ),
        "sale",
    ),
    "VendorCredit": Spec((_VENDOR, _DAY, _NUMBER, _MEMO), "cost"),
    "PurchaseOrder": Spec(
        (
            _VENDOR,
            _DAY,
            _DUE,
            _NUMBER,
            HeadField("standing", "POStatus", "way", _("State"), required=True, choices=_ORDER_STATES),
            _MEMO,
        ),
        "cost",
    ),
    "BillPayment": Spec(
        (
            _VENDOR,
            HeadField("amount", "TotalAmt", "amount", _("Amount paid")),
            HeadField("way", "PayType", "way", _("Paid by"), required=True, choices=_BILLS_PAID_BY),
            HeadField("paid_from", PAID_FROM, "account", _("Paid from")),
            _DAY,
            _NUMBER,
            _MEMO,
        ),
        "applied",
        ("Bill", "VendorCredit"),
    ),
    "Bill": Spec((_VENDOR, _DAY, _DUE, _NUMBER, _MEMO), "cost"),
    "Purchase": Spec(
        (
            HeadField("way", "PaymentType", "way", _("Paid by"), required=True),
            HeadField("paid_from", "AccountRef", "account", _("Paid from"), required=True),
            HeadField("payee", "EntityRef", "payee", _("Paid to")),
            _DAY,
            _NUMBER,
            _MEMO,
        ),
        "cost",
    ),
    "Deposit": Spec(
        (
            HeadField("deposit_to", "DepositToAccountRef", "account", _("Deposit to"), required=True),
            _DAY,
            _MEMO,
        ),
        "deposit",
    ),
    "Transfer": Spec(
        (
            HeadField(
                "source", "FromAccountRef", "account", pgettext_lazy("ledger account", "From"), required=True
            ),
            HeadField(
                "target", "ToAccountRef", "account", pgettext_lazy("ledger account", "To"), required=True
            ),
            HeadField("amount", "Amount", "amount", _("Amount"), required=True),
            _DAY,
            _MEMO,
        )
    ),
    "JournalEntry": Spec((_DAY, _NUMBER, _MEMO), "journal"),
}

WAYS: Choices = (
    ("Cash", _("Cash or bank transfer")),
    ("Check", _("Check")),
    ("CreditCard", _("Credit card")),
)
"""The ways in which an expense is paid."""

LINE_MEMBERS: Mapping[LineKind, Mapping[str, str]] = {
    "sale": {
        "ItemRef": "item",
        "Description": "text",
        "Qty": "quantity",
        "UnitPrice": "price",
        "Amount": "amount",
    },
    "cost": {"AccountRef": "account", "Description": "text", "Amount": "amount"},
    "deposit": {"AccountRef": "account", "Description": "text", "Amount": "amount"},
    "journal": {"AccountRef": "account", "Description": "text", "Entity": "party", "PostingType": "debit"},
    "applied": {"LinkedTxn": "document", "Amount": "amount"},
    "": {},
}
"""For each kind of line, the field that shows a member of the wire."""

DETAILS: Mapping[LineKind, str] = {
    "sale": "SalesItemLineDetail",
    "cost": "AccountBasedExpenseLineDetail",
    "deposit": "DepositLineDetail",
    "journal": "JournalEntryLineDetail",
}
"""The wire's word for the detail of each kind of line."""
