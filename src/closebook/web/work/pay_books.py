"""The desk in the books: the plan of what is new, writing it, and undoing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import BookRun, Contract
from closebook.apps.workforce.selectors.bookable import time_held
from closebook.apps.workforce.services import booking
from closebook.apps.workforce.services.milestones import LIVE
from closebook.apps.workforce.services.payees import setting_of
from closebook.core.errors import ClosebookError, InputError, InvariantError
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.said import said
from closebook.web.work.pay_words import BOOK_STATES, ITEM_WORDS

_SHOWN = 20


class AccountsForm(forms.Form):
    """The ledger accounts that the desk's records use."""

    def __init__(self, *args: Any, offered: dict[str, list[tuple[str, str]]], **options: Any) -> None:
        """Offer the accounts that fit each use."""
        super().__init__(*args, **options)
        titles = {
            "expense": gettext_lazy("Work of assistants"),
            "bank": gettext_lazy("Paid from"),
            "fee": gettext_lazy("Fees of banks and services"),
        }
        for use, title in titles.items():
            self.fields[use] = forms.ChoiceField(label=title, choices=[("", "–"), *offered.get(use, [])])
        self.fields["item"] = forms.ChoiceField(
            label=gettext_lazy("Item on invoices to customers"),
            choices=[("", "–"), *offered.get("item", [])],
            required=False,
        )


@company_page(Ability.EDIT_BOOKS)
@require_http_methods(["GET", "POST"])
def pay_books(request: CompanyRequest) -> HttpResponse:
    """Show what of the desk is planned for the books and was written; plan, write, drop or undo."""
    what = request.POST.get("what", "")
    try:
        offered = booking.accounts_offered(request.company)
    except InvariantError:
        raise
    except ClosebookError as error:
        return render(request, "web/work/pay_books.html", {"problem": said(error)})
    kept = setting_of(request.company, booking.ACCOUNTS)[0]
    form = AccountsForm(request.POST if what == "accounts" else None, offered=offered, initial=kept)
    if what and (what != "accounts" or form.is_valid()):
        _done(request, what, form)
        return redirect("pay-books", request.company.pk)
    rows = list(BookRun.objects.filter(company=request.company).order_by("-pk")[:_SHOWN])
    current = next((run for run in rows if run.state in {"planned", "writing", "undoing"}), None)
    facts = {
        "contracts": list(
            Contract.objects.filter(company=request.company, state__in=LIVE).select_related("person")[:50]
        ),
        "held": _held(request, kept),
        "form": form, "ready": all(kept.get(use) for use in booking.ACCOUNT_TYPES), "current": current,
        "state": BOOK_STATES[current.state] if current else "",
        "reason": said(current.reason) if current else "",
        "items": [(each, ITEM_WORDS[each.kind]) for each in booking.items_of(current)] if current else [],
        "runs": [
            (run, BOOK_STATES[run.state], len(booking.items_of(run)), said(run.reason))
            for run in rows
            if run != current
        ],
    }  # fmt: skip
    return render(request, "web/work/pay_books.html", facts, status=400 if form.errors else 200)


def _held(request: CompanyRequest, kept: dict[str, Any]) -> list[str]:
    """Return the hours that the books cannot take back by themselves."""
    try:
        return time_held(request.company, kept)
    except InputError:
        return []


def _done(request: CompanyRequest, what: str, form: AccountsForm) -> None:
    """Do what was asked; what stands in the way is said with its remedy."""
    actor = request.user.username
    try:
        if what == "accounts":
            booking.accounts_save(request.company, form.cleaned_data, actor)
        elif what == "plan":
            booking.book_plan(request.company, actor)
        else:
            _with_run(request, what, actor)
    except InvariantError:
        raise
    except ClosebookError as error:
        messages.error(request, said(error))


def _with_run(request: CompanyRequest, what: str, actor: str) -> None:
    number = request.POST.get("run", "")
    rows = BookRun.objects.filter(company=request.company).select_related("company")
    run = rows.filter(pk=int(number)).first() if number.isdecimal() else None
    if run is None or what not in {"write", "drop", "undo"}:
        raise Http404
    if what == "drop":
        booking.book_drop(run)
        return
    after = booking.book_write(run, actor) if what == "write" else booking.book_undo(run, actor)
    if after.reason:
        messages.error(request, said(after.reason))
    elif after.state == "written":
        messages.success(request, _("The books hold it. Undo takes it out again."))
