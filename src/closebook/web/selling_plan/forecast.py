"""The forecast: what open opportunities may bring, as a range, beside what people judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from babel import numbers
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Judgement, Opportunity
from closebook.apps.selling.selectors.outlook import (
    Behind,
    behind,
    judgements_of,
    open_of,
    people_kept,
    rows_kept,
    spans_of,
    target_left,
    with_rows,
)
from closebook.apps.selling.selectors.plan import narrow, targets_of
from closebook.apps.selling.services.reckoning import MONTHS, judge, reckoning_of
from closebook.apps.sync.services.beats import worker_lives
from closebook.core.money import divide_half_up
from closebook.core.periods import DateRange
from closebook.core.selling.forecast import WHOLE
from closebook.core.selling.outlook import ALL, Row
from closebook.transport import clock
from closebook.web.books.fields import AmountField, text_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.export import exported
from closebook.web.selling.scope import opportunities_seen
from closebook.web.selling.words import CATEGORIES, stage_word
from closebook.web.selling_plan.target_forms import MOST_MINOR
from closebook.web.selling_plan.words import month_word
from closebook.web.templatetags.kit import here

_MOST = 50


class JudgeForm(forms.Form):
    """What a manager expects of a period, and why."""

    what = forms.ChoiceField(label=gettext_lazy("Period"))
    reason = text_field(gettext_lazy("Reason"), 300, required=True)

    def __init__(self, *args: Any, facts: dict[str, Any], currency: str, **options: Any) -> None:
        """Offer the periods of the forecast."""
        super().__init__(*args, **options)
        spans = spans_of(facts)
        words = [(what, span_word(what, span)) for what, span in spans.items()]
        self.fields["what"].choices = words  # type: ignore[attr-defined]  # a choice field
        self.fields["amount"] = AmountField(label=gettext_lazy("What I expect"), currency=currency)
        self.order_fields(["what", "amount", "reason"])

    def clean_amount(self) -> int:
        """Return the amount; nothing at all may be expected too."""
        amount = self.cleaned_data["amount"]
        if amount is None or not 0 <= amount <= MOST_MINOR:
            raise ValidationError(_("Type an amount above zero."))
        return int(amount)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page with its words, the opportunities behind it and the newest judgement of its days."""

    name: str
    row: Row
    address: str
    judged: Judgement | None = None


@company_page(Ability.SEE_SELLING)
@require_safe
def forecast(request: CompanyRequest) -> HttpResponse:
    """Show the forecast of what the person may see."""
    return _page(request)


def _page(request: CompanyRequest, form: JudgeForm | None = None) -> HttpResponse:
    kept, currency = reckoning_of(request.company), request.company.home_currency
    mine = request.user.username if narrow(request.abilities) else ""
    judged = [] if mine else judgements_of(request.company)
    found: dict[str, Any] = {
        "open": open_of(opportunities_seen(request), currency),
        "kept": kept,
        "made": kept.facts,
        "currency": currency,
        "mine": mine,
        "judged": [(one, _judged_word(one)) for one in judged],
        "worker_lives": kept.fresh or worker_lives(),
    }
    if not mine:
        targets = targets_of(request.company, request.user.username, request.abilities)
        left = target_left(request.company, targets, clock.today().year)
        found |= {"left": left, "covers": left and divide_half_up(100 * found["open"].value_minor, left)}
    if kept.facts and "rows" in kept.facts:
        found |= _told(request, kept.facts, mine, judged)
        found["unknown"] = _unknown(kept.facts, mine, found["open"].count) if kept.fresh and not mine else 0
        if Ability.MANAGE_SELLING in request.abilities:
            found["form"] = form or JudgeForm(facts=kept.facts, currency=currency)
    request.place = "forecast"
    status = 400 if form is not None else 200
    return render(request, "web/selling_plan/forecast.html", found, status=status)


def _unknown(facts: dict[str, Any], mine: str, open_now: int) -> int:
    """Return how many open opportunities have no history from which their chance could be told."""
    whole = rows_kept(facts, mine).get(ALL)
    return max(open_now - (whole.deals if whole else 0), 0)


def _told(
    request: CompanyRequest, facts: dict[str, Any], mine: str, judged: list[Judgement]
) -> dict[str, Any]:
    rows, spans = rows_kept(facts, mine), spans_of(facts)
    newest: dict[tuple[dt.date, dt.date], Judgement] = {}
    for one in reversed(judged):
        newest[one.start.replace(day=1), one.end] = one
    place = reverse("forecast-deals", args=[request.company.pk])

    def line(what: str, name: str, query: str) -> Line | None:
        span = spans.get(what)
        by_hand = newest.get((span.start.replace(day=1), span.end)) if span else None
        return Line(name, rows[what], f"{place}?{query}", by_hand) if what in rows else None

    months = [line(what, span_word(what, span), f"what={what}") for what, span in spans.items()]
    words = [line(code, str(name), f"what=all&category={code}") for code, name in CATEGORIES.items()]
    people = [] if mine else people_kept(facts)
    return {
        "whole": rows.get(ALL),
        "months": [one for one in months if one and one.name != span_word(ALL, spans[ALL])],
        "together": line(ALL, _("Together"), f"what={ALL}"),
        "categories": [one for one in words if one],
        "people": [Line(name, row, f"{place}?what=all&person={name}") for name, row in people],
        "on": dt.date.fromisoformat(facts["on"]),
        "until": spans[ALL].end,
        "last": dt.date.fromisoformat(facts["last"]),
        "old": (dt.date.fromisoformat(facts["on"]) - dt.date.fromisoformat(facts["last"])).days > 91,
        "factor": percent(Decimal(facts["factor"][0]) / Decimal(facts["factor"][1]), "0 %"),
    }


def span_word(what: str, span: DateRange) -> str:
    """Return the words of a period: a month, or all of them."""
    if what == ALL:
        return _("The %(number)s months together") % {"number": MONTHS}
    return month_word(span.end)


def percent(share: Decimal, form: str = "0.0 %") -> str:
    """Return a share as percent in the reader's language."""
    return numbers.format_percent(share, form, locale=here())


def _judged_word(one: Judgement) -> str:
    last = one.end.year * 12 + one.end.month - one.start.year * 12 - one.start.month
    return month_word(one.end) if not last else f"{month_word(one.start)} – {month_word(one.end)}"


@company_page(Ability.MANAGE_SELLING)
@require_POST
def forecast_judge(request: CompanyRequest) -> HttpResponse:
    """Keep what a manager expects, with the reason, beside what the forecast says."""
    facts = reckoning_of(request.company).facts
    if not facts or "rows" not in facts:
        messages.error(request, _("There is no forecast to judge yet."))
        return redirect("forecast", request.company.pk)
    form = JudgeForm(request.POST, facts=facts, currency=request.company.home_currency)
    if not form.is_valid():
        return _page(request, form)
    what, amount = form.cleaned_data["what"], form.cleaned_data["amount"]
    said = rows_kept(facts, "").get(what)
    judge(
        request.company, spans_of(facts)[what], amount, form.cleaned_data["reason"], request.user.username,
        said.expected_minor if said else None,
    )  # fmt: skip
    messages.success(request, _("Kept beside the forecast."))
    return redirect("forecast", request.company.pk)


@company_page(Ability.SEE_SELLING)
@require_safe
def forecast_ready(request: CompanyRequest) -> HttpResponse:
    """Say that the forecast is being reckoned; once it is there, have the page loaded anew."""
    answer = HttpResponse(_("The forecast is being reckoned…"))
    if reckoning_of(request.company).fresh:
        answer["HX-Refresh"] = "true"
    return answer


@company_page(Ability.SEE_SELLING)
@require_safe
def forecast_deals(request: CompanyRequest) -> HttpResponseBase:
    """Show the opportunities behind a number of the forecast, those that add most first."""
    facts = reckoning_of(request.company).facts
    what = request.GET.get("what", ALL)
    if not facts or "rows" not in facts or what not in spans_of(facts):
        raise Http404
    currency, rows = request.company.home_currency, opportunities_seen(request)
    rows = rows.filter(state="open", currency=currency)
    wishes = {"category": request.GET.get("category", ""), "owner": request.GET.get("person", "")}
    if narrow(request.abilities):
        wishes["owner"] = request.user.username
    wishes = {name: value.replace("\0", "") for name, value in wishes.items() if value}
    found = behind(facts, what, rows.filter(**wishes))
    if form := request.GET.get("export"):
        return exported(form, "forecast", _columns(request), with_rows(found, rows))
    total = divide_half_up(sum(one.value_minor * one.millionths for one in found), WHOLE)
    page = Paginator(found, _MOST).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    request.place = "forecast"
    shown = {
        "rows": list(_shown(with_rows(list(page), rows))),
        "page": page,
        "query": query.urlencode(),
        "total": total,
        "corrected": divide_half_up(total * facts["factor"][0], facts["factor"][1]),
        "value": sum(one.value_minor for one in found),
        "title": span_word(what, spans_of(facts)[what]),
        "category": CATEGORIES.get(wishes.get("category", "")),
        "person": wishes.get("owner", ""),
        "currency": currency,
    }
    return render(request, "web/selling_plan/forecast_deals.html", shown)


def _shown(pairs: list[tuple[Behind, Opportunity]]) -> Iterator[tuple[Opportunity, str, str, int]]:
    for one, row in pairs:
        yield row, stage_word(row.stage), _share(one), one.adds_minor


def _share(one: Behind) -> str:
    return percent(Decimal(one.millionths) / WHOLE)


def _columns(request: CompanyRequest) -> tuple[Column, ...]:
    """Return the columns of the file, of pairs of a place in the forecast and its opportunity."""

    def currency(_pair: tuple[Behind, Opportunity]) -> str:
        return request.company.home_currency

    return (
        Column("title", gettext_lazy("Title"), lambda pair: pair[1].title),
        Column("customer", gettext_lazy("Customer"), lambda pair: str(pair[1].customer or "")),
        Column("owner", gettext_lazy("Salesperson"), lambda pair: pair[1].owner),
        Column("stage", gettext_lazy("Stage"), lambda pair: stage_word(pair[1].stage)),
        Column("value", gettext_lazy("Value"), lambda pair: pair[0].value_minor, "money", currency=currency),
        Column("chance", gettext_lazy("Chance"), lambda pair: _share(pair[0])),
        Column("adds", gettext_lazy("Adds"), lambda pair: pair[0].adds_minor, "money", currency=currency),
        Column("currency", gettext_lazy("Currency"), currency),
    )
