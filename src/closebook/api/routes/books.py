"""Ledger accounts, documents, customers, vendors and items."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.params import functions
from pydantic import Field

from closebook.api.access import ApiRequest
from closebook.api.book_schemas import (
    Day,
    DocumentOut,
    DocumentWhole,
    ItemOut,
    LedgerAccountOut,
    PersonOut,
)
from closebook.api.books import books_here
from closebook.api.operations import Number, Text, reads
from closebook.api.paging import Page, PageWish, page_of
from closebook.apps.books.models import BooksCompany, LedgerAccount, Record
from closebook.apps.books.selectors.plain import (
    documents_plain,
    items_plain,
    ledger_accounts_plain,
    people_plain,
)
from closebook.apps.companies.abilities import Ability
from closebook.trails import of_record
from closebook.transport import clock

router = Router(tags=["Books"])
WireId = Annotated[str, functions.Path(pattern=r"^[A-Za-z0-9._-]{1,24}$")]
Shape = Callable[[BooksCompany, Sequence[Any]], list[dict[str, Any]]]


class AsOf(Schema):
    """At the end of which day; today when left out."""

    as_of: Day | None = None


class LedgerAccountsWish(PageWish, AsOf):
    """Which page, and at the end of which day the balances stand."""


class DocumentsWish(PageWish):
    """Which documents to list."""

    kind: Text = Field("", description="Such as SalesReceipt, Invoice or Purchase.")
    number: Text = ""
    day_from: Day | None = None
    day_to: Day | None = None


@reads(router, "/ledger-accounts", Ability.SEE_BOOKS, Page[LedgerAccountOut])
def ledger_accounts(request: ApiRequest, wish: Query[LedgerAccountsWish]) -> dict[str, Any]:
    """The ledger accounts with their balances."""
    books, day = books_here(request), wish.as_of or clock.today()
    rows = LedgerAccount.objects.filter(company=books).select_related("record")
    return page_of(request, rows, wish, lambda found: ledger_accounts_plain(books, found, day))


@reads(router, "/ledger-accounts/{ledger_account}", Ability.SEE_BOOKS, LedgerAccountOut)
def ledger_account(request: ApiRequest, ledger_account: Number, wish: Query[AsOf]) -> dict[str, Any]:
    """One ledger account with its balance."""
    books = books_here(request)
    rows = LedgerAccount.objects.filter(company=books).select_related("record")
    found = get_object_or_404(rows, pk=ledger_account)
    return ledger_accounts_plain(books, [found], wish.as_of or clock.today())[0]


@reads(router, "/documents", Ability.SEE_BOOKS, Page[DocumentOut])
def documents(request: ApiRequest, wish: Query[DocumentsWish]) -> dict[str, Any]:
    """The documents, oldest first."""
    books = books_here(request)
    rows = _documents(books)
    wishes: dict[str, Any] = {"entity": wish.kind, "doc_number": wish.number}
    wishes |= {"txn_date__gte": wish.day_from, "txn_date__lte": wish.day_to}
    rows = rows.filter(**{name: value for name, value in wishes.items() if value})
    return page_of(request, rows, wish, lambda found: documents_plain(books, found))


def _documents(books: BooksCompany) -> QuerySet[Record]:
    return Record.objects.filter(company=books, deleted_at=None, txn_date__isnull=False)


@reads(router, "/documents/{kind}/{id}", Ability.SEE_BOOKS, DocumentWhole)
def document(
    request: ApiRequest,
    kind: WireId,
    id: WireId,  # noqa: A002 - a word of the wire
) -> dict[str, Any]:
    """One document with its postings and the source rows it was made of."""
    books = books_here(request)
    found = get_object_or_404(_documents(books), entity=kind, wire_id=id)
    trail = of_record(request.auth.company, kind, id)
    if trail is None:
        raise Http404
    return {**documents_plain(books, [found])[0], "trail": trail.documents[0]}


def _list(request: ApiRequest, wish: PageWish, entity: str, shape: Shape) -> dict[str, Any]:
    books = books_here(request)
    rows = Record.objects.filter(company=books, entity=entity, deleted_at=None)
    return page_of(request, rows, wish, lambda found: shape(books, found))


def _one(request: ApiRequest, entity: str, wire_id: str, shape: Shape) -> dict[str, Any]:
    books = books_here(request)
    rows = Record.objects.filter(company=books, entity=entity, deleted_at=None)
    return shape(books, [get_object_or_404(rows, wire_id=wire_id)])[0]


@reads(router, "/customers", Ability.SEE_BOOKS, Page[PersonOut])
def customers(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The customers with what they owe."""
    return _list(request, wish, "Customer", people_plain)


@reads(router, "/customers/{id}", Ability.SEE_BOOKS, PersonOut)
def customer(request: ApiRequest, id: WireId) -> dict[str, Any]:  # noqa: A002 - a word of the wire
    """One customer."""
    return _one(request, "Customer", id, people_plain)


@reads(router, "/vendors", Ability.SEE_BOOKS, Page[PersonOut])
def vendors(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The vendors with what they are owed."""
    return _list(request, wish, "Vendor", people_plain)


@reads(router, "/vendors/{id}", Ability.SEE_BOOKS, PersonOut)
def vendor(request: ApiRequest, id: WireId) -> dict[str, Any]:  # noqa: A002 - a word of the wire
    """One vendor."""
    return _one(request, "Vendor", id, people_plain)


@reads(router, "/items", Ability.SEE_BOOKS, Page[ItemOut])
def items(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The items that are sold and bought."""
    return _list(request, wish, "Item", items_plain)


@reads(router, "/items/{id}", Ability.SEE_BOOKS, ItemOut)
def item(request: ApiRequest, id: WireId) -> dict[str, Any]:  # noqa: A002 - a word of the wire
    """One item."""
    return _one(request, "Item", id, items_plain)
