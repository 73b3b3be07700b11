"""What Customer, Vendor and Employee share: one space of names, contact members, currency and balance.

Source: QuickBooks Online Accounting API, Customer, Vendor and Employee entities: lengths, refused
characters, defaults.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from closebook.apps.qbo import faults
from closebook.apps.qbo.entities.names import DELETED, check_text, fold, holder, plain, shown
from closebook.apps.qbo.values import email_of, text_of
from closebook.apps.qbo.wire import Body, currency_reference

if TYPE_CHECKING:
    from closebook.apps.books.models import Record
    from closebook.apps.qbo.context import Context

NAME_LISTS = ("Customer", "Vendor", "Employee")
NAME_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")
_PART_LENGTHS = {"Title": 16, "GivenName": 100, "MiddleName": 100, "FamilyName": 100, "Suffix": 16}
_REFUSED = ":\t\n\r"
PHONES = ("PrimaryPhone", "AlternatePhone", "Mobile", "Fax")
ADDRESSES = ("BillAddr", "ShipAddr", "PrimaryAddr", "OtherAddr")
_ADDRESS_LENGTHS = {
    "Line1": 500, "Line2": 500, "Line3": 500, "Line4": 500, "Line5": 500,
    "City": 255, "Country": 255, "CountrySubDivisionCode": 255, "PostalCode": 30,
}  # fmt: skip
CONTACT = frozenset(
    {
        "DisplayName", "CompanyName", "PrintOnCheckName", "Active", "PrimaryEmailAddr", "WebAddr", "Notes",
        "CurrencyRef",
        "OtherContactInfo", "AlternateEmailAddr", *NAME_PARTS, *PHONES, *ADDRESSES,
    }
)  # fmt: skip


def name_parts(payload: Body) -> Body:
    """Return the given parts of a person's name, checked. Raises 2050 and 2040."""
    parts: Body = {}
    for member in NAME_PARTS:
        if member in payload:
            text = text_of(payload[member], member)
            check_text(text, member, _PART_LENGTHS[member], _REFUSED)
            if text:
                parts[member] = text
    return parts


def display_name(payload: Body, parts: Body) -> str:
    """Return the name to show: as sent, else the parts joined by blanks. Raises 6080 when there is none."""
    name = plain(text_of(payload.get("DisplayName"), "DisplayName")) or " ".join(
        parts[member] for member in NAME_PARTS if member in parts
    )
    if not name:
        raise faults.name_missing()
    check_text(name, "DisplayName", 500, _REFUSED)
    return name


def check_free(ctx: Context, entity: str, name: str, former: Record | None) -> None:
    """Raise 6240 when an active customer, vendor or employee has the name, in any letter case."""
    taken = holder(ctx, NAME_LISTS, fold(name), former)
    if taken is not None:
        raise faults.duplicate_name("names", taken[1] if taken[0] == entity else "")


def common_body(ctx: Context, payload: Body, old: Body, active: bool) -> Body:
    """Return the members that all three have, checked, with the defaults filled in."""
    parts = name_parts(payload)
    name = display_name(payload, parts)
    body: Body = {**parts, "DisplayName": shown(name, active)}
    if "CompanyName" in payload:
        body["CompanyName"] = text_of(payload["CompanyName"], "CompanyName")
        check_text(body["CompanyName"], "CompanyName", 100)
    check_name = (
        text_of(payload.get("PrintOnCheckName"), "PrintOnCheckName") or body.get("CompanyName") or name
    )
    check_text(check_name, "PrintOnCheckName", 110 + len(DELETED), _REFUSED)
    body["PrintOnCheckName"] = check_name[:110]
    body["Active"] = active
    body |= contact(ctx, payload)
    body["CurrencyRef"] = currency(ctx, payload, old)
    return body


def contact(ctx: Context, payload: Body) -> Body:
    """Return phones, e-mail and web addresses and postal addresses, checked (2050, 2210, 2200)."""
    body: Body = {}
    for member in PHONES:
        if member in payload:
            body[member] = _phone(payload[member], member)
    for member in ("PrimaryEmailAddr", "AlternateEmailAddr"):
        if member in payload:
            body[member] = email_of(payload[member], member)
    if "WebAddr" in payload:
        body["WebAddr"] = _web(payload["WebAddr"])
    for member in ADDRESSES:
        if member in payload:
            body[member] = address(ctx, payload[member], member)
    if "Notes" in payload:
        body["Notes"] = text_of(payload["Notes"], "Notes")
        check_text(body["Notes"], "Notes", 2000)
    return {member: value for member, value in body.items() if not _says_nothing(value)}


def _says_nothing(value: Any) -> bool:
    """Tell whether an object has empty members only, as programs send it for an empty form."""
    return isinstance(value, dict) and all(part in ("", None) for part in value.values())


def _phone(value: object, member: str) -> Body:
    if not isinstance(value, dict):
        raise faults.unsupported_property(member)
    number = text_of(value.get("FreeFormNumber"), member)
    check_text(number, member, 30)
    return {**value, "FreeFormNumber": number}


def _web(value: object) -> Body:
    if not isinstance(value, dict):
        raise faults.unsupported_property("WebAddr")
    address_text = text_of(value.get("URI"), "WebAddr")
    check_text(address_text, "WebAddr", 1000)
    if any(character.isspace() for character in address_text):
        raise faults.invalid_url(address_text, "WebAddr")
    return {**value, "URI": address_text} if address_text else {}


def address(ctx: Context, value: object, member: str) -> Body:
    """Return a postal address with an id of its own. Raises 2010 and 2050."""
    if not isinstance(value, dict):
        raise faults.unsupported_property(member)
    checked: Body = {name: part for name, part in value.items() if part not in (None, "")}
    for name, most in _ADDRESS_LENGTHS.items():
        if name in checked:
            text = text_of(checked[name], f"{member}.{name}")
            check_text(text, f"{member}.{name}", most)
            checked[name] = text
    if checked and "Id" not in checked:
        checked = {"Id": ctx.next_number("address"), **checked}
    return checked


def currency(ctx: Context, payload: Body, old: Body) -> Body:
    """Return the currency of a customer or vendor, which is fixed for life. Raises 2220 and 6000."""
    sent = payload.get("CurrencyRef")
    code = text_of(sent.get("value"), "CurrencyRef").upper() if isinstance(sent, dict) else ""
    kept = old.get("CurrencyRef", {}).get("value", "")
    if kept and code and code != kept:
        raise faults.business("The currency of a name cannot be changed", "CurrencyRef")
    code = kept or code or ctx.home_currency
    if code != ctx.home_currency and not ctx.multicurrency:
        raise faults.invalid_currency(code)
    return currency_reference(code)


def masked(value: object, member: str, most: int, kept: int) -> str:
    """Return a tax number with all but the last ``kept`` characters hidden. The whole number is never
    stored.
    """
    text = text_of(value, member)
    check_text(text, member, most)
    return "X" * max(0, len(text) - kept) + text[-kept:] if text else ""


def copied(payload: Body, members: Mapping[str, int] | frozenset[str]) -> Body:
    """Return given members unchanged; texts are bounded where the members map to lengths."""
    body: Body = {}
    for member in members:
        if member not in payload:
            continue
        value: Any = payload[member]
        if isinstance(members, Mapping):
            value = text_of(value, member)
            check_text(value, member, members[member])
        body[member] = value
    return body
