"""The lists of documents: sales, expenses and the others."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.books.selectors.record_rows import documents_listed
from closebook.apps.companies.abilities import Ability
from closebook.transport import clock
from closebook.web.books.books import books_of
from closebook.web.books.kinds import document_address, kinds_in, title_of
from closebook.web.books.states import DOCUMENT_STATES
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing

TITLES: dict[str, tuple[Promise, Promise]] = {
    "sales": (
        _("Sales"),
        _("No sale is in the books yet. A sync of a shop brings them in, or type one in yourself."),
    ),
    "expenses": (
        _("Expenses"),
        _("No expense is in the books yet. A sync of a shop brings its fees in, or type one in yourself."),
    ),
    "others": (
        _("Other documents"),
        _("Deposits, transfers and journal entries stand here. A sync makes a transfer of each payout."),
    ),
}


def columns_of(company_id: int, currency: str) -> tuple[Column, ...]:
    """Return the columns of a list of documents."""

    def money(_row: Any) -> str:
        return currency

    def address(row: Any) -> str:
        return document_address(company_id, row.entity, row.wire_id)

    return (
        Column(
            "number",
            _("Number"),
            lambda row: row.doc_number or f"#{row.wire_id}",
            link=address,
            sort="doc_number",
        ),
        Column("kind", _("Kind"), lambda row: title_of(row.entity), sort="entity"),
        Column("day", _("Day"), lambda row: row.txn_date, kind="day", sort="txn_date"),
        Column("due", _("Due"), lambda row: row.due_date, kind="day", sort="due_date", hidden=True),
        Column("party", _("Customer or vendor"), lambda row: row.party_name),
        Column(
            "total", _("Total"), lambda row: row.shown_minor, kind="money", currency=money, sort="total_minor"
        ),
        Column(
            "balance",
            _("Open"),
            lambda row: row.balance_minor or None,
            kind="money",
            currency=money,
            sort="balance_minor",
        ),
        Column("state", _("State"), lambda row: row.state, kind="tag"),
        Column(
            "changed", _("Changed"), lambda row: row.updated_at, kind="time", sort="updated_at", hidden=True
        ),
    )


@company_page(Ability.SEE_BOOKS)
@require_safe
def documents(request: CompanyRequest, group: str) -> HttpResponseBase:
    """Show the documents of a group, latest first."""
    books = books_of(request)
    kinds = kinds_in(group)
    title, empty = TITLES[group]
    listing = Listing(
        request,
        group,
        documents_listed(books.pk, [kind.entity for kind in kinds], clock.today()),
        columns_of(request.company.pk, books.home_currency),
        search=("doc_number", "party_key"),
        choices=(
            Choice("kind", _("Kind"), "entity", tuple((kind.entity, kind.title) for kind in kinds)),
            Choice("state", _("State"), "state", DOCUMENT_STATES),
        ),
        order=("-txn_date", "-pk"),
        empty=empty,
        facts={"title": title, "kinds": [kind for kind in kinds if kind.typed]},
    )
    return listing.show("web/books/documents.html")
