"""Carrying a run out while a person watches: in this process, or by the worker that lives already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from closebook.cli.output import print_note
from closebook.core.errors import InvariantError
from closebook.transport import clock

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from closebook.apps.sync.models import Run

_LOOK_SECONDS = 0.2
_LOOKS_A_STANDING = 25


def work_through(run: Run, *, quiet: bool) -> None:
    """Hand a run to a worker, this process when no other lives, and return when its job has ended.

    Raises InvariantError when the job broke down; what was confirmed by then is kept.
    """
    from closebook.apps.sync.services.work import job_standing, run_enqueue, worker_start

    worker = worker_start()
    try:
        job_id = run_enqueue(run)
        with _progress(quiet=quiet) as bar:
            task = bar.add_task(run.connection.name, total=run.total)
            standing, looks = None, 0
            while not (standing and standing.finished):
                clock.sleep_seconds(_LOOK_SECONDS)
                _look(run, bar, task)
                looks += 1
                if run.ended_at or looks % _LOOKS_A_STANDING == 0:
                    standing = job_standing(job_id)
    finally:
        if worker:
            worker.stop()
    if standing.word == "ERROR":
        raise InvariantError(
            "run-broke-down", f"Run {run.pk} broke down.", remedy="The same command goes on with it."
        )


def _look(run: Run, bar: Progress, task: TaskID) -> None:
    run.refresh_from_db(fields=["finished", "ended_at"])
    bar.update(task, completed=run.finished)


def _progress(*, quiet: bool) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    if not quiet:
        print_note("Writing; it may be stopped at any moment and gone on with later.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=quiet or not console.is_terminal)
