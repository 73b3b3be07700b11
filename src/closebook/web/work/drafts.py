"""The inbox of approvals: mails, posts, bookings, purchases and expenses wait here before they leave."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Contract, Draft
from closebook.apps.workforce.selectors.desk import contracts_seen, tasks_seen
from closebook.apps.workforce.selectors.drafts import drafts_seen, drafts_waiting
from closebook.apps.workforce.services import drafts as services
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.states import DRAFT, Who
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.work.desk_forms import DraftForm, DraftMoveForm
from closebook.web.work.scope import manages
from closebook.web.work.words import CHANNELS, WORK_STATES

MOST = 100
_ERRORS = (InputError, ConflictError, HeldError)
COLUMNS = (
    Column(
        "title",
        _("Title"),
        lambda row: row.title,
        link=lambda row: reverse("draft", args=[row.company_id, row.pk]),
        sort="title",
    ),
    Column("channel", _("What"), lambda row: CHANNELS.get(row.channel, row.channel), sort="channel"),
    Column("state", _("State"), lambda row: WORK_STATES[row.state], sort="state"),
    Column("person", _("Assistant"), lambda row: row.contract.person.username),
    Column("made", _("Proposed"), lambda row: row.made_at, "time", sort="made_at"),
)


@company_page(Ability.DO_TASKS)
@require_safe
def drafts(request: CompanyRequest) -> HttpResponseBase:
    """Show what waits for the person, and all drafts that they may see."""
    runs = manages(request)
    waiting = drafts_waiting(request.company, request.user, manages=runs)[:MOST]
    listing = Listing(
        request,
        "drafts",
        drafts_seen(request.company, request.user, manages=runs).order_by("-pk"),
        COLUMNS,
        search=("title", "body", "target"),
        choices=(Choice("channel", _("What"), "channel", tuple(CHANNELS.items())),),
        empty=_(
            "Nothing was proposed yet. An assistant proposes a mail, a post, a booking, a purchase or an"
            " expense; it leaves once the company has approved it."
        ),
        facts={
            "waiting": [
                (row, CHANNELS.get(row.channel, row.channel), WORK_STATES[row.state]) for row in waiting
            ],
            "decides": runs,
            "may_propose": _own(request).exists(),
        },
    )
    return listing.show("web/work/drafts.html")


def _own(request: CompanyRequest) -> QuerySet[Contract]:
    return contracts_seen(request.company, request.user, manages=False).filter(state__in=services.WORKING)


def _until(hours: int | None) -> dt.datetime | None:
    return clock.now() + dt.timedelta(hours=hours) if hours else None


@company_page(Ability.DO_TASKS)
@require_http_methods(["GET", "POST"])
def draft_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a draft under one's own contract, and propose it."""
    rows = _own(request)
    first = rows.first()
    tasks = tasks_seen(request.company, request.user, manages=False).exclude(
        state__in=["closed", "cancelled"]
    )
    form = DraftForm(
        request.POST or None,
        contracts=rows,
        tasks=tasks.order_by("-pk")[:200],
        currency=first.currency if first else request.company.home_currency,
    )
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        found, hours = rows.get(pk=facts.pop("contract")), facts.pop("hours")
        task = tasks.filter(pk=facts.pop("task") or 0, contract=found).first()
        facts = {**facts, "task": task, "expires_at": _until(hours)}
        made = services.draft_propose(found, facts, request.user.username)
        return redirect("draft", request.company.pk, made.pk)
    request.place = "drafts"
    facts = {"form": form, "contracts": rows}
    return render(request, "web/work/draft_form.html", facts, status=400 if form.errors else 200)


def _draft_of(request: CompanyRequest, draft_id: int) -> Draft:
    rows = drafts_seen(request.company, request.user, manages=manages(request))
    found = rows.filter(pk=draft_id).first()
    if found is None:
        raise Http404
    return found


@company_page(Ability.DO_TASKS)
@require_safe
def draft(request: CompanyRequest, draft_id: int) -> HttpResponse:
    """Show a draft with its decisions and what the person may do."""
    found = _draft_of(request, draft_id)
    moves = DRAFT.moves_from(found.state, _side(request, found))
    facts = {
        "draft": found,
        "channel": CHANNELS.get(found.channel, found.channel),
        "state": WORK_STATES[found.state],
        "text": services.text_that_counts(found),
        "decisions": [(each, WORK_STATES[each.word]) for each in found.decisions.order_by("pk")],
        "may": moves,
    }
    request.place = "drafts"
    return render(request, "web/work/draft.html", facts)


def _side(request: CompanyRequest, found: Draft) -> Who:
    return Who.ASSISTANT if found.contract.person_id == request.user.pk else Who.COMPANY


@company_page(Ability.DO_TASKS)
@require_POST
def draft_moved(request: CompanyRequest, draft_id: int) -> HttpResponse:
    """Approve, edit and approve, send back, propose again or mark as sent."""
    found, form = _draft_of(request, draft_id), DraftMoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("draft", request.company.pk, found.pk)
    typed = form.cleaned_data
    try:
        _moved(request, found, typed["to"], typed["text"])
    except _ERRORS as error:
        messages.error(request, said(error))
        return redirect("draft", request.company.pk, found.pk)
    found.refresh_from_db()
    words = {"title": found.title, "state": WORK_STATES[found.state]}
    messages.success(request, translated("“%(title)s”: %(state)s.") % words)
    if typed["back"] == "inbox":
        return redirect("drafts", request.company.pk)
    return redirect("draft", request.company.pk, found.pk)


def _moved(request: CompanyRequest, found: Draft, target: str, text: str) -> None:
    side, actor = _side(request, found), request.user.username
    if target in {"approved", "returned"} and side is not Who.COMPANY:
        raise HeldError("not-your-move", "This is for the other side to do.")
    if target == "approved":
        services.draft_approve(found, actor, text)
    elif target == "returned":
        services.draft_return(found, text, actor)
    elif target == "proposed" and side is Who.ASSISTANT:
        services.draft_again(found, text, None, actor)
    elif target == "sent":
        services.draft_sent(found, text[:500], side, actor)
    else:
        DRAFT.check(found.state, target, side)
