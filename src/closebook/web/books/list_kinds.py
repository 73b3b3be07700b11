"""Customers, vendors, items and ledger accounts: their words, addresses, forms and members of the wire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from closebook.apps.qbo.entities.account_types import SUB_TYPES
from closebook.connectors.quickbooks.wire import decimal_of, entry
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.web.books.account_words import TYPE_WORDS
from closebook.web.books.document_lookup import Labels
from closebook.web.books.document_wire import number_shown
from closebook.web.books.fields import NameField, NumberField, day_field, text_field

Body = dict[str, Any]
_ITEM_TYPES = (("Service", _("Service")), ("NonInventory", _("Goods without stock")))
_STOCK = (("Inventory", _("Goods with stock")), ("Category", _("Category")))
ITEM_TYPES = (*_ITEM_TYPES, *_STOCK)


class PersonForm(forms.Form):
    """What is typed of a customer or vendor."""

    members: Mapping[str, str] = {
        "DisplayName": "name",
        "CompanyName": "company_name",
        "PrimaryEmailAddr": "email",
        "PrimaryPhone": "phone",
        "ParentRef": "parent",
        "Notes": "notes",
    }
    name = text_field(_("Name"), 500, required=True)
    company_name = text_field(_("Business name"), 100)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=100)
    phone = text_field(_("Telephone"), 30)
    parent = NameField("Customer", offers="customers", label=_("Sub-customer of"), required=False)
    notes = text_field(_("Notes"), 2000, rows=3)

    def payload(self, former: Body) -> Body:
        """Return the members of the wire; an emptied field empties its member."""
        given = self.cleaned_data
        made: Body = {
            "DisplayName": given["name"],
            "CompanyName": given["company_name"],
            "PrimaryEmailAddr": {**entry(former, "PrimaryEmailAddr"), "Address": given["email"]},
            "PrimaryPhone": {**entry(former, "PrimaryPhone"), "FreeFormNumber": given["phone"]},
            "Notes": given["notes"],
        }
        if "parent" in self.fields:
            made["ParentRef"] = {"value": given["parent"][1]} if given["parent"] else None
            made["Job"] = bool(given["parent"])
        return made

    @staticmethod
    def shown(body: Body, labels: Labels) -> Body:
        """Return what the fields show of a stored object."""
        return {
            "name": body.get("DisplayName", ""),
            "company_name": body.get("CompanyName", ""),
            "email": entry(body, "PrimaryEmailAddr").get("Address", ""),
            "phone": entry(body, "PrimaryPhone").get("FreeFormNumber", ""),
            "parent": labels.name("CustomerRef", entry(body, "ParentRef")) if body.get("ParentRef") else "",
            "notes": body.get("Notes", ""),
        }


class VendorForm(PersonForm):
    """What is typed of a vendor, who has no sub-vendors."""

    parent = None  # type: ignore[assignment]  # Django takes a field away by this


class ItemForm(forms.Form):
    """What is typed of an item without stock; goods with stock are set up by their own programs."""

    members: Mapping[str, str] = {
        "Name": "name",
        "Type": "type",
        "Sku": "sku",
        "UnitPrice": "price",
        "IncomeAccountRef": "income",
        "ExpenseAccountRef": "expense",
        "ExpenseAccountRef or IncomeAccountRef": "income",
        "Description": "description",
    }
    name = text_field(_("Name"), 100, required=True)
    type = forms.ChoiceField(label=_("Type"), choices=_ITEM_TYPES, required=False)
    sku = text_field(_("Stock number"), 100)
    price = NumberField(label=_("Price"), required=False)
    income = NameField("Account", offers="accounts", label=_("Income account"), required=False)
    expense = NameField("Account", offers="accounts", label=_("Expense account"), required=False)
    description = text_field(_("Description"), 4000, rows=2)

    def payload(self, former: Body) -> Body:
        """Return the members of the wire; the type of a stored item stays."""
        given = self.cleaned_data
        made: Body = {
            "Name": given["name"],
            "Sku": given["sku"],
            "UnitPrice": given["price"] if given["price"] is not None else Decimal(0),
            "Description": given["description"],
            "IncomeAccountRef": {"value": given["income"][1]} if given["income"] else None,
            "ExpenseAccountRef": {"value": given["expense"][1]} if given["expense"] else None,
        }
        return made if former else {**made, "Type": given["type"] or "Service"}

    @staticmethod
    def shown(body: Body, labels: Labels) -> Body:
        """Return what the fields show of a stored object."""
        return {
            "name": body.get("Name", ""),
            "type": body.get("Type", ""),
            "sku": body.get("Sku", ""),
            "price": number_shown(decimal_of(body.get("UnitPrice", 0))),
            "income": labels.name("IncomeAccountRef", entry(body, "IncomeAccountRef")),
            "expense": labels.name("ExpenseAccountRef", entry(body, "ExpenseAccountRef")),
            "description": body.get("Description", ""),
        }


def _sub_types() -> list[tuple[str, Any]]:
    """Return the sub types by type; the first of each is taken when none is chosen."""
    groups: list[tuple[Any, Any]] = [
        (TYPE_WORDS[kind], [(word, word) for word in SUB_TYPES[kind]]) for kind in LedgerAccountType
    ]
    return [("", _("the usual one of the type")), *groups]


class AccountForm(forms.Form):
    """What is typed of a ledger account."""

    members: Mapping[str, str] = {
        "Name": "name",
        "DisplayName": "name",
        "AcctNum": "number",
        "AccountType": "type",
        "AccountSubType": "sub_type",
        "ParentRef": "parent",
        "Description": "description",
        "OpeningBalance": "opening",
        "OpeningBalanceDate": "opening_day",
    }
    name = text_field(_("Name"), 100, required=True)
    number = text_field(_("Number"), 20)
    type = forms.ChoiceField(
        label=_("Type"), choices=[(kind.value, TYPE_WORDS[kind]) for kind in LedgerAccountType]
    )
    sub_type = forms.ChoiceField(label=_("Detail type"), choices=_sub_types, required=False)
    parent = NameField("Account", offers="accounts", label=_("Sub-account of"), required=False)
    description = text_field(_("Description"), 100)
    opening = NumberField(label=_("Opening balance"), required=False)
    opening_day = day_field(_("Opening balance on"), required=False)

    def payload(self, former: Body) -> Body:
        """Return the members of the wire; an opening balance is for new ledger accounts only."""
        given = self.cleaned_data
        made: Body = {
            "Name": given["name"],
            "AcctNum": given["number"],
            "AccountType": given["type"],
            "ParentRef": {"value": given["parent"][1]} if given["parent"] else None,
            "SubAccount": bool(given["parent"]),
            "Description": given["description"],
        }
        if given["sub_type"]:
            made["AccountSubType"] = given["sub_type"]
        if not former and given.get("opening"):
            made["OpeningBalance"] = given["opening"]
            made["OpeningBalanceDate"] = given["opening_day"].isoformat() if given["opening_day"] else None
        return made

    @staticmethod
    def shown(body: Body, labels: Labels) -> Body:
        """Return what the fields show of a stored object."""
        parent = entry(body, "ParentRef")
        return {
            "name": body.get("Name", ""),
            "number": body.get("AcctNum", ""),
            "type": body.get("AccountType", ""),
            "sub_type": body.get("AccountSubType", ""),
            "parent": labels.name("AccountRef", parent) if parent else "",
            "description": body.get("Description", ""),
        }


@dataclass(frozen=True, slots=True)
class ListKind:
    """One list: the protocol's word, its own words, the names of its addresses, its form."""

    entity: str
    title: Promise
    titles: Promise
    new: Promise
    page: str
    list_page: str
    form: type[PersonForm | ItemForm | AccountForm]
    offers: tuple[str, ...]
    empty: Promise

    def address(self, company_id: int, wire_id: str) -> str:
        """Return the address of one object's page."""
        return reverse(self.page, args=[company_id, wire_id])


LISTS: Mapping[str, ListKind] = {
    "customer": ListKind(
        "Customer",
        _("Customer"),
        _("Customers"),
        _("New customer"),
        "customer",
        "customers",
        PersonForm,
        ("customers",),
        _("No customer yet. A sync makes those that its sales need, or make one yourself."),
    ),
    "vendor": ListKind(
        "Vendor",
        _("Vendor"),
        _("Vendors"),
        _("New vendor"),
        "vendor",
        "vendors",
        VendorForm,
        (),
        _("No vendor yet. A vendor is whom bills and expenses are paid to."),
    ),
    "item": ListKind(
        "Item",
        _("Item"),
        _("Items"),
        _("New item"),
        "item",
        "items",
        ItemForm,
        ("accounts",),
        _("No item yet. An item is what a sale sells; it says which ledger account earns the income."),
    ),
    "ledger-account": ListKind(
        "Account",
        _("Ledger account"),
        _("Chart of accounts"),
        _("New ledger account"),
        "register",
        "chart",
        AccountForm,
        ("accounts",),
        _("There are no ledger accounts yet. Each sale, fee and payout is posted on two of them."),
    ),
}
"""Each list by the word in the names of its addresses."""
