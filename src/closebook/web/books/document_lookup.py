"""Names and numbers that were typed, found in the books, and the names of what a stored document uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from closebook.apps.books.selectors.records import (
    keys_by_name,
    named_by_id,
    names_offered,
)
from closebook.apps.books.selectors.settling import settled_by_number, settled_numbers
from closebook.connectors.quickbooks.wire import entry, objects
from closebook.web.books.fields import NameField

MOST_OFFERED = 200
Found = Mapping[tuple[str, str], str]
_REFERRED = {
    "CustomerRef": "Customer",
    "VendorRef": "Vendor",
    "ItemRef": "Item",
}


def resolve(company_id: int, fields: Collection[forms.Form], settles: Collection[str] = ()) -> None:
    """Replace each name in valid forms by (entity, wire id); an unknown one gets an error at its field.

    One query for all names, one for all numbers of the documents that a payment ``settles``.
    """
    typed = list(_typed(fields))
    entities = {entity for _form, _name, field in typed for entity in field.entities}
    keys = {NameField.key(form.cleaned_data[name]) for form, name, _field in typed}
    found = keys_by_name(company_id, entities, keys) if keys else {}
    for form, name, field in typed:
        key = NameField.key(form.cleaned_data[name])
        match = next(((one, found[one, key]) for one in field.entities if (one, key) in found), None)
        if match is None:
            form.add_error(
                name, _("There is nothing of this name. Choose a name that is offered, or make it first.")
            )
        else:
            form.cleaned_data[name] = match
    if settles:
        _resolve_documents(company_id, fields, settles)


def _typed(fields: Collection[forms.Form]) -> Iterator[tuple[forms.Form, str, NameField]]:
    for form in fields:
        for name, field in form.fields.items():
            if isinstance(field, NameField) and form.cleaned_data.get(name):
                yield form, name, field


def _resolve_documents(company_id: int, fields: Collection[forms.Form], settles: Collection[str]) -> None:
    typed = [form for form in fields if form.cleaned_data.get("document")]
    party = next((found for form in fields if (found := _party(form))), "")
    numbers = {form.cleaned_data["document"] for form in typed}
    known = settled_by_number(company_id, settles, numbers, party)
    for form in typed:
        match = known.get(form.cleaned_data["document"])
        if match is None:
            form.add_error("document", _("There is no open document of this number."))
        else:
            form.cleaned_data["document"] = (match.entity, match.wire_id)


def _party(form: forms.Form) -> str:
    """Return the wire id of the customer or vendor above the lines, "" where none is known."""
    found = next((form.cleaned_data.get(name) for name in ("customer", "vendor") if name in form.fields), "")
    return found[1] if isinstance(found, tuple) else ""


class Labels:
    """The present names of everything that a stored document refers to, read at once."""

    def __init__(self, company_id: int, body: Mapping[str, Any], entity: str = "") -> None:
        """Read the names: two queries, and two for linked documents. A parent is of the own ``entity``."""
        parent = str(entry(body, "ParentRef").get("value", ""))
        wanted = {*_references(body), *([(entity, parent)] if entity and parent else ())}
        self._named = named_by_id(company_id, wanted) if wanted else {}
        linked = {
            (str(one.get("TxnType")), str(one.get("TxnId")))
            for line in objects(body.get("Line"))
            for one in objects(line.get("LinkedTxn"))
        }
        self._numbers = settled_numbers(company_id, linked) if linked else {}

    def name(self, member: str, value: Mapping[str, Any]) -> str:
        """Return the name of a reference, "" for an empty one."""
        key = (_entity_of(member, value), str(value.get("value", "")))
        one = self._named.get(key)
        if one is None:
            return str(value.get("name", ""))
        return one.name if one.entity in {"Customer", "Vendor", "Employee"} else one.full_name

    def document(self, entity: str, wire_id: str) -> str:
        """Return how a linked document is typed: by its number, else by its id."""
        return self._numbers.get((entity, wire_id)) or f"#{wire_id}"


def _references(value: Any, member: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for one in value:
            yield from _references(one)
    elif isinstance(value, dict) and "value" in value:
        if entity := _entity_of(member, value):
            yield entity, str(value["value"])
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _references(one, name)


def _entity_of(member: str, value: Mapping[str, Any]) -> str:
    if member in {"EntityRef", "Entity"}:
        return str(value.get("type") or "Vendor").capitalize()
    return _REFERRED.get(member) or ("Account" if member.endswith("AccountRef") else "")


def offers(company_id: int, wanted: Collection[str]) -> dict[str, list[str]]:
    """Return the names that the lists of a page offer: the first of each list; others may be typed."""
    lists: dict[str, tuple[str, ...]] = {
        "accounts": ("Account",),
        "items": ("Item",),
        "customers": ("Customer",),
        "vendors": ("Vendor",),
    }
    lists["people"] = ("Customer", "Vendor")
    return {
        name: [one for entity in entities for one in names_offered(company_id, entity, MOST_OFFERED)]
        for name, entities in lists.items()
        if name in wanted
    }


def entity_ref(reference: tuple[str, str]) -> dict[str, Any]:
    """Return a reference that tells its kind, as payees are named."""
    return {"value": reference[1], "type": reference[0]}
