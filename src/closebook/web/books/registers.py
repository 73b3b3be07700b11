"""The register of a ledger account: its postings with the balance after each."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.http import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.books.models import LedgerAccount
from closebook.apps.books.selectors.balances import balances
from closebook.apps.books.selectors.register import RegisterRow, RegisterRows
from closebook.apps.companies.abilities import Ability
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.reports.chart import ChartAccount
from closebook.web.books.account_words import TYPE_WORDS
from closebook.web.books.books import books_of, record_or_404
from closebook.web.books.fields import day_field
from closebook.web.books.kinds import document_address, title_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing


class DaysForm(forms.Form):
    """A range of days; both ends may be left open."""

    day_from = day_field(_("From"), required=False)
    day_to = day_field(_("To"), required=False)


def columns_of(company_id: int, currency: str) -> tuple[Column, ...]:
    """Return the columns of a register."""

    def money(_row: RegisterRow) -> str:
        return currency

    return (
        Column("day", _("Day"), lambda row: row.day, kind="day", sort="day"),
        Column(
            "document",
            _("Document"),
            lambda row: f"{title_of(row.entity)} {row.number}".strip(),
            link=lambda row: document_address(company_id, row.entity, row.wire_id),
        ),
        Column("counterparty", _("Customer or vendor"), lambda row: row.counterparty_name),
        Column("memo", _("Memo"), lambda row: row.memo),
        Column("debit", _("Debit"), lambda row: row.debit_minor, kind="money", currency=money),
        Column("credit", _("Credit"), lambda row: row.credit_minor, kind="money", currency=money),
        Column("balance", _("Balance"), lambda row: row.balance_minor, kind="money", currency=money),
    )


@company_page(Ability.SEE_BOOKS)
@require_safe
def register(request: CompanyRequest, wire_id: int) -> HttpResponseBase:
    """Show the postings of a ledger account, latest first, in the range of days asked for."""
    books = books_of(request)
    record = record_or_404(books, "Account", wire_id)
    account = LedgerAccount.objects.get(pk=record.pk)
    kind = LedgerAccountType(account.type)
    form = DaysForm(request.GET)
    days = form.cleaned_data if form.is_valid() else {}
    credit_positive = ChartAccount(record.pk, account.name, kind).credit_positive
    rows = RegisterRows(
        books.pk,
        record.pk,
        days.get("day_from") or dt.date.min,
        days.get("day_to") or dt.date.max,
        credit_positive=credit_positive,
    )
    moved = balances(books.pk, None, dt.date.max).get(record.pk)
    balance = moved.net_minor if moved else 0
    listing = Listing(
        request,
        "register",
        rows,  # type: ignore[arg-type]  # is counted, cut and ordered as a queryset is
        columns_of(request.company.pk, books.home_currency),
        order=("-day",),
        keep=("day_from", "day_to"),
        empty=_("Nothing is posted on this ledger account in these days."),
        facts={
            "account": account,
            "record": record,
            "balance": -balance if credit_positive else balance,
            "type_words": TYPE_WORDS[kind],
            "form": form,
            "currency": books.home_currency,
        },
    )
    return listing.show("web/books/register.html")
