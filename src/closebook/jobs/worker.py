"""A worker process, and handing jobs to workers from elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer

from closebook.jobs.engine import database_settings, worker_settings
from closebook.jobs.kinds import Standing, kind_named
from closebook.jobs.schedules import schedules_apply
from closebook.jobs.slots import Slot, take_slot

QUEUE = "runs"
_WORKFLOW = "closebook-job"
_ENGINE_LOG = logging.getLogger("dbos")


def _advance(kind: str, job_id: str) -> dict[str, Any]:
    standing = kind_named(kind).advance(job_id)
    return {"finished": standing.finished, "wait_seconds": standing.wait_seconds, "word": standing.word}


@DBOS.workflow(name=_WORKFLOW)
def _work(kind: str, job_id: str) -> str:
    """Advance a job step by step until it is finished; return its last word."""
    may_pass = kind_named(kind).may_pass
    options: Any = {
        "name": "advance",
        "retries_allowed": True,
        "max_attempts": 5,
        "should_retry": lambda error: isinstance(error, may_pass),
    }
    while True:
        step: dict[str, Any] = DBOS.run_step(options, _advance, kind, job_id)
        if step["finished"]:
            return str(step["word"])
        if step["wait_seconds"]:
            DBOS.sleep(step["wait_seconds"])


class Worker:
    """A process that does jobs. One per machine on SQLite; as many as wanted on PostgreSQL."""

    def __init__(self, folder: Path, database_url: str = "", slots: int = 1) -> None:
        """Keep where the engine's database is and how many workers may live on this machine."""
        self._folder, self._url, self._slots = folder, database_url, slots
        self._slot: Slot | None = None

    def start(self) -> bool:
        """Start working, resuming what a dead predecessor left; False when living workers hold every slot."""
        self._slot = take_slot(self._folder, self._slots)
        if self._slot is None:
            return False
        config: Any = worker_settings(self._folder, self._url, self._slot.name)
        DBOS(config=config)
        DBOS.launch()
        DBOS.register_queue(QUEUE, partition_concurrency=1, polling_interval_sec=0.2)
        schedules_apply()
        return True

    @property
    def name(self) -> str:
        """Return the worker's identity, "" before it started."""
        return self._slot.name if self._slot else ""

    def stop(self) -> None:
        """Stop working; a job in flight goes on at the next start."""
        DBOS.destroy()
        for handler in list(_ENGINE_LOG.handlers):
            # The engine's handler keeps the stream of its start, which may be closed by the next one.
            _ENGINE_LOG.removeHandler(handler)
        if self._slot:
            self._slot.release()
            self._slot = None


@contextmanager
def _client(folder: Path, database_url: str) -> Iterator[DBOSClient]:
    made = DBOSClient(serializer=DBOSPortableJSONSerializer(), **database_settings(folder, database_url))
    try:
        yield made
    finally:
        made.destroy()


def enqueue(folder: Path, database_url: str, kind: str, job_id: str, *, key: str) -> None:
    """Hand a job to the workers. Jobs of one ``key`` are done one after another; the same job twice is one
    job.
    """
    kind_named(kind)
    with _client(folder, database_url) as client:
        options: Any = {
            "queue_name": QUEUE,
            "workflow_name": _WORKFLOW,
            "workflow_id": f"{kind}:{job_id}",
            "queue_partition_key": key,
        }
        client.enqueue(options, kind, job_id)


def job_outcome(folder: Path, database_url: str, kind: str, job_id: str) -> Standing | None:
    """Return how a job stands as far as the engine knows: None when it was never handed over."""
    with _client(folder, database_url) as client:
        found = client.list_workflows(workflow_ids=[f"{kind}:{job_id}"])
    if not found:
        return None
    return Standing(finished=found[0].status in {"SUCCESS", "ERROR", "CANCELLED"}, word=str(found[0].status))


def take_over(folder: Path, database_url: str, dead: str) -> int:
    """Give the jobs that a dead worker left back to the queue; return how many. The caller knows that it is
    dead.

    Without it they would wait for a worker of the same name, which on another machine may never come.
    """
    with _client(folder, database_url) as client:
        left = client.list_workflows(status="PENDING", executor_id=dead)
        for workflow in left:
            client.resume_workflow(workflow.workflow_id, queue_name=QUEUE)
    return len(left)
