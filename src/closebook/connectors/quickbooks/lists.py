"""Ledger accounts, customers, vendors and items.

Source: QuickBooks Online Accounting API, Account, Customer, Vendor and Item: required fields and lengths.
"""

from __future__ import annotations

from typing import Any

from closebook.connectors.quickbooks.cleaning import NAME_LENGTH, PARTY_NAME_LENGTH, clean_name, clean_text
from closebook.connectors.quickbooks.mapping import Reading, Writing
from closebook.connectors.quickbooks.wire import entry, reference
from closebook.core.planning.documents import ListKind, ListObject

_ADDRESS = (
    ("street", "Line1", 500),
    ("city", "City", 255),
    ("region", "CountrySubDivisionCode", 255),
    ("postal_code", "PostalCode", 30),
    ("country", "Country", 255),
)
_PERSON = (("company", "CompanyName", 100), ("first", "GivenName", 100), ("last", "FamilyName", 100))
_PHONES = (("phone", "PrimaryPhone"), ("mobile", "Mobile"))
_PHONE_LENGTH = 30
_EMAIL_LENGTH = 100


def ledger_account(target: ListObject, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a ledger account."""
    fields = dict(target.fields)
    wire: dict[str, Any] = {"Name": _name(target, writing, NAME_LENGTH), "AccountType": fields["type"]}
    for name, wire_name in (
        ("sub_type", "AccountSubType"),
        ("number", "AcctNum"),
        ("description", "Description"),
    ):
        if fields.get(name):
            wire[wire_name] = fields[name]
    if fields.get("currency"):
        wire["CurrencyRef"] = reference(fields["currency"])
    return {**wire, **_parent(target, writing, "SubAccount")}


def customer(target: ListObject, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a customer; an e-mail address that cannot be one is left out. One with a
    parent is a job of it.
    """
    return {**_party(target, writing), **_parent(target, writing, "Job")}


def vendor(target: ListObject, writing: Writing) -> dict[str, Any]:
    """Return the wire object of a vendor."""
    return _party(target, writing)


def item(target: ListObject, writing: Writing) -> dict[str, Any]:
    """Return the wire object of an item that is sold, or only bought; by default a service."""
    fields = dict(target.fields)
    account = "ExpenseAccountRef" if fields.get("bought") else "IncomeAccountRef"
    wire: dict[str, Any] = {
        "Name": _name(target, writing, NAME_LENGTH),
        "Type": fields.get("type") or "Service",
        account: writing.ref(target.ledger_account),
        "Taxable": False,
    }
    if fields.get("sku"):
        wire["Sku"] = clean_text(fields["sku"], NAME_LENGTH, only_latin1=writing.only_latin1)
    return {**wire, **_parent(target, writing, "SubItem")}


def read_list_object(kind: ListKind, entity: str, body: dict[str, Any], reading: Reading) -> ListObject:
    """Return the list object of a wire object, with those fields that have a value."""
    fields = {
        ListKind.LEDGER_ACCOUNT: _ledger_account_fields,
        ListKind.CUSTOMER: _party_fields,
        ListKind.VENDOR: _party_fields,
        ListKind.ITEM: _item_fields,
    }[kind](body)
    return ListObject(
        kind=kind,
        key=reading.resolve_back(entity, str(body.get("Id", ""))),
        name=str(body.get("DisplayName") or body.get("Name") or ""),
        parent=reading.key(entity, body.get("ParentRef")),
        ledger_account=reading.key("Account", body.get("IncomeAccountRef") or body.get("ExpenseAccountRef")),
        fields=tuple((name, value) for name, value in fields.items() if value),
    )


def _name(target: ListObject, writing: Writing, length: int) -> str:
    return clean_name(target.name, length, only_latin1=writing.only_latin1)


def _parent(target: ListObject, writing: Writing, flag: str) -> dict[str, Any]:
    return {flag: True, "ParentRef": writing.ref(target.parent)} if target.parent else {}


def _party(target: ListObject, writing: Writing) -> dict[str, Any]:
    fields = dict(target.fields)
    wire: dict[str, Any] = {"DisplayName": _name(target, writing, PARTY_NAME_LENGTH)}
    email = clean_text(fields.get("email", ""), only_latin1=writing.only_latin1)
    if "@" in email and "." in email and len(email) <= _EMAIL_LENGTH:
        wire["PrimaryEmailAddr"] = {"Address": email}
    address = {
        wire_name: clean_text(fields[name].replace("\n", ", "), length, only_latin1=writing.only_latin1)
        for name, wire_name, length in _ADDRESS
        if fields.get(name)
    }
    if address:
        wire["BillAddr"] = address
    for name, wire_name, length in _PERSON:
        if fields.get(name):
            wire[wire_name] = clean_text(fields[name], length, only_latin1=writing.only_latin1)
    for name, wire_name in _PHONES:
        if fields.get(name):
            number = clean_text(fields[name], _PHONE_LENGTH, only_latin1=writing.only_latin1)
            wire[wire_name] = {"FreeFormNumber": number}
    if fields.get("currency"):
        wire["CurrencyRef"] = reference(fields["currency"])
    return wire


def _ledger_account_fields(body: dict[str, Any]) -> dict[str, str]:
    names = (("type", "AccountType"), ("sub_type", "AccountSubType"), ("number", "AcctNum"))
    return {name: str(body.get(wire_name) or "") for name, wire_name in names}


def _party_fields(body: dict[str, Any]) -> dict[str, str]:
    address = entry(body, "BillAddr")
    email = str(entry(body, "PrimaryEmailAddr").get("Address") or "")
    return {"email": email, **{name: str(address.get(wire_name) or "") for name, wire_name, _ in _ADDRESS}}


def _item_fields(body: dict[str, Any]) -> dict[str, str]:
    bought = "yes" if body.get("ExpenseAccountRef") and not body.get("IncomeAccountRef") else ""
    return {"sku": str(body.get("Sku") or ""), "type": str(body.get("Type") or ""), "bought": bought}
