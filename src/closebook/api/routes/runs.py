"""Runs: read, approved, watched and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from closebook.api.access import ApiRequest
from closebook.api.operations import MOST_NUMBER, Number, Text, reads, writes
from closebook.api.paging import Page, PageWish, page_of
from closebook.api.preparations import handed_over, looked_plain
from closebook.api.runs import begin, plan_plain
from closebook.api.schemas import ActionOut, ProgressOut, RunOut, UndoOut
from closebook.apps.companies.abilities import Ability
from closebook.apps.sync.models import UNFINISHED, Run, RunState
from closebook.apps.sync.selectors.plain import actions_plain, run_plain
from closebook.apps.sync.selectors.scoped import runs_in
from closebook.apps.sync.services.looking import left_of, left_plain, look_kept
from closebook.apps.sync.services.undoing import undo_plan, undo_preview
from closebook.apps.sync.services.wishes import LOOK, UNDO, Wish, is_small
from closebook.core.errors import ConflictError
from closebook.core.planning.actions import Plan

router = Router(tags=["Runs"])


class RunsWish(PageWish):
    """Which runs to list."""

    connection: Annotated[int, Field(ge=1, le=MOST_NUMBER)] | None = None
    state: RunState | Literal[""] = ""


class UndoWish(Schema):
    """What of a run would be taken back."""

    only: list[Text] = Field(
        [], max_length=100, description="Keys of documents or business keys; none for all."
    )


class UndoIn(Schema):
    """What of a run to take back, and whether to begin at once."""

    only: list[Text] = Field(
        [], max_length=1000, description="Keys of documents or business keys; empty for all."
    )
    approve: bool = Field(False, description="Begin at once, without reading the plan first.")


def _found(request: ApiRequest, number: int) -> Run:
    return get_object_or_404(runs_in(request.auth.company), pk=number)


@reads(router, "/runs", Ability.SEE_SYNC, Page[RunOut])
def runs(request: ApiRequest, wish: Query[RunsWish]) -> dict[str, Any]:
    """The runs, newest first."""
    rows = runs_in(request.auth.company)
    if wish.connection:
        rows = rows.filter(connection_id=wish.connection)
    if wish.state:
        rows = rows.filter(state=wish.state)
    return page_of(request, rows, wish, _plain, newest_first=True)


def _plain(rows: Sequence[Run]) -> list[dict[str, Any]]:
    return [run_plain(row) for row in rows]


@reads(router, "/runs/{run}", Ability.SEE_SYNC, RunOut)
def run(request: ApiRequest, run: Number) -> dict[str, Any]:
    """One run with its proofs."""
    return run_plain(_found(request, run))


@reads(router, "/runs/{run}/actions", Ability.SEE_SYNC, Page[ActionOut])
def run_actions(request: ApiRequest, run: Number, wish: Query[PageWish]) -> dict[str, Any]:
    """The actions of a run, in the order in which they are sent."""
    chosen = _found(request, run)
    currency = chosen.connection.currency
    return page_of(request, chosen.actions.all(), wish, lambda rows: actions_plain(rows, currency))


@reads(router, "/runs/{run}/progress", Ability.SEE_SYNC, ProgressOut)
def run_progress(request: ApiRequest, run: Number) -> dict[str, Any]:
    """How far a run has got."""
    chosen = _found(request, run)
    names = ("state", "finished", "total", "reason")
    ended = chosen.state not in UNFINISHED
    return {"run": chosen.pk, **{name: getattr(chosen, name) for name in names}, "ended": ended}


@writes(router, "/runs/{run}/approve", Ability.RUN_SYNC, RunOut, status=202)
def approve_run(request: ApiRequest, run: Number) -> dict[str, Any]:
    """Approve a saved plan and hand it to the worker, or go on with a run that was stopped."""
    chosen = _found(request, run)
    if chosen.state not in UNFINISHED:
        raise ConflictError(
            "run-ended",
            f"Run {chosen.pk} is {chosen.state.replace('-', ' ')}.",
            remedy="Make a new plan; this one has come to its end.",
        )
    return begin(chosen, request.auth.actor)


@reads(router, "/runs/{run}/undo-preview", Ability.RUN_SYNC, UndoOut, may_take_long=True)
def preview_undo(request: ApiRequest, run: Number, wish: Query[UndoWish]) -> dict[str, Any] | HttpResponse:
    """What taking a run back would do, and what would be left and why. Nothing is planned or written. Of a
    large run a worker works it out: the answer is 202, and Location is the address to ask.
    """
    chosen = _found(request, run)
    look = Wish(chosen.connection, LOOK, request.auth.actor, chosen, wish.only)
    kept = None if is_small(look) else look_kept(chosen, wish.only)
    if kept:
        return looked_plain(kept)
    if later := handed_over(look):
        return later
    with undo_preview(chosen, wish.only) as (made, planned):
        plan = plan_plain(chosen.connection, made)
    return _undone(chosen, plan, planned)


@writes(router, "/runs/{run}/undo", Ability.RUN_SYNC, UndoOut, status=202, may_take_long=True)
def undo_run(request: ApiRequest, run: Number, body: UndoIn) -> dict[str, Any] | HttpResponse:
    """Plan to take a run back, or a part of it. What a person changed since is left and named. Of a large run
    a worker plans it: Location is the address to ask, which names the run.
    """
    chosen = _found(request, run)
    wish = Wish(chosen.connection, UNDO, request.auth.actor, chosen, body.only, approve=body.approve)
    if later := handed_over(wish):
        return later
    made, planned = undo_plan(chosen, body.only)
    plan = plan_plain(chosen.connection, made)
    started = begin(made, request.auth.actor) if made and body.approve else None
    return {**_undone(chosen, plan, planned), "run": started}


def _undone(run: Run, plan: dict[str, Any], planned: Plan) -> dict[str, Any]:
    left = left_of(planned)
    return {
        "undoes": run.pk, "plan": plan, "left": left_plain(left), "left_count": len(left), "run": None,
    }  # fmt: skip
