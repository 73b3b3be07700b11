"""Carrying runs out: as durable jobs of a worker, batch by batch, or watched from a command."""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, close_old_connections

from closebook import jobs
from closebook.apps.companies.services.audit import audit_append
from closebook.apps.sync.models import UNFINISHED, Run, RunState
from closebook.apps.sync.services.access import books_client
from closebook.apps.sync.services.hands import RunDesk
from closebook.apps.sync.services.results import STOP_ASKED
from closebook.core.planning import effects, events
from closebook.core.planning.drive import perform
from closebook.core.planning.flights import run_machine
from closebook.core.planning.hands import Ending
from closebook.core.planning.machine import RunLimits, RunMachine
from closebook.transport import clock

JOB = "run"
_BUSY_SECONDS = 5
FLIGHTS = 16
"""Requests under way at once at a service that answers after a while: enough for its limits at 1.5 s each."""
_STEP_SECONDS = 0.5  # each step is written down: too often after every batch of an embedded company


@dataclass(slots=True)
class _Running:
    """A run under way in this process: its machine, its hands and the effect that comes next."""

    machine: RunMachine
    desk: RunDesk
    effect: effects.Effect | None
    open: ExitStack = field(default_factory=ExitStack)


_RUNNING: dict[int, _Running] = {}


_holder = f"process {os.getpid()}"


def _begin(run: Run) -> _Running:
    stack = ExitStack()
    client = stack.enter_context(books_client(run.connection.company, f"run {run.pk}"))
    desk = RunDesk(run, client, _holder)
    stack.callback(desk.close)
    machine = run_machine(f"run-{run.pk}", _limits(run))
    return _Running(machine, desk, machine.start(), stack)


def _limits(run: Run) -> RunLimits:
    """Return the bounds of a run. An embedded company answers within the call: nothing lingers after a lost
    reply.
    """
    if run.connection.company.books_access.base_url:
        return RunLimits(flights=FLIGHTS)
    return RunLimits(settle_seconds=2, longest_wait_seconds=5)


def advance(job_id: str) -> jobs.Standing:
    """Carry a run on to the first batch stored after half a second, to a wait that is due or to its end."""
    close_old_connections()
    run_id = int(job_id.partition(".")[0])
    running = _RUNNING.get(run_id)
    if running is None:
        run = Run.objects.select_related("connection__company").get(pk=run_id)
        if run.state not in UNFINISHED:
            return jobs.Standing(finished=True, word=run.state)
        running = _RUNNING[run_id] = _begin(run)
    try:
        return _carry_on(run_id, running)
    except BaseException:
        # Whatever it was, the next step begins again from what is stored, as after a crash.
        _forget(run_id)
        raise


def _carry_on(run_id: int, running: _Running) -> jobs.Standing:
    began = clock.monotonic_seconds()
    while running.effect is not None:
        effect = running.effect
        if isinstance(effect, effects.Wait):
            running.effect = running.machine.on(events.Done())
            return jobs.Standing(finished=False, wait_seconds=effect.seconds)
        running.effect = running.machine.on(perform(effect, running.desk))
        if isinstance(effect, effects.LoadActions):
            # They live as long as the run: the collector need not walk through them again and again.
            gc.freeze()
        stored = isinstance(effect, effects.RecordResults)
        if stored and clock.monotonic_seconds() - began >= _STEP_SECONDS:
            return jobs.Standing(finished=False)
    outcome = running.machine.outcome
    _forget(run_id)
    if outcome.ending in {Ending.BUSY, Ending.LEASE_LOST}:
        return jobs.Standing(finished=False, wait_seconds=_BUSY_SECONDS, word=outcome.ending)
    return jobs.Standing(finished=True, word=outcome.ending)


def _forget(run_id: int) -> None:
    running = _RUNNING.pop(run_id, None)
    if running:
        gc.unfreeze()
        running.open.close()


jobs.define_kind(JOB, advance, (OSError, OperationalError))


def _places() -> tuple[Path, str]:
    return Path(settings.CLOSEBOOK_HOME), os.environ.get("DATABASE_URL", "")


def worker_start(slots: int = 1) -> jobs.Worker | None:
    """Return this data folder's worker at work in this process, or None when living ones hold every slot.

    Leases are held in the name of the worker's slot, which a restarted worker gets back, so that it goes on
    at once.
    """
    global _holder
    # A worker does these jobs too; they need this module, so it cannot need them.
    from closebook.apps.sync.services import match_reading, preparing  # noqa: F401 - define kinds of jobs

    folder, url = _places()
    worker = jobs.Worker(folder, url, slots)
    if not worker.start():
        return None
    _holder = f"worker {worker.name}"
    return worker


def run_approve(run: Run, actor: str = "owner") -> None:
    """Keep that a person (or a rule a person made) approved the plan; a run is never begun without."""
    if run.approved_at is None:
        run.approved_at = clock.now()
        run.save(update_fields=["approved_at"])
        company_id = run.connection.company_id
        facts = {"run": run.pk, "actions": run.total}
        audit_append(company_id, actor, "run-approved", run.connection.name, facts)


def run_drop(run: Run, by: str) -> bool:
    """Take a plan that was not approved out of the way; False when it was approved meanwhile.

    What it would have written is proposed again by the next plan.
    """
    waiting = Run.objects.filter(pk=run.pk, state=RunState.PLANNED, approved_at=None)
    dropped = waiting.update(state=RunState.REPLACED, ended_at=clock.now())
    if dropped:
        audit_append(run.connection.company_id, by, "run-dropped", run.connection.name, {"run": run.pk})
    return bool(dropped)


def run_stop_ask(run: Run, by: str) -> bool:
    """Ask a run that is under way to stop before its next batch; False when it is not under way."""
    asked = Run.objects.filter(pk=run.pk, state=RunState.RUNNING).update(reason=STOP_ASKED)
    if asked:
        audit_append(run.connection.company_id, by, "run-stop-asked", run.connection.name, {"run": run.pk})
    return bool(asked)


def run_enqueue(run: Run) -> str:
    """Hand a run to the workers and return the job's id; runs of one company are done one after another.

    A run whose former job ended before the run did (login lost, stopped, a full disk) gets a new one.
    """
    folder, url = _places()
    former = jobs.job_outcome(folder, url, JOB, f"{run.pk}.{run.attempt}")
    if former and former.finished:
        Run.objects.filter(pk=run.pk).update(attempt=run.attempt + 1)
        run.attempt += 1
    job_id = f"{run.pk}.{run.attempt}"
    jobs.enqueue(folder, url, JOB, job_id, key=str(run.connection.company_id))
    return job_id


def job_standing(job_id: str) -> jobs.Standing | None:
    """Return how a run's job stands."""
    return jobs.job_outcome(*_places(), JOB, job_id)
