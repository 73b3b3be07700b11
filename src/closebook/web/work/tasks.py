"""Tasks: who waits for whom, one task with its steps, and each move from asked to accepted."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.workforce.models import Task
from closebook.apps.workforce.selectors.costs import learned_of, minutes_spent, rate_of
from closebook.apps.workforce.selectors.desk import contracts_seen, tasks_seen, timer_alive
from closebook.apps.workforce.services import tasks as services
from closebook.apps.workforce.services.task_parts import checklist_add
from closebook.core.errors import ConflictError, HeldError, InputError
from closebook.core.workforce.checklists import CHECKLISTS
from closebook.core.workforce.estimates import Spread, estimate, is_near_cap
from closebook.core.workforce.rates import amount_of
from closebook.core.workforce.states import TASK, Who
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.kit.columns import Choice, Column, Text
from closebook.web.kit.listing import Listing
from closebook.web.kit.said import said
from closebook.web.work.desk_forms import EstimateForm, MoveForm, TaskForm
from closebook.web.work.scope import manages, task_of
from closebook.web.work.words import KIND_WORDS, MOVE_WORDS, REPEAT_WORDS, WORK_STATES

WAITS: Mapping[str, Text] = {"company": _("the company"), "assistant": _("the assistant"), "": ""}
COLUMNS = (
    Column(
        "title",
        _("Title"),
        lambda row: row.title,
        link=lambda row: reverse("task", args=[row.company_id, row.pk]),
        sort="title",
    ),
    Column("state", _("State"), lambda row: WORK_STATES[row.state], sort="state"),
    Column("waits", _("Waits for"), lambda row: WAITS[row.waits_for], sort="waits_for"),
    Column(
        "person", _("Assistant"), lambda row: row.contract.person.username, sort="contract__person__username"
    ),
    Column("kind", _("Kind of service"), lambda row: KIND_WORDS.get(row.kind, row.kind), sort="kind"),
    Column("due", _("Due"), lambda row: row.due_on, "day", sort="due_on"),
)
_WITH_TEXT = frozenset({"waiting", "delivered", "sent_back", "cancelled"})
_POINTS = frozenset(point for each in CHECKLISTS.values() for point in each.points)
_ASIDE = ("waiting", "requested", "sent_back", "cancelled")
"""Moves that lead no task on: they come last, and none is the first choice of the page."""


@company_page(Ability.DO_TASKS)
@require_safe
def tasks(request: CompanyRequest) -> HttpResponseBase:
    """Show the tasks that the person may see, newest first."""
    rows = tasks_seen(request.company, request.user, manages=manages(request))
    listing = Listing(
        request,
        "tasks",
        rows,
        COLUMNS,
        search=("title", "description"),
        choices=(Choice("waits", _("Waits for"), "waits_for", tuple((k, w) for k, w in WAITS.items() if k)),),
        empty=_("No task yet. A task says what is to be done, and how both sides see that it is done."),
    )
    return listing.show("web/work/tasks.html")


@company_page(Ability.MANAGE_WORK)
@require_http_methods(["GET", "POST"])
def task_new(request: CompanyRequest) -> HttpResponse:
    """Show the form of a task, and ask for it."""
    rows = contracts_seen(request.company, request.user, manages=True).filter(state="active")
    form = TaskForm(request.POST or None, contracts=rows)
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        found, checklist = rows.get(pk=facts.pop("contract")), facts.pop("checklist")
        try:
            made = services.task_ask(found, facts, request.user.username)
        except InputError as error:
            form.add_error(None, said(error))
        else:
            checklist_add(made, checklist, request.user.username)
            return redirect("task", request.company.pk, made.pk)
    facts = {"form": form, "contracts": rows}
    return render(request, "web/work/task_form.html", facts, status=400 if form.errors else 200)


def side_of(request: CompanyRequest, task: Task) -> Who:
    """Return on which side of a task the person stands."""
    return Who.ASSISTANT if task.contract.person_id == request.user.pk else Who.COMPANY


@company_page(Ability.DO_TASKS)
@require_safe
def task(request: CompanyRequest, task_id: int) -> HttpResponse:
    """Show a task with its steps and what can be done."""
    found = task_of(request, task_id)
    return _shown(request, found, EstimateForm())


def _shown(request: CompanyRequest, found: Task, form: EstimateForm) -> HttpResponse:
    side = side_of(request, found)
    known = TASK.moves_from(found.state, side)
    words = sorted((word for word in known if word in MOVE_WORDS), key=_turn)
    alive = timer_alive(request.company, request.user) if side is Who.ASSISTANT else None
    facts = {
        "task": found,
        "state": WORK_STATES[found.state],
        "kind": KIND_WORDS.get(found.kind, found.kind),
        "waits": WAITS[found.waits_for],
        "moves": [(word, MOVE_WORDS[word]) for word in words if word not in _WITH_TEXT],
        "moves_with_text": [(word, MOVE_WORDS[word]) for word in words if word in _WITH_TEXT],
        "aside": _ASIDE,
        "steps": [(step, WORK_STATES[step.target]) for step in found.steps.order_by("pk")],
        **_costs(found),
        "items": [(item, _point(item.text)) for item in found.items.order_by("place", "pk")],
        "files": found.files.order_by("pk"),
        "repeats": REPEAT_WORDS.get(found.repeats, ""),
        "may_estimate": "estimated" in TASK.moves_from(found.state, side),
        "may_time": side is Who.ASSISTANT and found.state == "in_progress" and alive is None,
        "form": form,
    }
    return render(request, "web/work/task.html", facts, status=400 if form.errors else 200)


def _turn(word: str) -> int:
    """Return the place of a move's button: first what leads the task on, last what ends it."""
    return _ASIDE.index(word) + 1 if word in _ASIDE else 0


def _point(text: str) -> str:
    """Return a point of a checklist in the reader's language; what somebody typed stays as it is."""
    return said(text) if text in _POINTS else text


def _costs(found: Task) -> dict[str, object]:
    """Return what the task is expected to cost, what it came to, and what such tasks took before."""
    now = clock.now()
    rate = rate_of(found.contract, found.kind, now.date())
    spent = minutes_spent([found.pk], now).get(found.pk, 0)
    cost = None
    if rate and found.low_minutes is not None and found.likely_minutes is not None and found.high_minutes:
        spread = Spread(found.low_minutes, found.likely_minutes, found.high_minutes)
        cost = estimate(spread, rate, rate).cost
    begun = found.state in {"requested", "estimated"}
    return {
        "rate": rate,
        "cost": cost,
        "spent": spent,
        "spent_cost": amount_of(spent, rate).amount_minor if rate else None,
        "near_cap": is_near_cap(spent, found.cap_minutes or 0),
        "past_cap": 0 < (found.cap_minutes or 0) < spent,
        "learned": learned_of(found.contract, found.kind, now) if begun else None,
    }


@company_page(Ability.DO_TASKS)
@require_POST
def task_moved(request: CompanyRequest, task_id: int) -> HttpResponse:
    """Move a task on, or keep a comment where no move is named."""
    found, form, actor = task_of(request, task_id), MoveForm(request.POST), request.user.username
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("task", request.company.pk, found.pk)
    target, text = form.cleaned_data["to"], form.cleaned_data["text"]
    try:
        if target:
            services.task_move(found, target, side_of(request, found), actor, text)
        else:
            services.task_comment(found, text, actor)
    except (InputError, ConflictError, HeldError) as error:
        messages.error(request, said(error))
    return redirect("task", request.company.pk, found.pk)


@company_page(Ability.DO_TASKS)
@require_POST
def task_estimated(request: CompanyRequest, task_id: int) -> HttpResponse:
    """Keep the assistant's estimate."""
    found, form = task_of(request, task_id), EstimateForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    try:
        spread = Spread(**form.cleaned_data)
        services.task_estimate(found, spread, side_of(request, found), request.user.username)
    except (InputError, ConflictError, HeldError) as error:
        messages.error(request, said(error))
    return redirect("task", request.company.pk, found.pk)
