"""``closebook undo``: takes a run back, or a part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load
from closebook.core.errors import HeldError

if TYPE_CHECKING:
    from closebook.apps.sync.models import Run
    from closebook.core.planning.actions import Plan


def undo(
    run: int,
    *,
    only: Annotated[list[str] | None, Parameter(consume_multiple=True, negative="")] = None,
    plan: Annotated[bool, Parameter(negative="")] = False,
    yes: bool = False,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Take a run back: its documents, and the lists it made when nobody else uses them.

    What a person changed since is left and named. The next plan proposes again what was taken back.

    Parameters
    ----------
    run: Number of the run, as `closebook runs` prints it.
    only: Take back only these documents or business keys, such as order:3900112233.
    plan: Show what would be taken back, and write nothing.
    yes: Do it without asking.
    json: Print one JSON object instead of lines.
    """
    load()
    from closebook.apps.sync.selectors.connections import run_numbered

    chosen = run_numbered(run)
    if plan:
        _preview(chosen, only or [], as_json=json)
        return 0
    return _take_back(chosen, only or [], yes=yes, as_json=json)


def _preview(run: Run, only: list[str], *, as_json: bool) -> None:
    """Show what would be taken back; the plan made for it is not kept, and no other plan gives way to it."""
    from closebook.apps.sync.services.undoing import undo_preview

    with undo_preview(run, only) as (made, planned):
        _show(run, made, _left_in(planned), as_json=as_json)


def _take_back(run: Run, only: list[str], *, yes: bool, as_json: bool) -> int:
    from closebook.apps.sync.services.undoing import undo_drop, undo_plan
    from closebook.cli.sync import apply_run

    made, planned = undo_plan(run, only)
    if made is None or not as_json:
        _show(run, made, _left_in(planned), as_json=as_json)
    if made is None:
        return 0
    try:
        return apply_run(made, yes=yes, as_json=as_json)
    except HeldError:
        # Nobody approved it: a later `closebook apply` must not find it in the place of a sync's plan.
        undo_drop(made)
        raise


def _left_in(plan: Plan) -> list[dict[str, str]]:
    from closebook.core.planning.actions import ActionKind

    held = [action for action in plan.actions if action.kind is ActionKind.HOLD]
    return [{"key": action.key, "code": action.code, "reason": action.reason} for action in held]


def _show(run: Run, made: Run | None, left: list[dict[str, str]], *, as_json: bool) -> None:
    from closebook.apps.sync.selectors.plans import plan_summary
    from closebook.cli.sync import show_plan

    if as_json:
        print_json({"undoes": run.pk, **plan_summary(run.connection, made, diff=True), "left": left})
        return
    show_plan(run.connection, made, as_json=False)
    _show_left([(each["key"], each["reason"]) for each in left])


def _show_left(left: list[tuple[str, str]]) -> None:
    for key, reason in left[:20]:
        print_line(f"LEFT {key}: {reason}")
    if len(left) > 20:
        print_line(f"… and {len(left) - 20} more are left.")
