"""Timesheets by week: signed, approved, sent back, corrected; time by hand and expenses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import (
    Expense,
    ManualTime,
    Proposal,
    Reckoning,
    Timesheet,
)
from closebook.apps.workforce.selectors.costs import rate_of
from closebook.apps.workforce.selectors.sheets import late_since, lines_now, reckonings_at, sheets_seen
from closebook.apps.workforce.selectors.terms import term_on
from closebook.apps.workforce.services import bills
from closebook.apps.workforce.services import sheets as services
from closebook.apps.workforce.services.proposing import is_over
from closebook.apps.workforce.services.timers import time_withdraw
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.days import day_run
from closebook.core.workforce.estimates import is_near_cap
from closebook.core.workforce.minutes import shown_hours
from closebook.core.workforce.rates import amount_of
from closebook.core.workforce.runs import moment_of
from closebook.transport import clock
from closebook.web.books.fields import day_field, text_field
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.templatetags.kit import money
from closebook.web.work.fields import PayField
from closebook.web.work.strip import CLASS_WORDS

SHEET_STATES = {
    "open": pgettext_lazy("timesheet", "open"),
    "submitted": _("signed"),
    "in_review": _("signed"),
    "approved": _("approved"),
    "returned": _("sent back"),
    "reopened": pgettext_lazy("timesheet", "open"),
}
_MAY_SEE = (Ability.APPROVE_PAY, Ability.MANAGE_WORK)
COLUMNS = (
    Column(
        "week",
        _("Week from"),
        lambda row: row.first,
        "day",
        link=lambda row: reverse("sheet", args=[row.company_id, row.pk]),
        sort="first",
    ),
    Column(
        "person", _("Assistant"), lambda row: row.contract.person.username, sort="contract__person__username"
    ),
    Column("contract", _("Contract"), lambda row: row.contract.title, sort="contract__title"),
    Column("state", _("State"), lambda row: SHEET_STATES[row.state], sort="state"),
    Column("signed", _("Signed"), lambda row: row.signed_at, "time", sort="signed_at"),
    Column("decided", _("Decided by"), lambda row: row.decided_by, sort="decided_by"),
)


class ExpenseForm(forms.Form):
    """What an assistant paid for the company."""

    day = day_field(_("Day"))
    text = text_field(_("What for"), 200, required=True)

    def __init__(self, *args: object, currency: str, **options: object) -> None:
        """Add the amount in the contract's currency."""
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as forms are made
        self.fields["amount_minor"] = PayField(
            label=_("Amount (%(currency)s)") % {"currency": currency},
            currency=currency,
            help_text=_("Was it another currency? Type what it cost you in this one, and name the other."),
        )


def sees_all(request: CompanyRequest) -> bool:
    """Tell whether the person approves or manages, and sees everybody's."""
    return any(ability in request.abilities for ability in _MAY_SEE)


def sheet_of(request: CompanyRequest, sheet_id: int) -> Timesheet:
    """Return a timesheet that the person may see; Http404 for any other."""
    rows = sheets_seen(request.company, request.user, everybody=sees_all(request))
    found = rows.filter(pk=sheet_id).select_related("contract__person").first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.SEE_COMPANY)
@require_safe
def sheet_list(request: CompanyRequest) -> HttpResponseBase:
    """Show the timesheets that the person may see, the newest first."""
    listing = Listing(
        request,
        "timesheets",
        sheets_seen(request.company, request.user, everybody=sees_all(request)),
        COLUMNS,
        search=("contract__person__username", "contract__title"),
        order=("-first", "-pk"),
        empty=_("No timesheet yet. A week gets one as soon as time is worked in it."),
    )
    return listing.show("web/work/sheets.html")


def is_mine(request: CompanyRequest, sheet: Timesheet) -> bool:
    """Tell whether the person is the assistant of a timesheet."""
    return sheet.contract.person_id == request.user.pk


@company_page(Ability.SEE_COMPANY)
@require_safe
def sheet(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Show a week: its days, the lines, and what can be done."""
    found = sheet_of(request, sheet_id)
    return _shown(request, found, ExpenseForm(currency=found.contract.currency))


def _shown(request: CompanyRequest, found: Timesheet, form: ExpenseForm) -> HttpResponse:
    mine, settled = is_mine(request, found), found.state not in ("open", "returned")
    kept = list(found.lines.select_related("task").order_by("day", "pk"))
    preview, problem = _preview(found) if mine or settled else ([], "")
    stored = sum(line.minutes for line in kept)
    late = _late(found, sum(preview)) if found.state == "approved" else 0
    approves = Ability.APPROVE_PAY in request.abilities and not mine
    waiting = Proposal.objects.filter(reckoning__in=reckonings_at(found), asks=False)
    facts = {
        "sheet": found,
        "state": SHEET_STATES[found.state],
        "mine": mine,
        "days": _days(found, mine=mine),
        "lines": [(line, shown_hours(line.minutes)) for line in kept] if settled else [],
        "minutes": shown_hours(stored),
        "amount": sum(line.amount_minor for line in kept),
        "preview": shown_hours(sum(preview)),
        "problem": problem,
        "limits": _limits(found, preview, stored) if mine or settled else [],
        "late": shown_hours(late) if late else "",
        "may_sign": mine and not settled,
        "unfinished": mine and not settled and not is_over(found.contract, found.last, clock.now()),
        "may_approve": approves and found.state in ("submitted", "in_review"),
        "may_correct": approves and found.state == "approved",
        "unruled": waiting.filter(state__in=["accepted", "explained", "contested"]).count(),
        "typed": _typed(found),
        "may_decline": (approves or sees_all(request)) and not mine and found.state != "approved",
        "expenses": _expenses(found),
        "may_decide": approves,
        "bill": getattr(found, "bill", None),
        "form": form,
    }
    request.place = "sheets"
    return render(request, "web/work/sheet.html", facts, status=400 if form.errors else 200)


def _expenses(found: Timesheet) -> QuerySet[Expense]:
    """Return the week's expenses, and those of other weeks that wait for a decision."""
    shown = Q(day__gte=found.first, day__lte=found.last) | Q(state="proposed")
    return found.contract.expenses.filter(shown).order_by("-day", "-pk")[:20]


def _late(found: Timesheet, minutes: int) -> int:
    """Return the minutes that came in since the week was signed, or since its last correction."""
    return max(minutes - sum(line.minutes for line in lines_now(found, late_since(found))), 0)


def _preview(found: Timesheet) -> tuple[list[int], str]:
    try:
        return [line.minutes for line in lines_now(found)], ""
    except InputError as error:
        return [], said(error)


def _limits(found: Timesheet, preview: list[int], stored: int) -> list[tuple[str, str, Promise]]:
    """Return (what the week came to, its limit, how it stands) of each limit of its terms that is nearly
    reached or passed. Nothing is taken off by a limit: it is for both to see in time.
    """
    term = term_on(found.contract.terms.all(), found.last)
    if term is None:
        return []
    minutes, currency = max(sum(preview), stored), found.contract.currency
    rate = rate_of(found.contract, "", found.last)
    worth = amount_of(minutes, rate).amount_minor if rate else 0
    known = (
        (minutes, term.cap_minutes or 0, shown_hours),
        (worth, term.cap_minor or 0, lambda minor: f"{money(minor, currency)} {currency}"),
    )
    return [
        (
            str(shown(spent)),
            str(shown(cap)),
            _("The limit is passed") if spent > cap else _("80 % of the limit is used"),
        )
        for spent, cap, shown in known
        if is_near_cap(spent, cap)
    ]


def _typed(found: Timesheet) -> list[tuple[ManualTime, str, dt.date, str]]:
    """Return time by hand with its length, day and time of the day where the assistant is."""
    first, last = (moment_of(day_run(day, found.contract.zone)[0]) for day in (found.first, found.last))
    rows = ManualTime.objects.filter(contract=found.contract, withdrawn=False, superseded_by=None)
    rows = rows.filter(starts_at__gte=first, starts_at__lt=last + dt.timedelta(days=1)).select_related("task")
    zone, minute = ZoneInfo(found.contract.zone), dt.timedelta(minutes=1)
    begins = [(row, row.starts_at.astimezone(zone)) for row in rows]
    return [
        (row, shown_hours((row.ends_at - row.starts_at) // minute), at.date(), f"{at:%H:%M}")
        for row, at in begins
    ]


def _days(found: Timesheet, *, mine: bool) -> list[dict[str, object]]:
    """Return what each day came to; the company sees the days that are released."""
    known = {row.first: row for row in reckonings_at(found, released=not mine)}
    hidden = {row.first for row in reckonings_at(found)} - set(known)
    days = [found.first + dt.timedelta(days=number) for number in range(7)]
    return [
        {"day": day, "sums": _sums(known[day]) if day in known else [], "hidden": day in hidden,
         "known": day in known, "open": _open(known[day]) if day in known else 0}
        for day in days
    ]  # fmt: skip


def _sums(reckoning: Reckoning) -> list[str]:
    found = dict.fromkeys(CLASS_WORDS, dt.timedelta())
    for klass, start, end in reckoning.segments.values_list("klass", "starts_at", "ends_at"):
        found[klass] += end - start
    return [shown_hours(int(each.total_seconds() + 30) // 60) if each else "" for each in found.values()]


def _open(reckoning: Reckoning) -> int:
    return reckoning.proposals.filter(state="made").count()


def done(request: CompanyRequest, found: Timesheet, act: Callable[[], object], day: str = "") -> HttpResponse:
    """Carry an act out and show the page again; what stands in its way is said."""
    try:
        act()
    except (InputError, ConflictError, HeldError) as error:
        messages.error(request, said(error))
    where = [request.company.pk, found.pk]
    return redirect("sheet-day", *where, day) if day else redirect("sheet", *where)


@company_page(Ability.DO_TASKS)
@require_POST
def sheet_signed(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Sign one's own timesheet."""
    found = sheet_of(request, sheet_id)
    return done(request, found, lambda: services.sheet_sign(found, request.user))


@company_page(Ability.APPROVE_PAY)
@require_POST
def sheet_decided(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Approve a timesheet or send it back."""
    found, why = sheet_of(request, sheet_id), words_of(request, "why")
    if request.POST.get("to") == "returned":
        return done(request, found, lambda: services.sheet_return(found, why, request.user))
    return done(request, found, lambda: services.sheet_approve(found, request.user))


def words_of(request: CompanyRequest, name: str) -> str:
    """Return the words that a form sent, as any database keeps them."""
    return request.POST.get(name, "").replace("\x00", "")[:2000]


def number_of(request: CompanyRequest, name: str) -> int:
    """Return a number that a form sent, 0 for none."""
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@company_page(Ability.APPROVE_PAY)
@require_POST
def late_taken(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Count what came in after an approved week was signed."""
    found, why = sheet_of(request, sheet_id), words_of(request, "why")[:400]
    return done(request, found, lambda: services.late_take(found, why, request.user))


@company_page(Ability.APPROVE_PAY)
@require_POST
def sheet_corrected(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Correct a line of an approved timesheet."""
    found = sheet_of(request, sheet_id)
    line = found.lines.filter(pk=number_of(request, "line")).select_related("timesheet").first()
    if line is None:
        raise Http404
    why, minutes = words_of(request, "why"), number_of(request, "minutes")
    return done(request, found, lambda: services.line_correct(line, minutes, why, request.user))


def _entry_of(request: CompanyRequest, found: Timesheet) -> ManualTime:
    entry = ManualTime.objects.filter(contract=found.contract, pk=number_of(request, "entry")).first()
    if entry is None:
        raise Http404
    return entry


@company_page(Ability.DO_TASKS)
@require_POST
def time_withdrawn(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Take time by hand of one's own back."""
    found = sheet_of(request, sheet_id)
    entry = _entry_of(request, found)
    return done(request, found, lambda: time_withdraw(entry, request.user))


@company_page(Ability.MANAGE_WORK)
@require_POST
def time_declined(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Decline time by hand with a reason."""
    found = sheet_of(request, sheet_id)
    entry = _entry_of(request, found)
    return done(
        request, found, lambda: services.manual_decline(entry, words_of(request, "why"), request.user)
    )


@company_page(Ability.DO_TASKS)
@require_POST
def expense_added(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Add an expense of one's own."""
    found = sheet_of(request, sheet_id)
    if not is_mine(request, found):
        raise Http404
    form = ExpenseForm(request.POST, currency=found.contract.currency)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            bills.expense_add(
                found.contract, typed["day"], typed["text"], typed["amount_minor"], request.user
            )
            return redirect("sheet", request.company.pk, found.pk)
        except (InputError, HeldError) as error:
            form.add_error(None, said(error))
    return _shown(request, found, form)


@company_page(Ability.APPROVE_PAY)
@require_POST
def expense_decided(request: CompanyRequest, sheet_id: int) -> HttpResponse:
    """Accept or decline an expense."""
    found = sheet_of(request, sheet_id)
    expense = Expense.objects.filter(contract=found.contract, pk=number_of(request, "expense")).first()
    if expense is None:
        raise Http404
    accepted, why = request.POST.get("to") == "accepted", words_of(request, "why")
    return done(
        request, found, lambda: bills.expense_decide(expense, accepted=accepted, why=why, person=request.user)
    )
