"""Beginning runs for a caller, and showing plans and runs."""

from __future__ import annotations

from typing import Any

from closebook.apps.sync.models import Connection, Run
from closebook.apps.sync.selectors.plain import run_plain
from closebook.apps.sync.selectors.plans import plan_summary


def plan_plain(connection: Connection, run: Run | None) -> dict[str, Any]:
    """Return what a plan says; with no run, what is held."""
    return plan_summary(connection, run)


def begin(run: Run, actor: str) -> dict[str, Any]:
    """Approve a run in a caller's name, hand it to the worker, and return it."""
    # The work engine takes as long to load as all the rest of the site, and most calls need none of it.
    from closebook.apps.sync.services.work import run_approve, run_enqueue

    run_approve(run, actor)
    run_enqueue(run)
    run.refresh_from_db()
    return run_plain(run)
