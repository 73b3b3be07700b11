"""Money to collect: what customers owe by salesperson and age, what they promised, and what they dispute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.selling.models import Dispute, PayPromise
from closebook.apps.selling.selectors.owed import (
    BROKEN,
    KEPT,
    WAITS,
    Owed,
    OwedRow,
    by_salesperson,
    owed_by_customers,
    owed_rows,
    whole_of,
)
from closebook.apps.selling.services.collecting import (
    dispute_close,
    dispute_open,
    pay_promise,
    pay_promise_withdraw,
)
from closebook.core.errors import InputError
from closebook.core.selling.receivables import AGES
from closebook.transport import clock
from closebook.web.books.fields import AmountField, text_field
from closebook.web.books.kinds import document_address, title_of
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.undo import offer_undo
from closebook.web.sync.words import tell

_AGES = (_("not due"), _("1–30 days"), _("31–60 days"), _("61–90 days"), _("over 90 days"))
AGE_WORDS = dict(zip(AGES, _AGES, strict=True))
STANDS = {
    KEPT: (_("promise kept"), "good"),
    BROKEN: (_("promise broken"), "bad"),
    WAITS: (_("promised"), "warn"),
}
NOBODY = "-"
_PAGE_ROWS = 50


class PromiseForm(forms.Form):
    """What a customer promises to pay, by when, and who said so."""

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        """Take the currency of the amount."""
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(label=_("Amount"), currency=currency)
        self.fields["day"] = forms.DateField(
            label=_("By"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        )
        self.fields["said_by"] = forms.CharField(label=_("Who said so"), max_length=120, required=False)


class DisputeForm(forms.Form):
    """What a customer does not agree with."""

    reason = text_field(_("What the customer does not agree with"), 300, required=True)


@company_page(Ability.SEE_SELLING)
@require_safe
def owed(request: CompanyRequest) -> HttpResponse:
    """Show what customers owe, by salesperson and age, and the documents behind it."""
    on = clock.today()
    rows = _seen(request)
    person, wanted = request.GET.get("person", ""), request.GET.get("age", "")
    chosen = [
        one
        for one in rows
        if (not person or one.salesperson == person.removeprefix(NOBODY)) and wanted in ("", one.age)
    ]
    page = Paginator(chosen, _PAGE_ROWS).get_page(request.GET.get("page"))
    facts = {
        "people": [(name, list(zip(AGES, amounts, strict=True)), whole) for name, amounts, whole in
                   by_salesperson(rows, on)],
        "ages": AGE_WORDS.items(),
        "whole": whole_of(rows),
        "sum": sum(one.document.open_minor for one in rows),
        "all_seen": not _narrow(request),
        "page": page,
        "rows": _shown(request, page, on),
        "person": person,
        "age": wanted,
        "age_word": AGE_WORDS.get(wanted, ""),
        "nobody": NOBODY,
        "currency": request.company.home_currency,
    }  # fmt: skip
    return render(request, "web/selling/owed.html", facts)


def _narrow(request: CompanyRequest) -> bool:
    return Ability.SELL in request.abilities and Ability.MANAGE_SELLING not in request.abilities


def _seen(request: CompanyRequest) -> list[Owed]:
    """Return what the person may see: a salesperson's own customers, or all."""
    rows = owed_by_customers(request.company, clock.today())
    return [one for one in rows if one.salesperson == request.user.username] if _narrow(request) else rows


def _shown(request: CompanyRequest, page: Page[Owed], on: Any) -> list[dict[str, Any]]:
    found = owed_rows(request.company, list(page.object_list), on)
    return [
        {
            "row": one,
            "title": title_of(one.entity),
            "address": _address(request, one),
            "age": AGE_WORDS[one.owed.age],
            "stands": STANDS.get(one.stands),
        }
        for one in found
    ]


def _address(request: CompanyRequest, one: OwedRow) -> str:
    may = Ability.SEE_BOOKS in request.abilities and one.wire_id
    return document_address(request.company.pk, one.entity, one.wire_id) if may else ""


def _row(request: CompanyRequest, record: int) -> OwedRow:
    """Return an open document that the person may see; Http404 for any other."""
    own = [one for one in _seen(request) if one.document.record == record]
    if not own:
        raise Http404
    (found,) = owed_rows(request.company, own, clock.today())
    return found


@company_page(Ability.SELL)
@require_safe
def owed_document(request: CompanyRequest, record: int) -> HttpResponse:
    """Show an open document with what was promised and disputed, and the forms for both."""
    return _page(request, _row(request, record))


def _page(
    request: CompanyRequest,
    row: OwedRow,
    form: PromiseForm | None = None,
    disputes: DisputeForm | None = None,
) -> HttpResponse:
    currency = request.company.home_currency
    first = {"amount": row.owed.document.open_minor}
    past = PayPromise.objects.filter(
        company=request.company, entity=row.entity, invoice=row.wire_id
    ).order_by("-pk")[:20]
    request.place = "owed"
    facts = {
        "row": row,
        "title": title_of(row.entity),
        "age": AGE_WORDS[row.owed.age],
        "stands": STANDS.get(row.stands),
        "address": _address(request, row),
        "form": form or PromiseForm(initial=first, currency=currency),
        "disputes": disputes or DisputeForm(),
        "past": past,
        "currency": currency,
    }
    return render(request, "web/selling/owed_document.html", facts, status=400 if form or disputes else 200)


@company_page(Ability.SELL)
@require_POST
def owed_promise(request: CompanyRequest, record: int) -> HttpResponse:
    """Keep a promise to pay, or take it back."""
    row, by = _row(request, record), request.user.username
    here = redirect("owed-document", request.company.pk, record)
    if "withdraw" in request.POST:
        if row.promise is not None:
            pay_promise_withdraw(request.company, row.promise.pk, by)
        return here
    form = PromiseForm(request.POST, currency=request.company.home_currency)
    if not form.is_valid():
        return _page(request, row, form)
    given = form.cleaned_data
    try:
        pay_promise(request.company, row, given["day"], given["amount"], given["said_by"], by)
    except InputError as error:
        tell(request, error)
        return here
    address = reverse("owed-promise", args=[request.company.pk, record])
    offer_undo(request, translated("The promise is kept."), address, {"withdraw": "1"})
    return redirect("owed", request.company.pk)


@company_page(Ability.SELL)
@require_POST
def owed_dispute(request: CompanyRequest, record: int) -> HttpResponse:
    """Keep that a document is disputed, or that the dispute is settled."""
    row, by = _row(request, record), request.user.username
    here = redirect("owed-document", request.company.pk, record)
    if "settle" in request.POST:
        known: Dispute | None = row.dispute
        if known is not None:
            dispute_close(request.company, known.pk, by)
        return here
    form = DisputeForm(request.POST)
    if not form.is_valid():
        return _page(request, row, disputes=form)
    try:
        dispute_open(request.company, row, form.cleaned_data["reason"], by)
    except InputError as error:
        tell(request, error)
    return here
