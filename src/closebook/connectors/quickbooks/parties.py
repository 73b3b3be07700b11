"""Customers, vendors and items of the books as parties to be matched, and who has a name already.

Source: QuickBooks Online Accounting API, Customer, Vendor, Employee and Item; a display name is unique among
customers, vendors and employees together (error 6240).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from closebook.connectors.quickbooks.client import QuickBooksClient
from closebook.connectors.quickbooks.query import quoted
from closebook.core.matching.party import Party

ENTITIES = {"customer": "Customer", "vendor": "Vendor", "item": "Item"}
"""The kinds that can be matched, and their lists in the books."""
_NAMED_APART = ("Customer", "Vendor", "Employee")
_PHONES = ("PrimaryPhone", "Mobile", "AlternatePhone")


def parties(client: QuickBooksClient, kind: str) -> Iterator[Party]:
    """Yield the parties of a kind, inactive ones included; categories of items are none."""
    for body in client.query_all(ENTITIES[kind], inactive=True):
        if body.get("Type") != "Category":
            yield item_of(body) if kind == "item" else party_of(body)


def party_of(body: dict[str, Any]) -> Party:
    """Return a customer or vendor of the books as a party; a sub-customer by its path."""
    address = body.get("BillAddr") or {}
    phones = (str((body.get(field) or {}).get("FreeFormNumber") or "") for field in _PHONES)
    box = str((body.get("PrimaryEmailAddr") or {}).get("Address") or "")
    parent = str((body.get("ParentRef") or {}).get("value") or "")
    return Party(
        str(body["Id"]),
        str((body.get("FullyQualifiedName") if parent else "") or body.get("DisplayName") or ""),
        company=str(body.get("CompanyName") or ""),
        first=str(body.get("GivenName") or ""),
        last=str(body.get("FamilyName") or ""),
        emails=tuple(one.strip() for one in box.split(",") if one.strip()),
        phones=tuple(phone for phone in phones if phone),
        street=str(address.get("Line1") or ""),
        city=str(address.get("City") or ""),
        postcode=str(address.get("PostalCode") or ""),
        country=str(address.get("Country") or ""),
        tax_id=str(body.get("PrimaryTaxIdentifier") or body.get("TaxIdentifier") or ""),
        parent_id=parent,
        active=body.get("Active") is not False,
    )


def item_of(body: dict[str, Any]) -> Party:
    """Return an item of the books as a party: its SKU is its number."""
    return Party(
        str(body["Id"]),
        str(body.get("Name") or ""),
        number=str(body.get("Sku") or ""),
        active=body.get("Active") is not False,
    )


def names_in_use(client: QuickBooksClient, kind: str) -> dict[str, list[tuple[str, str]]]:
    """Return who has each name (folded to lower case) in the books now, as kind and id."""
    found: dict[str, list[tuple[str, str]]] = {}
    for entity in ("Item",) if kind == "item" else _NAMED_APART:
        for body in client.query_all(entity, inactive=True):
            name = str(body.get("DisplayName") or body.get("Name") or "")
            found.setdefault(name.casefold(), []).append((entity.lower(), str(body["Id"])))
    return found


def who_has_name(client: QuickBooksClient, name: str, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and id of whoever has a name in the books now, inactive ones included."""
    for entity in ("Item",) if kind == "item" else _NAMED_APART:
        field = "Name" if entity == "Item" else "DisplayName"
        for body in client.query_all(entity, f"{field} = {quoted(name)}", inactive=True):
            yield entity.lower(), str(body["Id"])
