"""A run: the plan to be read, its progress, and its result with proofs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import Run, RunState
from closebook.apps.sync.selectors.connections import errors_open
from closebook.apps.sync.selectors.overview import is_plan, run_events
from closebook.apps.sync.selectors.plans import action_groups, effect_lines
from closebook.apps.sync.services.beats import worker_lives
from closebook.transport import clock
from closebook.web.frame.access import CompanyRequest, company_page
from closebook.web.people.audit_words import action_words, actor_words
from closebook.web.sync.actions import actions_listing
from closebook.web.sync.preparation import under_way
from closebook.web.sync.runs import kind_words
from closebook.web.sync.scope import run_in_short, run_of
from closebook.web.sync.tax import TILLS
from closebook.web.sync.words import ACTION_WORDS, WHAT_WORDS, duration_words

_EVENTS = 12
_HOLDS = 10
_PAUSED = (RunState.STOPPED, RunState.WAITING)


def phase_of(run: Run) -> str:
    """Return how far a run has got: plan, working, paused or ended."""
    if is_plan(run):
        return "plan"
    if run.state in {RunState.PLANNED, RunState.RUNNING}:
        return "working"
    return "paused" if run.state in _PAUSED else "ended"


@company_page(Ability.SEE_SYNC)
@require_safe
def run(request: CompanyRequest, run_id: int) -> HttpResponseBase:
    """Show a run with its actions."""
    chosen = run_of(request, run_id)
    phase = phase_of(chosen)
    facts = {
        "run": chosen,
        "connection": chosen.connection,
        "kind": kind_words(chosen),
        "phase": phase,
        "till": chosen.connection.connector in TILLS,
        "groups": groups_in_words(action_groups(chosen)),
        "effect": effect_sides(chosen),
        "reasons": chosen.reason.splitlines(),
        "worker_lives": phase == "ended" or worker_lives(),
        "working": progress_facts(chosen),
        "undone_by": Run.objects.filter(undoes=chosen).exclude(started_at=None).order_by("-pk").first(),
        "events": events_in_words(chosen),
        "preparing": under_way(request, chosen.connection_id),
        **_holds(chosen, phase),
    }
    return actions_listing(request, chosen, facts).show("web/sync/run.html")


def groups_in_words(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the groups of a plan with their words for people."""
    return [
        {
            **group,
            "action_words": ACTION_WORDS.get(group["action"], group["action"]),
            "what_words": WHAT_WORDS.get(group["what"].replace(" ", "-"), group["what"]),
            "what_key": group["what"].replace(" ", "-"),
        }
        for group in groups
    ]


def effect_sides(chosen: Run) -> list[dict[str, Any]]:
    """Return the effect of a run with debits and credits as positive amounts."""
    return with_credits(effect_lines(chosen.connection, chosen))


def with_credits(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines of an effect with their credits as positive amounts, too."""
    return [{**line, "credit_minor": -line["amount_minor"]} for line in lines]


def _holds(chosen: Run, phase: str) -> dict[str, Any]:
    """Return the open holds of the connection while they bear on what is to be approved."""
    if phase != "plan":
        return {}
    rows = errors_open([chosen.connection], held=True)
    return {"holds": rows[:_HOLDS], "holds_count": rows.count()}


def events_in_words(chosen: Run) -> list[dict[str, Any]]:
    """Return the latest lines of the audit log about a run, in plain words."""
    return [
        {"at": event.at, "actor": actor_words(event.actor), "text": action_words(event.action)}
        for event in run_events(chosen).defer("details")[:_EVENTS]
    ]


def progress_facts(chosen: Run) -> dict[str, Any]:
    """Return how far a run is, how many actions it does a minute, and how long the rest takes."""
    began = chosen.started_at
    seconds = max(1, int((clock.now() - began).total_seconds())) if began else 1
    rate = chosen.finished * 60 // seconds if began else 0
    left = (
        (chosen.total - chosen.finished) * seconds // chosen.finished if began and chosen.finished else None
    )
    return {"begun": began is not None, "rate": rate, "left": "" if left is None else duration_words(left)}


@company_page(Ability.SEE_SYNC)
@require_safe
def progress(request: CompanyRequest, run_id: int) -> HttpResponse:
    """Show how far a run is; once it ended, have the page loaded anew."""
    chosen = run_in_short(request, run_id)
    facts = {"run": chosen, "company": request.company, "working": progress_facts(chosen)}
    # Asked for every two seconds by everybody who watches: the frame around pages is not made for it.
    answer = HttpResponse(render_to_string("web/sync/progress.html", facts))
    if phase_of(chosen) != "working":
        answer["HX-Refresh"] = "true"
    return answer
