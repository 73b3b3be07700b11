"""From "to be added" to the books: what would be made is shown, then planned as a run that is approved."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.companies.models import Company
from closebook.apps.matching.models import RowState
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.adding import INCOMES, additions_plan
from closebook.connectors.quickbooks.query import any_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.matching.desk import known_of
from closebook.web.matching.scope import list_of
from closebook.web.matching.words import KIND_WORDS
from closebook.web.sync.words import REFUSALS, tell

_SHOWN = 20


class IncomeForm(forms.Form):
    """The ledger account on which new items earn."""

    def __init__(self, company: Company, *args: Any) -> None:
        """Offer the income ledger accounts of the company."""
        super().__init__(*args)
        with books_client(company) as client:
            found = [
                (str(body["Id"]), str(body.get("FullyQualifiedName") or body["Name"]))
                for body in client.query_all("Account", any_of("AccountType", list(INCOMES)))
            ]
        choices = sorted(found, key=lambda one: one[1].casefold())
        self.fields["income"] = forms.ChoiceField(
            label=_("Income ledger account"),
            choices=choices,
            help_text=_("The sales of the new items are posted to it."),
        )


@company_page(Ability.RUN_SYNC)
@require_http_methods(["GET", "POST"])
def match_additions(request: CompanyRequest, list_id: int) -> HttpResponse:
    """Show what would be made; plan it when the form is sent."""
    match_list = list_of(request, list_id)
    posted = request.method == "POST"
    form = (
        IncomeForm(request.company, request.POST if posted else None) if match_list.kind == "item" else None
    )
    if posted and (form is None or form.is_valid()):
        try:
            made = additions_plan(match_list, income=form.cleaned_data["income"] if form else "")
        except REFUSALS as error:
            tell(request, error)
            return redirect("match_additions", request.company.pk, match_list.pk)
        return redirect("run", request.company.pk, made.pk)
    rows = match_list.rows.filter(state=RowState.ADDED).order_by("name", "pk")
    facts = {
        "list": match_list,
        "kind": KIND_WORDS[match_list.kind],
        "form": form,
        "count": rows.count(),
        "rows": [(row, known_of(row.facts)) for row in rows[:_SHOWN]],
        "jobs": rows.filter(job=True).count(),
    }
    return render(request, "web/matching/adding.html", facts, status=400 if posted else 200)
