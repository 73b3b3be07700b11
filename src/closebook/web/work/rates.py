"""What an hour usually costs by kind of service, with the source, and what to ask as self-employed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.selectors.costs import ranges_of
from closebook.apps.workforce.services.rates import range_add
from closebook.core.errors import InputError
from closebook.core.money import Money
from closebook.core.workforce.estimates import asking_rate
from closebook.core.workforce.rate_table import DEFAULT_RATES, markets_of, range_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.forms import RangeForm
from closebook.web.work.words import KIND_WORDS


@company_page(Ability.DO_TASKS)
@require_safe
def rates(request: CompanyRequest) -> HttpResponse:
    """Show the newest range of each kind of service."""
    return _shown(request, RangeForm(currency=request.company.home_currency))


def _shown(request: CompanyRequest, form: RangeForm) -> HttpResponse:
    known, rows = ranges_of(request.company), []
    for kind, words in KIND_WORDS.items():
        here = tuple(row for row in known if row.kind == kind)
        for market in ("", *markets_of(here)):
            found = range_of(kind, here, market)
            if found is None:
                continue
            asked = [asking_rate(Money(each, found.currency)) for each in (found.low_minor, found.high_minor)]
            source = said(found.source) if found in DEFAULT_RATES else found.source
            rows.append((words, found, [money.amount_minor for money in asked], source))
    facts = {"rows": rows, "form": form}
    return render(request, "web/work/rates.html", facts, status=400 if form.errors else 200)


@company_page(Ability.MANAGE_WORK)
@require_POST
def rate_new(request: CompanyRequest) -> HttpResponse:
    """Keep a range of one's own."""
    form = RangeForm(request.POST, currency=request.company.home_currency)
    if form.is_valid():
        facts = {**form.cleaned_data, "currency": request.company.home_currency}
        try:
            range_add(request.company, facts, request.user.username)
        except InputError as error:
            form.add_error("high_minor", said(error))
        else:
            return redirect("rates", request.company.pk)
    return _shown(request, form)
