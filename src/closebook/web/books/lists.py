"""Customers, vendors and items: the lists, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.books.models import Record
from closebook.apps.books.selectors.held_and_open import open_balances
from closebook.apps.books.selectors.record_rows import (
    documents_listed,
    items_listed,
    people_listed,
)
from closebook.apps.books.selectors.records import documents_with_item, sub_customers
from closebook.apps.companies.abilities import Ability
from closebook.connectors.quickbooks.wire import decimal_of, decode, entry
from closebook.core.money import minor_from_decimal
from closebook.transport import clock
from closebook.web.books.books import books_of, record_or_404
from closebook.web.books.document_lookup import Labels
from closebook.web.books.document_wire import number_shown
from closebook.web.books.kinds import KINDS, document_address, title_of
from closebook.web.books.list_kinds import ITEM_TYPES, LISTS, ListKind
from closebook.web.books.writing import body_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing

_LATEST = 20
_NEWS = {
    "Customer": ("Invoice", "SalesReceipt", "Payment", "Estimate", "CreditMemo", "RefundReceipt"),
    "Vendor": ("Bill", "BillPayment", "Purchase", "PurchaseOrder", "VendorCredit"),
}
_ACTIVITY = Choice("active", _("Shown"), "active", (("True", _("active")), ("False", _("inactive"))))


def _name(kind: ListKind, company_id: int) -> Column:
    return Column(
        "name",
        _("Name"),
        lambda row: row.facts.label.removesuffix(" (deleted)"),
        link=lambda row: kind.address(company_id, row.wire_id),
        sort="name_key",
    )


def _state(row: Any) -> str:
    return "" if row.active else "inactive"


def people_columns(kind: ListKind, company_id: int, currency: str) -> tuple[Column, ...]:
    """Return the columns of customers or vendors."""

    def money(row: Any) -> str:
        return row.facts.CurrencyRef.value or currency

    return (
        _name(kind, company_id),
        Column("company", _("Business name"), lambda row: row.facts.CompanyName, hidden=True),
        Column("email", _("E-mail"), lambda row: row.facts.PrimaryEmailAddr.Address, sort="email"),
        Column("phone", _("Telephone"), lambda row: row.facts.PrimaryPhone.FreeFormNumber),
        Column(
            "open",
            _("Open balance"),
            lambda row: row.open_minor or None,
            kind="money",
            currency=money,
            sort="open_balance",
        ),
        Column("state", _("State"), _state, kind="tag"),
    )


def item_columns(company_id: int, currency: str) -> tuple[Column, ...]:
    """Return the columns of items."""
    words = dict(ITEM_TYPES)

    def price(row: Any) -> int:
        return minor_from_decimal(decimal_of(decode(bytes(row.facts.UnitPrice))), currency)

    return (
        _name(LISTS["item"], company_id),
        Column("type", _("Type"), lambda row: words.get(row.facts.Type, row.facts.Type), sort="type"),
        Column("price", _("Price"), price, kind="money", currency=lambda _row: currency),
        Column("income", _("Income account"), lambda row: row.facts.IncomeAccountRef.name),
        Column("quantity", _("In stock"), _quantity, hidden=False),
        Column("state", _("State"), _state, kind="tag"),
    )


def _quantity(row: Any) -> str:
    held = row.quantity_micro
    return "" if held is None else number_shown(decimal_of(held).scaleb(-6))


@company_page(Ability.SEE_BOOKS)
@require_safe
def people(request: CompanyRequest, word: str) -> HttpResponseBase:
    """Show the customers or vendors by name."""
    books, kind = books_of(request), LISTS[word]
    columns = people_columns(kind, request.company.pk, books.home_currency)
    rows = people_listed(books.pk, kind.entity)
    return _listing(request, kind, rows, columns, ("name_key", "email"), (_ACTIVITY,)).show(
        "web/books/list.html"
    )


@company_page(Ability.SEE_BOOKS)
@require_safe
def items(request: CompanyRequest) -> HttpResponseBase:
    """Show the items by name."""
    books, kind = books_of(request), LISTS["item"]
    columns = item_columns(request.company.pk, books.home_currency)
    choices = (Choice("type", _("Type"), "type", ITEM_TYPES), _ACTIVITY)
    listing = _listing(request, kind, items_listed(books.pk), columns, ("name_key",), choices)
    return listing.show("web/books/list.html")


def _listing(
    request: CompanyRequest,
    kind: ListKind,
    rows: Any,
    columns: tuple[Column, ...],
    search: tuple[str, ...],
    choices: tuple[Choice, ...],
) -> Listing:
    return Listing(
        request,
        kind.list_page,
        rows,
        columns,
        search=search,
        choices=choices,
        order=("name_key", "pk"),
        empty=kind.empty,
        facts={"kind": kind, "new_page": f"{kind.page}-new"},
    )


@company_page(Ability.SEE_BOOKS)
@require_safe
def list_object(request: CompanyRequest, word: str, wire_id: int) -> HttpResponse:
    """Show one customer, vendor or item: facts, what is open, the last documents."""
    books, kind = books_of(request), LISTS[word]
    record = record_or_404(books, kind.entity, wire_id)
    body = body_of(record)
    shown = kind.form.shown(body, Labels(books.pk, body, kind.entity))
    documents = documents_listed(books.pk, KINDS, clock.today())
    facts: dict[str, Any] = {
        "kind": kind,
        "word": word,
        "record": record,
        "name": str(shown["name"]).removesuffix(" (deleted)"),
        "facts": [
            (field.label, shown.get(name)) for name, field in kind.form.base_fields.items() if name != "name"
        ],
        "currency": str(entry(body, "CurrencyRef").get("value") or books.home_currency),
        "edit_page": f"{word}-edit",
        "activity_page": f"{word}-activity",
        "news": [KINDS[entity] for entity in _NEWS.get(kind.entity, ())],
    }
    if kind.entity == "Item":
        latest = documents_with_item(record, _LATEST)
        facts["latest"] = _rows(request, documents.filter(pk__in=latest).order_by("-txn_date", "-pk"))
    else:
        own = documents.filter(party=record.pk)
        left = own.filter(balance_minor__isnull=False).exclude(balance_minor=0)
        facts["open_minor"] = open_balances(books.pk, [record.pk]).get(record.pk, 0)
        facts["open"] = _rows(request, left.order_by("due_date", "txn_date", "pk")[:_LATEST])
        facts["latest"] = _rows(request, own.order_by("-txn_date", "-pk")[:_LATEST])
        facts["below"] = sub_customers(record) if kind.entity == "Customer" else []
    return render(request, "web/books/list_object.html", facts)


def _rows(request: CompanyRequest, rows: Iterable[Record]) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "title": title_of(row.entity),
            "address": document_address(request.company.pk, row.entity, row.wire_id),
        }
        for row in rows
    ]
