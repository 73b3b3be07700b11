"""Which customer pays for the hours of a contract or of one of its tasks, and at what rate."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Contract
from closebook.apps.workforce.services.customer_hours import customer_rate_set, customers_offered
from closebook.core.errors import ClosebookError, InputError, InvariantError
from closebook.transport import clock
from closebook.web.books.fields import AmountField, day_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said

_SHOWN = 200


class CustomerForm(forms.Form):
    """Who pays for which hours from a day on."""

    def __init__(
        self,
        *args: Any,
        tasks: list[tuple[str, str]],
        customers: list[tuple[str, str]],
        currency: str,
        **options: Any,
    ) -> None:
        """Offer the contract's tasks and the books' customers."""
        super().__init__(*args, **options)
        everything = ("", gettext_lazy("all of the contract"))
        self.fields["task"] = forms.ChoiceField(
            label=pgettext_lazy("work", "Hours of"), choices=[everything, *tasks], required=False
        )
        self.fields["customer"] = forms.ChoiceField(
            label=gettext_lazy("Customer"), choices=[("", gettext_lazy("nobody")), *customers], required=False
        )
        self.fields["hourly_minor"] = AmountField(
            label=gettext_lazy("Rate per hour to the customer"), currency=currency, required=False
        )
        self.fields["starts_on"] = day_field(gettext_lazy("Work from this day on"), required=True)


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "HEAD", "POST"])
def customer_hours(request: CompanyRequest, contract_id: int) -> HttpResponse:
    """Show what customers pay for a contract's hours, and keep another rate."""
    rows = Contract.objects.filter(company=request.company, pk=contract_id).select_related("person")
    found = rows.first()
    if found is None:
        raise Http404
    request.place = "contracts"
    facts: dict[str, Any] = {
        "contract": found,
        "rates": found.customer_rates.select_related("task").order_by("-starts_on", "-pk")[:_SHOWN],
    }
    try:
        customers = customers_offered(request.company)
    except InvariantError:
        raise
    except ClosebookError as error:
        return render(request, "web/work/customer_hours.html", {**facts, "problem": said(error)})
    tasks = [(str(task.pk), task.title) for task in found.tasks.order_by("-pk")[:_SHOWN]]
    currency = request.company.home_currency
    form = CustomerForm(
        request.POST or None,
        tasks=tasks,
        customers=customers,
        currency=currency,
        initial={"starts_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid() and _kept(request, found, form, dict(customers)):
        messages.success(request, _("Saved. It counts for hours that are not in the books yet."))
        return redirect("customer-hours", request.company.pk, found.pk)
    facts["form"] = form
    return render(request, "web/work/customer_hours.html", facts, status=400 if form.errors else 200)


def _kept(request: CompanyRequest, found: Contract, form: CustomerForm, names: dict[str, str]) -> bool:
    typed = form.cleaned_data
    task = found.tasks.filter(pk=int(typed["task"])).first() if typed["task"] else None
    customer = typed["customer"], names.get(typed["customer"], "")
    hourly = typed["hourly_minor"] or 0
    try:
        customer_rate_set(found, task, customer, hourly, typed["starts_on"], request.user.username)
    except InputError as error:
        form.add_error("hourly_minor", said(error))
        return False
    return True
