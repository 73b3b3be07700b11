"""Statements, the postings behind a figure, where a figure comes from, and the proof of the balances."""

from __future__ import annotations

from itertools import islice
from typing import Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from closebook.api.access import ApiRequest
from closebook.api.book_schemas import (
    Day,
    OpensIn,
    PostingOut,
    ProvedOut,
    StatementOut,
    StatementsOut,
    TrailOut,
)
from closebook.api.books import books_here
from closebook.api.operations import Text, reads
from closebook.api.paging import Page, PageWish, cursor_read, next_address
from closebook.apps.books.selectors.drill import open_cell
from closebook.apps.books.selectors.plain import postings_plain
from closebook.apps.books.selectors.prove import prove
from closebook.apps.books.selectors.statements import STATEMENTS, statement
from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.services.audit import audit_broken_at
from closebook.core.reports.output import to_plain
from closebook.trails import trail_of
from closebook.transport import clock

router = Router(tags=["Statements"])
_MOST_TRAIL = 200


class StatementWish(Schema):
    """Which days, columns and basis a statement is asked for."""

    day_from: Day | None = Field(
        None, description="The first of January of the last day's year when left out."
    )
    day_to: Day | None = Field(None, description="Today when left out.")
    basis: Literal["accrual", "cash"] = "accrual"
    by: Text = Field("total", description="total, month, quarter, year, class, location, customer, …")
    compare: Literal["", "previous-period", "previous-year"] = ""


class WhyWish(Schema):
    """What to explain."""

    ref: Text = Field(description="Sales@2026-03, posting:12/1, SalesReceipt:141, a number, or file.csv:17.")
    limit: int = Field(40, ge=1, le=_MOST_TRAIL)


@reads(router, "/statements", Ability.SEE_BOOKS, StatementsOut)
def statements(request: ApiRequest) -> dict[str, Any]:  # noqa: ARG001 - every operation gets it
    """The names of the statements."""
    return {"statements": list(STATEMENTS)}


@reads(router, "/statements/{name}", Ability.SEE_BOOKS, StatementOut)
def read_statement(request: ApiRequest, name: Text, wish: Query[StatementWish]) -> dict[str, Any]:
    """A statement of the company's books, with the key that opens each figure."""
    if name not in STATEMENTS:
        raise Http404
    day_to = wish.day_to or clock.today()
    return to_plain(
        statement(
            books_here(request).pk,
            name,
            day_from=wish.day_from or day_to.replace(month=1, day=1),
            day_to=day_to,
            basis=wish.basis,
            by=wish.by,
            compare=wish.compare or None,
        )
    )


@reads(router, "/postings", Ability.SEE_BOOKS, Page[PostingOut], method="POST")
def postings(request: ApiRequest, body: OpensIn, wish: Query[PageWish]) -> dict[str, Any]:
    """The postings behind a figure. Send the figure's opens; their sum is the figure."""
    books = books_here(request)
    start = cursor_read(request, wish.cursor) if wish.cursor else 0
    found = list(islice(open_cell(books.pk, body.key()), start, start + wish.limit + 1))
    more = len(found) > wish.limit
    return {
        "items": postings_plain(found[: wish.limit], books.home_currency),
        "next": next_address(request, start + wish.limit) if more else None,
    }


@reads(router, "/why", Ability.SEE_BOOKS, TrailOut)
def why(request: ApiRequest, wish: Query[WhyWish]) -> dict[str, Any]:
    """What a figure, posting, document or source row rests on, and what rests on it."""
    books_here(request)
    trail = trail_of(request.auth.company, wish.ref.strip(), wish.limit)
    if trail is None:
        raise Http404
    return trail.plain()


@reads(router, "/proof", Ability.SEE_BOOKS, ProvedOut)
def proof(request: ApiRequest) -> dict[str, Any]:
    """Every balance recomputed from the postings and compared, and the audit log followed."""
    report = prove(books_here(request).pk)
    broken = audit_broken_at(request.auth.company.pk)
    return {
        "holds": report.ok and broken is None,
        "postings": report.postings,
        "balances": report.ledger_account_days,
        "differences": [str(each) for each in report.differences],
        "audit_broken_at": broken,
    }
