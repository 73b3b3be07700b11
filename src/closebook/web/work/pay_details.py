"""Ways to pay of the company, and the payment details of an assistant, by themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Bill, Payee
from closebook.apps.workforce.selectors.tax_list import country_of, standing_of
from closebook.apps.workforce.services import payees
from closebook.connectors.payouts.rails import RAILS
from closebook.core.errors import InputError
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.pay_forms import AccountForm, WayForm, rail_choices
from closebook.web.work.pay_words import NEXT_WORDS, PAY_STATES, RAIL_NOTES, RAIL_WORDS


@company_page(Ability.APPROVE_PAY)
@require_safe
def ways(request: CompanyRequest) -> HttpResponse:
    """Show the ways to pay, and which are set up."""
    known = {rail: payees.setting_of(request.company, rail) for rail in RAILS}
    rows = [
        (rail, RAIL_WORDS[rail], RAIL_NOTES[rail], bool(known[rail][0]) or rail == "csv", known[rail][1])
        for rail in RAILS
    ]
    return render(request, "web/work/ways.html", {"rows": rows})


@company_page(Ability.MANAGE_COMPANY)
@require_http_methods(["GET", "POST"])
def way(request: CompanyRequest, rail: str) -> HttpResponse:
    """Show what the company pays by on a rail, and keep it."""
    if rail not in RAILS:
        raise Http404
    facts, limit = payees.setting_of(request.company, rail)
    shown = {
        name: text for name, text in facts.items() if name not in {"secret", "token", "template", "sheet"}
    }
    form = WayForm(
        request.POST or None,
        request.FILES or None,
        rail=rail,
        kept=facts,
        initial={**shown, "limit_minor": limit},
        currency="EUR" if rail == "sepa" else request.company.home_currency,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        above, kept = typed.pop("limit_minor"), {name: facts.get(name, "") for name in ("template", "sheet")}
        typed |= typed.pop("file", {}) or kept
        try:
            unknown = payees.setting_save(request.company, rail, typed, above, request.user.username)
        except InputError as error:
            form.add_error(None, said(error))
        else:
            _told(request, unknown)
            return redirect("ways", request.company.pk)
    page = {
        "form": form,
        "rail": RAIL_WORDS[rail],
        "note": RAIL_NOTES[rail],
        "template": facts.get("template"),
    }
    return render(request, "web/work/way.html", page, status=400 if form.errors else 200)


def _told(request: CompanyRequest, unknown: list[str]) -> None:
    messages.success(request, _("Saved."))
    if unknown:
        text = _("These columns of the template stay empty: %(columns)s") % {"columns": ", ".join(unknown)}
        messages.warning(request, text)


@company_page(Ability.DO_TASKS)
@require_http_methods(["GET", "POST"])
def my_pay(request: CompanyRequest) -> HttpResponse:
    """Show a person's own payment details and what they were paid, and keep what they change."""
    known_payee = payees.payee_of(request.company, request.user)
    payee = known_payee or Payee(company=request.company)
    asked = request.POST.get("rail") or request.GET.get("rail") or payee.rail
    rail = asked if asked in RAILS else "sepa"
    form = AccountForm(
        request.POST if request.method == "POST" else None,
        rail=rail, initial=payees.account_of(payee, rail),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            payee = payees.payee_for(request.company, request.user)
            payees.account_save(payee, rail, form.cleaned_data, request.user.username)
        except InputError as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("my-pay", request.company.pk)
    page = {
        "account": form, "rail": rail, "rails": rail_choices(), **_taxed(request, known_payee),
        "current": RAIL_WORDS.get(payee.rail, ""), "bills": _bills(known_payee),
    }  # fmt: skip
    return render(request, "web/work/my_pay.html", page, status=400 if form.errors else 200)


def _taxed(request: CompanyRequest, payee: Payee | None) -> dict[str, Any]:
    """Return whether a tax form is asked for, what comes next with it, and the end of the number."""
    if country_of(request.company) != "US":
        return {"asked": False}
    if payee is None:
        return {"asked": True, "next": NEXT_WORDS["paper"]}
    standing = standing_of(payee, clock.today())
    return {"asked": True, "next": NEXT_WORDS[standing.next_step], "tin_end": standing.tin_end}


def _bills(payee: Payee | None) -> list[tuple[Bill, Any, int, list[Any]]]:
    """Return the newest bills of a payee with their state, sum and the payments that arrived."""
    if payee is None:
        return []
    rows = payee.bills.exclude(state="draft").prefetch_related("lines", "payments").order_by("-pk")[:24]
    return [
        (
            bill,
            PAY_STATES.get(bill.state, bill.state),
            sum(line.amount_minor for line in bill.lines.all()),
            [each for each in bill.payments.all() if each.state == "paid"],
        )
        for bill in rows
    ]
