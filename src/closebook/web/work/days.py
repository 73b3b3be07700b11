"""A day of a contract: its strip, the proposals with answers and rulings, and who looked at it."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as translated
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import AccessLog, EvidenceDay, Proposal, Timesheet
from closebook.apps.workforce.selectors.reckoned import latest_of
from closebook.apps.workforce.services import proposing
from closebook.core.workforce.days import day_run
from closebook.core.workforce.runs import moment_of
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.work.sheets import done, is_mine, number_of, sheet_of, words_of
from closebook.web.work.strip import ANSWER_WORDS, CLASS_WORDS, REASON_WORDS, day_of


def _day(found: Timesheet, text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not found.first <= day <= found.last:
        raise Http404
    return day


@company_page(Ability.SEE_COMPANY)
@require_safe
def sheet_day(request: CompanyRequest, sheet_id: int, day: str) -> HttpResponse:
    """Show a day: every stretch with its reason, evidence, answer and decision. Whoever reads it is noted."""
    found = sheet_of(request, sheet_id)
    date, mine, contract = _day(found, day), is_mine(request, found), found.contract
    if mine and proposing.is_over(contract, date, clock.now()):
        proposing.day_propose(contract, date)
    reckoning = latest_of(contract, date, released=not mine)
    if reckoning is not None and not mine:
        AccessLog.objects.create(
            company=request.company, contract=contract, what=date.isoformat(), actor=request.user.username,
            made_at=clock.now(),
        )  # fmt: skip
    proposals = (
        reckoning.proposals.select_related("reply", "ruling") if reckoning else Proposal.objects.none()
    )
    facts = {
        "sheet": found,
        "day": date,
        "mine": mine,
        "before": date - dt.timedelta(days=1) if date > found.first else None,
        "after": date + dt.timedelta(days=1) if date < found.last else None,
        "strip": day_of(reckoning) if reckoning else None,
        "reckoning": reckoning,
        "proposals": [
            (row, CLASS_WORDS[row.klass], REASON_WORDS[row.reason], ANSWER_WORDS[row.state])
            for row in proposals.order_by("asks", "pk")
        ],
        "may_rule": Ability.APPROVE_PAY in request.abilities and not mine and found.state != "approved",
        "reads": AccessLog.objects.filter(contract=contract, what=date.isoformat()).order_by("-pk")[:20],
        "links": EvidenceDay.objects.filter(
            device__person=contract.person, day=date, company=request.company
        ),
        "until": moment_of(day_run(date, contract.zone)[1]) + proposing.review_of(contract, date),
    }
    request.place = "sheets"
    return render(request, "web/work/day.html", facts)


def _proposal(request: CompanyRequest, found: Timesheet) -> Proposal:
    rows = Proposal.objects.filter(contract=found.contract, day__gte=found.first, day__lte=found.last)
    row = rows.filter(pk=number_of(request, "proposal")).first()
    if row is None:
        raise Http404
    return row


@company_page(Ability.DO_TASKS)
@require_POST
def proposal_answered(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Answer a proposal about one's own time."""
    found = sheet_of(request, sheet_id)
    row, word = _proposal(request, found), request.POST.get("to", "")
    text = words_of(request, "text")
    if word not in {"accepted", "explained", "contested"}:
        raise Http404
    return done(
        request, found, lambda: proposing.proposal_reply(row, word, text, request.user), row.day.isoformat()
    )


@company_page(Ability.APPROVE_PAY)
@require_POST
def proposal_ruled(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Rule on a proposal."""
    found = sheet_of(request, sheet_id)
    row, word = _proposal(request, found), request.POST.get("to", "")
    if word not in {"kept", "dropped"}:
        raise Http404
    why = words_of(request, "why")
    return done(
        request, found, lambda: proposing.proposal_rule(row, word, why, request.user), row.day.isoformat()
    )


@company_page(Ability.DO_TASKS)
@require_POST
def day_shown(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Show a day of one's own to the company."""
    found = sheet_of(request, sheet_id)
    date = _day(found, request.POST.get("day", ""))
    if not is_mine(request, found):
        raise Http404
    reckoning = latest_of(found.contract, date)
    if reckoning is not None:
        proposing.day_release(reckoning)
        messages.success(request, translated("The company sees this day now."))
    return redirect("sheet-day", request.company.pk, found.pk, date.isoformat())
