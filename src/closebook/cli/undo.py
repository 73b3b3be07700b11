"""``closebook undo``: takes a run back, or a part of it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from closebook.cli.output import print_json, print_line
from closebook.cli.setup import load


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
    from closebook.apps.sync.selectors.plans import plan_summary
    from closebook.apps.sync.services.undoing import undo_plan
    from closebook.cli.sync import apply_run, show_plan
    from closebook.core.planning.actions import ActionKind

    chosen = run_numbered(run)
    made, planned = undo_plan(chosen, only or ())
    left = [action for action in planned.actions if action.kind is ActionKind.HOLD]
    if made is None or plan:
        if json:
            facts = {"undoes": run, **plan_summary(chosen.connection, made, diff=True)}
            print_json({**facts, "left": [{"key": a.key, "code": a.code, "reason": a.reason} for a in left]})
        else:
            show_plan(chosen.connection, made, as_json=False)
            _show_left([(action.key, action.reason) for action in left])
        return 0
    if not json:
        show_plan(chosen.connection, made, as_json=False)
        _show_left([(action.key, action.reason) for action in left])
    return apply_run(made, yes=yes, as_json=json)


def _show_left(left: list[tuple[str, str]]) -> None:
    for key, reason in left[:20]:
        print_line(f"LEFT {key}: {reason}")
    if len(left) > 20:
        print_line(f"… and {len(left) - 20} more are left.")
