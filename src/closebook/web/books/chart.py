"""The chart of accounts: a tree with balances and the last twelve months of each ledger account."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.books.selectors.chart_tree import LedgerAccountRow, chart_rows
from closebook.apps.companies.abilities import Ability
from closebook.core.ledger.account_types import LedgerAccountType
from closebook.core.periods import Month
from closebook.web.books.account_words import TYPE_WORDS
from closebook.web.books.books import books_of
from closebook.web.books.sheet import reference_day
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.sparkline import points

STATES = (("active", _("active")), ("inactive", _("inactive")), ("all", _("all")))


@dataclass(frozen=True, slots=True)
class ChartLine:
    """A ledger account as the page shows it."""

    row: LedgerAccountRow
    type_words: object
    line: str
    lowest: int
    highest: int


@company_page(Ability.SEE_BOOKS)
@require_safe
def chart(request: CompanyRequest) -> HttpResponse:
    """Show the ledger accounts of the types and states asked for; active ones without a wish."""
    books = books_of(request)
    last = Month.of(reference_day(request.company, books))
    rows = chart_rows(books.pk, last)
    kind, state = request.GET.get("type", ""), request.GET.get("state", "active")
    facts = {
        "lines": [_line(row) for row in rows if _fits(row, kind, state)],
        "types": [(each.value, TYPE_WORDS[each]) for each in LedgerAccountType],
        "type": kind,
        "states": STATES,
        "state": state,
        "currency": books.home_currency,
        "last": last.last_day,
        "any": bool(rows),
    }
    return render(request, "web/books/chart.html", facts)


def _fits(row: LedgerAccountRow, kind: str, state: str) -> bool:
    wanted = state == "all" or row.active == (state != "inactive")
    return wanted and (not kind or row.account.type.value == kind)


def _line(row: LedgerAccountRow) -> ChartLine:
    drawn = points(row.months) if any(row.months) else ""
    return ChartLine(row, TYPE_WORDS[row.account.type], drawn, min(row.months), max(row.months))
