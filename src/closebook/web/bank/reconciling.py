"""Reconciling a statement: opening, closing, what is open, the difference; closing it, and the report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.bank.models import BankAccount, LineState
from closebook.apps.bank.selectors.statements import (
    closed_view,
    closes_of,
    last_close,
    proposal,
    statement_view,
)
from closebook.apps.bank.services.closing import statement_close, statement_reopen
from closebook.apps.bank.services.following import answers_follow
from closebook.apps.companies.abilities import Ability
from closebook.transport import clock
from closebook.web.bank.lines import line_rows
from closebook.web.bank.scope import REFUSALS, bank_account_of, close_of
from closebook.web.books.books import books_of
from closebook.web.books.fields import AmountField, day_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.sync.words import tell


class StatementForm(forms.Form):
    """The last day of a statement and its two balances."""

    last_day = day_field(gettext_lazy("Last day"))

    def __init__(self, one: BankAccount, *args: object, **options: object) -> None:
        """Keep the currency of the balances."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as the form takes them
        self.fields["opening"] = AmountField(label=gettext_lazy("Opening balance"), currency=one.currency)
        self.fields["closing"] = AmountField(label=gettext_lazy("Closing balance"), currency=one.currency)


@company_page(Ability.SEE_BOOKS)
@require_http_methods(["GET", "POST"])
def bank_reconcile(request: CompanyRequest, bank_account_id: int) -> HttpResponse:
    """Show how a statement stands, and close it when it adds up."""
    one = bank_account_of(request, bank_account_id)
    books_of(request)
    last, opening, closing = proposal(one)
    before = last_close(one)
    initial: dict[str, Any] = {"last_day": last or clock.today(), "opening": opening, "closing": closing}
    form = StatementForm(one, request.POST or None, initial=initial)
    given = initial
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "close" in request.POST and Ability.EDIT_BOOKS in request.abilities:
            try:
                made = statement_close(
                    one, given["last_day"], given["opening"], given["closing"], request.user.get_username()
                )
            except REFUSALS as error:
                tell(request, error)
            else:
                messages.success(request, _("The statement is closed; its lines are fixed."))
                return redirect("bank_closed", request.company.pk, made.pk)
    answers_follow(one)
    view = statement_view(one, given["last_day"], given["opening"], given["closing"])
    facts = {
        "one": one,
        "form": form,
        "view": view,
        "before": before,
        "open_rows": line_rows(request, one, [line for line in view.lines if line.state == "open"][:50]),
        "closed": closes_of(one),
    }
    return render(request, "web/bank/reconcile.html", facts, status=400 if form.errors else 200)


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_closed(request: CompanyRequest, close_id: int) -> HttpResponse:
    """Show a closed statement as a report for paper."""
    closed = close_of(request, close_id)
    one = closed.bank_account
    view = closed_view(closed)
    newest = last_close(one)
    left_out = sum(line.amount_minor for line in view.lines if line.state == LineState.EXCLUDED)
    facts = {
        "one": one,
        "closed": closed,
        "left_out": left_out,
        "only_in_books": closed.books_minor - closed.closing_minor + left_out,
        "view": view,
        "rows": line_rows(request, one, view.lines),
        "newest": newest is not None and newest.pk == closed.pk,
    }
    return render(request, "web/bank/closed.html", facts)


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_reopen(request: CompanyRequest, close_id: int) -> HttpResponse:
    """Open a closed statement again."""
    closed = close_of(request, close_id)
    one = closed.bank_account
    try:
        statement_reopen(closed, request.user.get_username())
        messages.success(request, _("The statement is open again."))
    except REFUSALS as error:
        tell(request, error)
    return redirect("bank_reconcile", request.company.pk, one.pk)
