"""What work will cost, as a range with what moved it; and what finished tasks came to against it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.selectors.costs import compared_of, ranges_of
from closebook.core.errors import InputError
from closebook.core.money import Money, minor_digits
from closebook.core.workforce.estimates import (
    EXPERIENCED,
    NEW,
    Costs,
    Estimate,
    Spread,
    by_experience,
    estimate,
)
from closebook.core.workforce.rate_table import Kind, RateRange, markets_of, range_of
from closebook.transport import clock
from closebook.web.books.fields import AmountField, NumberField
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.words import KIND_WORDS

FACTORS = {
    "work": _("the work"),
    "agency": _("the agency's margin"),
    "exchange": _("changed into what is paid from"),
    "fee": _("the fee of paying"),
}
WEEKLY = "week"
EXPERIENCE = (("", _("any")), (NEW, _("new to it")), (EXPERIENCED, _("experienced")))
SPANS = (("task", _("in all")), (WEEKLY, _("a week, for a month")))
MOST_HOURS = 10_000
_ORDER = ("kind", "market", "experience", "span", "low", "likely", "high", "rate_low", "rate_high")
_ON_TOP = ("margin", "fee", "fee_minor", "currency", "exchange", "exchange_fee")
_A_MONTH = Fraction(52, 12)


class CostForm(forms.Form):
    """Hours, rates and what comes on top; what is left out is the usual range, or nothing."""

    kind = forms.ChoiceField(label=_("Kind of service"), choices=tuple(KIND_WORDS.items()))
    span = forms.ChoiceField(label=_("The hours are"), choices=SPANS)
    experience = forms.ChoiceField(label=_("Experience"), choices=EXPERIENCE, required=False)
    low = NumberField(label=_("Hours, at least"))
    likely = NumberField(label=_("Hours, likely"))
    high = NumberField(label=_("Hours, at most"))
    margin = NumberField(label=_("Agency's margin, percent"), required=False)
    fee = NumberField(label=_("Fee of paying, percent"), required=False)
    currency = forms.RegexField(
        label=_("Paid from a currency, such as EUR"), regex=r"^[A-Za-z]{3}$", required=False
    )
    exchange = NumberField(label=_("One unit of the rate's currency costs"), required=False)
    exchange_fee = NumberField(label=_("Lost in changing, percent"), required=False)

    def __init__(self, *args: Any, home: str, markets: list[str], **options: Any) -> None:
        """Add the market, the rates in the company's currency, and the fixed fee."""
        super().__init__(*args, **options)
        if markets:
            places = [("", _("any")), *((market, market) for market in markets)]
            self.fields["market"] = forms.ChoiceField(
                label=_("Where the work is offered"), choices=places, required=False
            )
        self.fields["rate_low"] = AmountField(
            label=_("Rate per hour, from"),
            currency=home,
            required=False,
            help_text=_("Empty: the usual range"),
        )
        self.fields["rate_high"] = AmountField(label=_("Rate per hour, to"), currency=home, required=False)
        self.fields["fee_minor"] = AmountField(label=_("Fee of paying, fixed"), currency=home, required=False)
        self.order_fields(_ORDER)

    @property
    def common(self) -> list[forms.BoundField]:
        """Return the fields that everybody fills in."""
        return [self[name] for name in self.fields if name not in _ON_TOP]

    @property
    def on_top(self) -> list[forms.BoundField]:
        """Return the fields of what comes on top."""
        return [self[name] for name in _ON_TOP]

    @property
    def has_more(self) -> bool:
        """Tell whether anything on top was typed, or is wrong."""
        return any(self[name].value() or self[name].errors for name in _ON_TOP)

    def clean(self) -> dict[str, Any]:
        """Refuse hours out of order, shares above the whole, and a currency without its price."""
        given = super().clean() or self.cleaned_data
        hours = [given[name] for name in ("low", "likely", "high") if given.get(name) is not None]
        if hours != sorted(hours) or any(not 0 <= one <= MOST_HOURS for one in hours):
            raise ValidationError(_("The hours go from the least over the likely to the most."))
        for name in ("margin", "fee", "exchange_fee"):
            if given.get(name) is not None and not 0 <= given[name] <= 100:
                self.add_error(name, _("Percents are from 0 to 100."))
        if given.get("currency") and not 0 < (given.get("exchange") or 0) <= 1_000_000:
            self.add_error("exchange", _("Type what one unit costs in that currency."))
        return given


@company_page(Ability.MANAGE_WORK)
@require_safe
def costs(request: CompanyRequest) -> HttpResponse:
    """Show the form, what it comes to, and finished tasks beside their estimates."""
    home = request.company.home_currency
    markets = markets_of(ranges_of(request.company))
    form = CostForm(request.GET if "kind" in request.GET else None, home=home, markets=markets)
    facts: dict[str, Any] = {"form": form, "compared": compared_of(request.company, clock.now())}
    if form.is_bound and form.is_valid():
        try:
            facts |= _shown(request, form.cleaned_data)
        except InputError as error:
            form.add_error(None, said(error))
    facts["sums"] = _sums(facts["compared"])
    request.place = "contracts"
    return render(request, "web/work/costs.html", facts, status=400 if form.errors else 200)


def _shown(request: CompanyRequest, given: dict[str, Any]) -> dict[str, Any]:
    usual = range_of(Kind(given["kind"]), ranges_of(request.company), given.get("market", ""))
    low, high = _rates(given, usual, request.company.home_currency)
    found = estimate(_minutes(given), low, high, _on_top(given, low.currency))
    return {
        "found": found,
        "factors": list(_factors(found, low.currency)),
        "hours": _hours(found),
        "rates": (low, high),
    }


def _factors(found: Estimate, rate_currency: str) -> Iterator[tuple[str, int, str]]:
    """Yield (words, minor units, currency) of what the likely figure is made of; the change of money as what
    it comes to then.
    """
    changes = any(one.name == "exchange" for one in found.factors)
    currency, so_far = rate_currency if changes else found.currency, 0
    for one in found.factors:
        so_far += one.likely_minor
        if one.name == "exchange":
            currency = found.currency
        yield str(FACTORS[one.name]), so_far if one.name == "exchange" else one.likely_minor, currency


def _rates(given: dict[str, Any], usual: RateRange | None, home: str) -> tuple[Money, Money]:
    """Return the rates typed, else the usual ones. Raises InputError where there are none."""
    low, high = given["rate_low"], given["rate_high"]
    if low is None and high is None and usual is not None:
        whole = Money(usual.low_minor, usual.currency), Money(usual.high_minor, usual.currency)
        return by_experience(*whole, given["experience"])
    if low is None and high is None:
        raise InputError("no-rate", "No usual range is known.", remedy="Type the rates.")
    typed = sorted(each for each in (low, high) if each is not None)
    return Money(typed[0], home), Money(typed[-1], home)


def _minutes(given: dict[str, Any]) -> Spread:
    factor = _A_MONTH if given["span"] == WEEKLY else Fraction(1)
    found = [int(Fraction(given[name]) * 60 * factor + Fraction(1, 2)) for name in ("low", "likely", "high")]
    return Spread(*found)


def _on_top(given: dict[str, Any], rate_currency: str) -> Costs:
    paid, exchange = given["currency"].upper(), None
    if paid and paid != rate_currency:
        places = minor_digits(paid) - minor_digits(rate_currency)
        exchange = Fraction(given["exchange"]) * Fraction(10) ** places
    return Costs(
        margin_bp=_points(given["margin"]),
        fee_bp=_points(given["fee"]),
        fee_minor=given["fee_minor"] or 0,
        exchange=exchange,
        exchange_bp=_points(given["exchange_fee"]) if exchange else 0,
        currency=paid if exchange else "",
    )


def _points(percent: Decimal | None) -> int:
    return int((percent * 100).to_integral_value(ROUND_HALF_UP)) if percent else 0


def _hours(found: Estimate) -> list[str]:
    spread = (found.minutes.low, found.minutes.likely, found.minutes.high)
    return [f"{minutes // 60}:{minutes % 60:02}" for minutes in spread]


def _sums(compared: list[Any]) -> list[tuple[str, int, int, int, int | None]]:
    """Return (kind, tasks, likely minutes, spent minutes, percent over) for each kind and for all."""
    found = []
    kinds = sorted({row.task.kind for row in compared})
    for kind in [*kinds, ""] if len(kinds) > 1 else kinds:
        rows = [row for row in compared if kind in ("", row.task.kind)]
        likely, spent = sum(row.task.likely_minutes for row in rows), sum(row.spent for row in rows)
        over = (200 * (spent - likely) + likely) // (2 * likely) if likely else None
        name = str(KIND_WORDS.get(kind, kind)) if kind else translated("all kinds")
        found.append((name, len(rows), likely, spent, over))
    return found
