"""The paid trial of a posting: offered to finalists, read under letters, scored, then names and pay."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Payee, Posting, Trial
from closebook.apps.workforce.selectors.finding import applications_of
from closebook.apps.workforce.selectors.trials import (
    PENDING,
    names_shown,
    trials_of,
    trials_unpaid,
    works_until,
)
from closebook.apps.workforce.services import trials as services
from closebook.apps.workforce.services.bills import candidate_account_save, trial_bill
from closebook.connectors.payouts.rails import RAILS
from closebook.core.errors import ConflictError, HeldError, InputError, RetryError
from closebook.core.workforce.states import TRIAL, Who
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page, public
from closebook.web.kit.said import said
from closebook.web.work.bills import BILL_STATES
from closebook.web.work.contract_life import errors_told
from closebook.web.work.desk_forms import DraftMoveForm, MoveForm
from closebook.web.work.forms import ScoreForm, TrialForm
from closebook.web.work.pay_forms import AccountForm, rail_choices
from closebook.web.work.pay_words import RAIL_WORDS
from closebook.web.work.public import applicant_told, application_by, asks_account
from closebook.web.work.scope import posting_of
from closebook.web.work.words import WORK_STATES

ERRORS = (InputError, ConflictError, HeldError)
_OF_COMPANY = ("cancelled", "paid")


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "HEAD", "POST"])
def trials(request: CompanyRequest, posting_id: int) -> HttpResponse:
    """Show the works of a posting's trial under their letters, and offer the trial to finalists."""
    found = posting_of(request, posting_id)
    known = list(trials_of(found).select_related("billed__bill").prefetch_related("scores"))
    rows = list(applications_of(found).filter(state__in=services.FINALISTS, trial=None).order_by("pk"))
    form = TrialForm(
        request.POST or None,
        people=[(str(row.pk), row.candidate.name) for row in rows],
        currency=found.currency,
        fixed=bool(known),
    )
    if request.method == "POST" and form.is_valid() and _offered(request, found, form):
        return redirect("trials", request.company.pk, found.pk)
    open_names = names_shown(found)
    facts = {
        "posting": found,
        "form": form,
        "finalists": rows,
        "first": known[0] if known else None,
        "open": open_names,
        "unpaid": trials_unpaid(found),
        "works": [_work(request, row, open_names=open_names) for row in known],
        "scoring": ScoreForm(),
    }
    request.place = "postings"
    return render(request, "web/work/trials.html", facts, status=400 if form.errors else 200)


def _work(request: CompanyRequest, row: Trial, *, open_names: bool) -> dict[str, Any]:
    scores = list(row.scores.all())
    mine = any(score.actor == request.user.username for score in scores)
    moves = TRIAL.moves_from(row.state, Who.COMPANY)
    covered = {"delivered", "scored"}
    line = row.billed if hasattr(row, "billed") else None
    bill = line.bill if line and open_names else None
    return {
        "row": row,
        "state": WORK_STATES["waiting" if not open_names and row.state not in covered else row.state],
        "name": row.application.candidate.name if open_names else "",
        "scores": scores if mine or open_names else [],
        "may_score": row.state in covered and not mine and not open_names,
        "may_cancel": "cancelled" in moves and (row.state != "running" or works_until(row) <= clock.now()),
        "until": works_until(row),
        "waits": row.state in PENDING[:3],
        "may_pay": "paid" in moves and open_names and bill is None,
        "bill": bill,
        "bill_state": BILL_STATES[bill.state] if bill else "",
    }


def _offered(request: CompanyRequest, found: Posting, form: TrialForm) -> bool:
    typed = form.cleaned_data
    rows = applications_of(found).filter(pk__in=typed["people"], trial=None).select_related("company")
    try:
        actor = request.user.username
        made = services.trials_offer(
            found, list(rows), typed.get("task", ""), typed.get("price_minor", 0), actor
        )
    except ERRORS as error:
        form.add_error(None, said(error))
        return False
    for trial in made:
        with suppress(RetryError):
            applicant_told(trial.application)
    return True


def _trial_of(request: CompanyRequest, trial_id: int) -> Trial:
    rows = Trial.objects.filter(company=request.company).select_related("application__posting")
    found = rows.filter(pk=trial_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.MANAGE_WORK)
@require_POST
def trial_scored(request: CompanyRequest, trial_id: int) -> HttpResponse:
    """Keep the reader's score of a work."""
    found, form = _trial_of(request, trial_id), ScoreForm(request.POST)
    if form.is_valid():
        try:
            services.trial_score(found, **form.cleaned_data, actor=request.user.username)
        except ERRORS as error:
            messages.error(request, said(error))
    else:
        errors_told(request, form)
    return redirect("trials", request.company.pk, found.application.posting_id)


@company_page(Ability.MANAGE_WORK)
@require_POST
def trial_moved(request: CompanyRequest, trial_id: int) -> HttpResponse:
    """Take a trial back that has not begun, with a reason, or note that it is paid."""
    found, form = _trial_of(request, trial_id), MoveForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            target = typed["to"] if typed["to"] in _OF_COMPANY else ""
            services.trial_move(found, target, Who.COMPANY, request.user.username, typed["text"])
        except ERRORS as error:
            messages.error(request, said(error))
    else:
        errors_told(request, form)
    return redirect("trials", request.company.pk, found.application.posting_id)


@company_page(Ability.MANAGE_WORK)
@require_POST
def trial_billed(request: CompanyRequest, trial_id: int) -> HttpResponse:
    """Put a judged work on a bill; it is approved at once by somebody who may approve pay."""
    found = _trial_of(request, trial_id)
    approver = request.user if Ability.APPROVE_PAY in request.abilities else None
    try:
        trial_bill(found, approver, request.user.username)
    except ERRORS as error:
        messages.error(request, said(error))
    return redirect("trials", request.company.pk, found.application.posting_id)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def applied_account(request: HttpRequest, link: str) -> HttpResponse:
    """Ask an applicant where the pay of their trial goes; what was kept is never shown again."""
    application = application_by(link)
    found = Trial.objects.filter(application=application).select_related("application__candidate").first()
    if found is None or not asks_account(found):
        raise Http404
    known = Payee.objects.filter(candidate=application.candidate).first()
    kept = known.rail if known else ""
    asked = request.POST.get("rail") or request.GET.get("rail") or kept
    rail = asked if asked in RAILS else "sepa"
    form = AccountForm(request.POST or None, rail=rail)
    if request.method == "POST" and form.is_valid():
        try:
            candidate_account_save(application.candidate, rail, form.cleaned_data)
        except InputError as error:
            form.add_error(None, said(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("applied", link)
    facts = {
        "application": application, "link": link, "form": form, "rail": rail, "rails": rail_choices(),
        "current": RAIL_WORDS.get(kept, ""),
    }  # fmt: skip
    return render(request, "web/work/applied_account.html", facts, status=400 if form.errors else 200)


@public
@never_cache
@require_POST
def applied_trial(request: HttpRequest, link: str) -> HttpResponse:
    """Take, begin, deliver, stop or decline one's trial."""
    application, form = application_by(link), DraftMoveForm(request.POST)
    found = Trial.objects.filter(application=application).select_related("application__posting").first()
    if found is None:
        raise Http404
    if form.is_valid():
        typed = form.cleaned_data
        try:
            services.trial_move(found, typed["to"], Who.ASSISTANT, application.candidate.name, typed["text"])
        except ERRORS as error:
            messages.error(request, said(error))
    else:
        errors_told(request, form)  # type: ignore[arg-type]  # it reads no company
    return redirect("applied", link)
