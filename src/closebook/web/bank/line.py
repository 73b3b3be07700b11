"""One line: what the bank says, what answers it, and every way to answer it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.bank.models import Answer, BankLine
from closebook.apps.bank.selectors.bank_accounts import LedgerChoice, ledger_choices
from closebook.apps.bank.selectors.contents import payout_contents
from closebook.apps.bank.selectors.suggestions import books_records, suggestions
from closebook.apps.bank.services.answering import (
    Wanted,
    answer_excluded,
    answer_match,
    answer_undo,
    answer_written,
    record_in_books,
    same_line_said,
    suggestion_accept,
    unfinished_send,
)
from closebook.apps.books.selectors.records import names_offered
from closebook.apps.companies.abilities import Ability
from closebook.core.errors import ConflictError, InputError
from closebook.core.reconcile.rules import Share
from closebook.web.bank.lines import line_rows, shown_suggestion
from closebook.web.bank.scope import REFUSALS, line_of
from closebook.web.bank.words import PART_WORDS
from closebook.web.books.books import books_of
from closebook.web.books.document_lookup import resolve
from closebook.web.books.fields import AmountField, NameField
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.undo import offer_undo
from closebook.web.sync.words import tell

_NEAR = dt.timedelta(days=45)
_MOST_RECORDS = 30
_LONGEST_REASON = 300
_SHARES = 3


class TypedForm(forms.Form):
    """Where a line's money goes: up to three ledger accounts, a party, a memo."""

    def __init__(self, line: BankLine, choices: list[LedgerChoice], *args: Any, **options: Any) -> None:
        """Offer the ledger accounts."""
        super().__init__(*args, **options)
        offered = [("", "")] + [
            (c.wire_id, c.name) for c in choices if c.wire_id != line.bank_account.ledger_account
        ]
        currency = line.bank_account.currency
        for at in range(_SHARES):
            label = gettext_lazy("Ledger account") if not at else gettext_lazy("And ledger account")
            self.fields[f"account_{at}"] = forms.ChoiceField(label=label, choices=offered, required=not at)
            self.fields[f"amount_{at}"] = AmountField(
                label=gettext_lazy("Amount"), currency=currency, required=False
            )
        self.fields["party"] = NameField(
            "Vendor", "Customer", offers="parties", label=gettext_lazy("Vendor or customer"), required=False
        )
        self.fields["memo"] = forms.CharField(label=gettext_lazy("Memo"), max_length=400, required=False)
        self._line = line

    def ask_again(self) -> None:
        """Offer to write what may be counted already."""
        label = gettext_lazy("It is other money: write it")
        self.fields["sure"] = forms.BooleanField(label=label, required=False)

    def shares(self) -> tuple[Share, ...]:
        """Return the shares in minor units; a ledger account without amount takes the rest. InputError
        bank-amounts when they do not make the line's amount.
        """
        total = abs(self._line.amount_minor)
        rows = [
            (self.cleaned_data[f"account_{at}"], self.cleaned_data.get(f"amount_{at}"))
            for at in range(_SHARES)
            if self.cleaned_data.get(f"account_{at}")
        ]
        rest = total - sum(amount or 0 for _one, amount in rows)
        blank = [one for one, amount in rows if amount is None]
        if (
            len(blank) > 1
            or (bool(blank) == (rest == 0))
            or rest < 0
            or any(a is not None and a <= 0 for _o, a in rows)
        ):
            raise InputError(
                "bank-amounts",
                _("The amounts do not make the line's."),
                remedy=_("Leave one amount empty: it takes the rest."),
            )
        return tuple(Share(one, rest if amount is None else amount) for one, amount in rows)


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_line(request: CompanyRequest, line_id: int) -> HttpResponse:
    """Show a line with its answer, or the ways to answer it."""
    return _page(request, line_of(request, line_id))


def _page(
    request: CompanyRequest, line: BankLine, form: TypedForm | None = None, status: int = 200
) -> HttpResponse:
    books = books_of(request)
    one = line.bank_account
    (row,) = line_rows(request, one, [line])
    still_open = row["answer"] is None
    choices = ledger_choices(request.company) if still_open else []
    found = suggestions(one, [line]).get(line.pk, []) if still_open else []
    facts = {
        **row,
        "one": one,
        "suggested": [shown_suggestion(request.company.pk, each) for each in found],
        "records_near": _near(request, line) if still_open else [],
        "words": request.GET.get("q", ""),
        "form": form or (TypedForm(line, choices) if still_open else None),
        "parties": sorted(
            {*names_offered(books.pk, "Vendor", 200), *names_offered(books.pk, "Customer", 200)}
        )
        if still_open
        else [],
        "history": Answer.objects.filter(line=line).exclude(undone_at=None).order_by("-pk"),
    }
    return render(request, "web/bank/line.html", facts, status=status)


def _near(request: CompanyRequest, line: BankLine) -> list[Any]:
    """Return records of the books that could answer a line, those nearest in amount and day first."""
    words = request.GET.get("q", "").casefold().split()
    found = [
        one
        for one in books_records(line.bank_account, line.day - _NEAR, line.day + _NEAR)
        if (one.amount_minor > 0) == (line.amount_minor > 0)
        and all(word in f"{one.number} {one.party} {one.memo} {one.entity}".casefold() for word in words)
    ]
    found.sort(key=lambda one: (abs(one.amount_minor - line.amount_minor), abs((one.day - line.day).days)))
    return found[:_MOST_RECORDS]


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_answer(request: CompanyRequest, line_id: int) -> HttpResponse:
    """Answer a line in the way that the form names."""
    line = line_of(request, line_id)
    by = request.user.get_username()
    what = request.POST.get("what", "")
    try:
        if what == "typed":
            form = TypedForm(line, ledger_choices(request.company), request.POST)
            form.ask_again()
            if form.is_valid():
                resolve(books_of(request).pk, [form])
            if form.errors:
                return _page(request, line, form, status=400)
            typed = form.cleaned_data
            wanted = Wanted(
                form.shares(), tuple(typed.get("party") or ("", "")), typed["memo"], sure=typed["sure"]
            )
            made = answer_written(line, wanted, by)
        else:
            made_or_none = _answer(request, line, what, by)
            if made_or_none is None:
                return redirect("bank_line", request.company.pk, line.pk)
            made = made_or_none
    except REFUSALS as error:
        tell(request, error)
        if isinstance(error, ConflictError) and error.code == "bank-counted-twice" and what == "typed":
            return _page(request, line, form, status=409)
        return redirect("bank_line", request.company.pk, line.pk)
    text = _("The line is answered.") if made.kind != "excluded" else _("The line is left out.")
    offer_undo(
        request, text, reverse("bank_undo", args=[request.company.pk, line.pk]), {"answer": str(made.pk)}
    )
    return redirect("bank_statement", request.company.pk, line.bank_account_id)


def _answer(request: CompanyRequest, line: BankLine, what: str, by: str) -> Answer | None:
    if what == "exclude":
        return answer_excluded(line, _reason(request), by)
    if what in {"same", "own"}:
        same_line_said(line, by, same=what == "same")
        return Answer.objects.filter(line=line, undone_at=None).first() if what == "same" else None
    if what == "finish":
        open_answer = Answer.objects.filter(line=line, undone_at=None).select_related(
            "line__bank_account__company"
        )
        found = open_answer.first()
        return unfinished_send(found, by) if found else None
    if what == "match":
        names = [tuple(name.split(":", 1)) for name in request.POST.getlist("record") if ":" in name]
        records = [record_in_books(line, entity, wire_id) for entity, wire_id in names]
        return answer_match(line, [one for one in records if one is not None], by)
    for one in suggestions(line.bank_account, [line]).get(line.pk, []):
        if one.key == request.POST.get("suggestion", ""):
            return suggestion_accept(line, one, by)
    raise InputError(
        "bank-reason", _("What was suggested does not fit any more."), remedy=_("Look at the line again.")
    )


def _reason(request: CompanyRequest) -> str:
    """Return why a line is left out. Raises InputError for more than a line of text."""
    try:
        given: str = forms.CharField(max_length=_LONGEST_REASON, required=False).clean(
            request.POST.get("reason", "")
        )
    except forms.ValidationError as error:
        raise InputError(
            "bank-reason", " ".join(error.messages), remedy=_("Say why in a few words.")
        ) from error
    return given


@company_page(Ability.EDIT_BOOKS)
@require_POST
def bank_undo(request: CompanyRequest, line_id: int) -> HttpResponse:
    """Take the answer of a line back."""
    line = line_of(request, line_id)
    rows = Answer.objects.filter(line=line, undone_at=None).select_related("line__bank_account__company")
    found = rows.first()
    try:
        if found is not None:
            answer_undo(found, request.user.get_username())
            messages.success(request, _("The answer was taken back; the line is open again."))
    except REFUSALS as error:
        tell(request, error)
    return redirect("bank_line", request.company.pk, line.pk)


@company_page(Ability.SEE_BOOKS)
@require_safe
def bank_contents(request: CompanyRequest, line_id: int) -> HttpResponse:
    """Show the sales, refunds and fees that a line's payout consists of."""
    line = line_of(request, line_id)
    cleared = [one for answer in line.answers.filter(undone_at=None) for one in answer.cleared.all()]
    found = [payout_contents(request.company, one.entity, one.wire_id) for one in cleared]
    facts = {
        "line": line,
        "contents": [
            (one, [(PART_WORDS[word], amount) for word, amount in one.parts])
            for one in found
            if one is not None
        ],
    }
    template = "web/bank/contents_part.html" if request.htmx else "web/bank/contents.html"
    return render(request, template, facts)
