"""Addresses of what a statement names: documents, ledger accounts, customers, vendors, items."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import NoReverseMatch, reverse

from closebook.apps.books.selectors.directory import record_places

_PAGES = {"Account": "register", "Customer": "customer", "Vendor": "vendor", "Item": "item"}
_ANY = "1"
_WITHOUT_PAGE = frozenset({"Class", "Department", "Employee"})


def address_of(name: str, *args: int | str) -> str:
    """Return the address of a page, "" for one that the site does not have."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def record_address(company_id: int, entity: str, wire_id: str) -> str:
    """Return the address of a record's page, "" where it has none."""
    if entity in _WITHOUT_PAGE:
        return ""
    if entity in _PAGES:
        return address_of(_PAGES[entity], company_id, wire_id)
    return address_of("document", company_id, entity.lower(), wire_id)


def record_addresses(company_id: int, books_id: int, keys: Collection[int]) -> dict[int, str]:
    """Return the addresses of some records by key, in one query; ``company_id`` is the site's own."""
    found = record_places(books_id, {key for key in keys if key > 0})
    entities = {entity for entity, _wire_id in found.values()}
    # A page names hundreds of records of few entities, and making one address takes as long as reading one.
    starts = {entity: record_address(company_id, entity, _ANY) for entity in entities}
    return {key: _filled_in(company_id, starts[entity], entity, own) for key, (entity, own) in found.items()}


def _filled_in(company_id: int, start: str, entity: str, wire_id: str) -> str:
    """Return the address of a record, given that of another one of its entity."""
    if start.endswith(f"/{_ANY}/") and wire_id.isdigit():
        return f"{start[: -len(_ANY) - 1]}{wire_id}/"
    return record_address(company_id, entity, wire_id)
