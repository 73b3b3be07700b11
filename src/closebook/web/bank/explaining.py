"""Payouts without a report: which sales each deposit pays, as far as amounts and days tell."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.bank.models import BankAccount, BankLine
from closebook.apps.bank.selectors.bank_accounts import ledger_choices
from closebook.apps.bank.selectors.explaining import payouts_explained
from closebook.apps.companies.abilities import Ability
from closebook.core.reconcile.payouts import Cause
from closebook.transport import clock
from closebook.web.bank.scope import bank_account_of
from closebook.web.books.books import books_of
from closebook.web.books.fields import day_field
from closebook.web.frame.access import CompanyRequest, company_page

CAUSE_WORDS = {
    Cause.MISSING: _("a sale of this amount is missing in the books"),
    Cause.DOUBLED: _("a row stands in the books twice"),
    Cause.HELD: _("a row was paid later"),
    Cause.EARLIER: _("a row of the payout before was paid here"),
    Cause.ALTERED: _("a row has two digits swapped"),
    Cause.CHARGE: _("a charge is missing in the books"),
}
VERDICT_WORDS = {
    "explained": ("holds", _("explained")),
    "likely": ("open", _("likely")),
    "residual": ("differs", _("difference")),
    "foreign": ("calm", _("no payout of these sales")),
}


class PeriodForm(forms.Form):
    """Which deposits, which sales, which days."""

    words = forms.CharField(label=_("Text contains"), max_length=100)
    clearing = forms.ChoiceField(
        label=_("Clearing ledger account"),
        help_text=_("Where sales wait until the processor pays them out."),
    )
    first = day_field(_("From"))
    last = day_field(_("To"))

    def __init__(self, one: BankAccount, *args: object, **options: object) -> None:
        """Offer the other ledger accounts."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as the form takes them
        offered = [
            (c.wire_id, c.name) for c in ledger_choices(one.company) if c.wire_id != one.ledger_account
        ]
        self.fields["clearing"].choices = offered  # type: ignore[attr-defined]  # of a ChoiceField


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_explain(request: CompanyRequest, bank_account_id: int) -> HttpResponse:
    """Ask which deposits and sales are meant, and show what each deposit pays."""
    one = bank_account_of(request, bank_account_id)
    books_of(request)
    newest = BankLine.objects.filter(bank_account=one).order_by("-day").values_list("day", flat=True).first()
    last = newest or clock.today()
    initial = {"first": last - dt.timedelta(days=90), "last": last}
    asked = "words" in request.GET
    form = PeriodForm(one, request.GET if asked else None, initial=initial)
    facts: dict[str, object] = {"one": one, "form": form, "asked": asked}
    if asked and form.is_valid():
        given = form.cleaned_data
        found = payouts_explained(one, given["words"], given["clearing"], given["first"], given["last"])
        facts["found"] = found
        facts["payouts"] = [
            {
                "each": each,
                "state": VERDICT_WORDS[each.found.verdict][0],
                "words": VERDICT_WORDS[each.found.verdict][1],
                "causes": [
                    (CAUSE_WORDS[why.cause], [found.rows[key] for key in why.keys])
                    for why in each.found.explanations
                ],
            }
            for each in found.payouts
        ]
    return render(request, "web/bank/explain.html", facts, status=400 if form.errors else 200)
