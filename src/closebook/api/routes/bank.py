"""Bank accounts and their lines, with what in the books answers each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from closebook.api.access import ApiRequest
from closebook.api.book_schemas import Day
from closebook.api.operations import Number, Text, reads
from closebook.api.paging import Page, PageWish, page_of
from closebook.apps.bank.models import BankAccount, BankLine
from closebook.apps.bank.selectors.bank_accounts import bank_accounts_in
from closebook.apps.companies.abilities import Ability

router = Router(tags=["Bank"])


class BankAccountOut(Schema):
    """A bank account or card with what is open on it."""

    bank_account: int
    name: str
    number: str
    currency: str
    open_lines: int
    last_day: dt.date | None


class BankLineOut(Schema):
    """One line of a bank account; amounts are whole minor units, positive comes in."""

    line: int
    day: dt.date
    amount_minor: int
    currency: str
    counterparty: str
    text: str
    references: list[str]
    state: str = Field(description="open, matched or excluded.")
    records: list[str] = Field(description="The records of the books that answer it, such as Transfer 12.")


class LinesWish(PageWish):
    """Which lines to list."""

    state: Text = Field("", description="open, matched or excluded; empty for all.")
    day_from: Day | None = None
    day_to: Day | None = None


@reads(router, "/bank-accounts", Ability.SEE_BOOKS, Page[BankAccountOut])
def bank_accounts(request: ApiRequest, wish: Query[PageWish]) -> dict[str, Any]:
    """The bank accounts with what is open on them."""
    return page_of(request, bank_accounts_in(request.auth.company), wish, _accounts_plain)


@reads(router, "/bank-accounts/{bank_account}/lines", Ability.SEE_BOOKS, Page[BankLineOut])
def bank_lines(request: ApiRequest, bank_account: Number, wish: Query[LinesWish]) -> dict[str, Any]:
    """The lines of a bank account, the last ones imported first."""
    one = get_object_or_404(BankAccount, pk=bank_account, company=request.auth.company)
    rows = BankLine.objects.filter(bank_account=one).select_related("bank_account")
    rows = rows.filter(state=wish.state) if wish.state else rows
    rows = rows.filter(day__gte=wish.day_from) if wish.day_from else rows
    rows = rows.filter(day__lte=wish.day_to) if wish.day_to else rows
    return page_of(request, rows.prefetch_related("answers__cleared"), wish, _lines_plain, newest_first=True)


def _accounts_plain(rows: Sequence[Any]) -> list[dict[str, Any]]:
    names = ("name", "number", "currency", "open_lines", "last_day")
    return [{"bank_account": row.pk, **{name: getattr(row, name) for name in names}} for row in rows]


def _lines_plain(rows: Sequence[BankLine]) -> list[dict[str, Any]]:
    return [
        {
            "line": row.pk,
            "day": row.day,
            "amount_minor": row.amount_minor,
            "currency": row.bank_account.currency,
            "counterparty": row.counterparty,
            "text": row.text,
            "references": row.references.split("\n") if row.references else [],
            "state": row.state,
            "records": [
                f"{one.entity} {one.wire_id}"
                for answer in row.answers.all()
                if answer.undone_at is None
                for one in answer.cleared.all()
            ],
        }
        for row in rows
    ]
