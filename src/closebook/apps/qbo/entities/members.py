"""Top-level members of transactions that no kind gives a meaning of its own: texts become texts, switches
booleans, days days, and a text where an object is due is refused.

Source: QuickBooks Online Accounting API, data types: clients send numbers and booleans as text; 2010 for a
text where an object is due; CustomerMemo has at most 1,000 characters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.apps.qbo import faults
from closebook.apps.qbo.values import boolean_of, day_of, text_of

if TYPE_CHECKING:
    from closebook.apps.qbo.wire import Body

MOST_MEMO = 1000
_TEXTS = frozenset({"TrackingNum", "PaymentRefNum", "AcceptedBy", "Memo", "InvoiceLink"})
_SWITCHES = frozenset(
    {
        "AllowIPNPayment", "AllowOnlinePayment", "AllowOnlineCreditCardPayment", "AllowOnlineACHPayment",
        "AllowOnlinePayPalPayment", "FreeFormAddress",
    }
)  # fmt: skip
_DAYS = frozenset({"ShipDate"})
_OBJECTS = frozenset(
    {
        "CustomerMemo", "BillAddr", "ShipAddr", "ShipFromAddr", "VendorAddr", "RemitToAddr", "BillEmail",
        "BillEmailCc", "BillEmailBcc", "POEmail", "ReplyEmail", "DeliveryInfo", "TxnTaxDetail",
    }
)  # fmt: skip
_WORDS = {
    "PrintStatus": frozenset({"NotSet", "NeedToPrint", "PrintComplete"}),
    "EmailStatus": frozenset({"NotSet", "NeedToSend", "EmailSent"}),
}
_PLAIN = _TEXTS | _SWITCHES | _DAYS | _OBJECTS | _WORDS.keys() | {"PrivateNote"}


def settle_members(body: Body) -> None:
    """Bring members of a payload into the form in which reads show them. Raises 2010, 2050, 2060, 2170,
    2230.
    """
    for name in body.keys() & _PLAIN:
        value = body[name]
        if name in _OBJECTS:
            _settle_object(body, name, value)
        elif name == "PrivateNote":
            body[name] = value if isinstance(value, str) else text_of(value, name)
        elif name in _TEXTS:
            body[name] = text_of(value, name)
        elif name in _SWITCHES:
            body[name] = boolean_of(value, name)
        elif name in _DAYS:
            body[name] = day_of(value, name).isoformat()
        elif text_of(value, name) not in _WORDS[name]:
            raise faults.invalid_enumeration(value, name)


def _settle_object(body: Body, name: str, value: object) -> None:
    """Refuse what is no object; one that says nothing, as programs send it for an empty form, is left out."""
    if not isinstance(value, dict):
        raise faults.unsupported_property(name)
    if name != "TxnTaxDetail" and all(member in ("", None) for member in value.values()):
        del body[name]
    memo = value.get("value") if name == "CustomerMemo" else None
    if isinstance(memo, str) and len(memo) > MOST_MEMO:
        raise faults.wrong_length("Customer Memo", 0, MOST_MEMO, len(memo))
