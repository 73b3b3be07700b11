"""Job kinds for the tests, and a worker process that does them: ``python -m tests.jobs.work FOLDER``.

A job's id is ``STEPS-NAME``. Each step writes ``NAME n`` into the log, which is the kind's own record of what
was done; a step that is done again after a crash is one that had not been written.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from closebook import jobs
from closebook.jobs import Standing

LOG = "steps.log"
_STEP_SECONDS = 0.15


def steps_done(folder: Path, name: str) -> list[str]:
    """Return the lines of one job, "" for those of all jobs."""
    log = folder / LOG
    lines = log.read_text().splitlines() if log.exists() else []
    return [line for line in lines if line.split()[0] == (name or line.split()[0])]


def write_step(folder: Path, name: str) -> int:
    """Write the next step of a job and return its number."""
    number = len(steps_done(folder, name)) + 1
    with (folder / LOG).open("a") as log:
        log.write(f"{name} {number}\n")
    return number


def define(folder: Path) -> None:
    """Define the kinds; called once in each process."""

    def count(job_id: str) -> Standing:
        steps, _, name = job_id.partition("-")
        time.sleep(_STEP_SECONDS)
        number = write_step(folder, name)
        return Standing(finished=number >= int(steps), word=f"counted {number}")

    def stumble(job_id: str) -> Standing:
        _, _, name = job_id.partition("-")
        if write_step(folder, name) < 2:
            raise OSError("the disk is full")
        return Standing(finished=True, word="got up")

    def break_down(job_id: str) -> Standing:
        write_step(folder, job_id.partition("-")[2])
        raise ValueError("a defect")

    jobs.define_kind("count", count)
    jobs.define_kind("stumble", stumble)
    jobs.define_kind("break-down", break_down)


def main() -> None:
    """Work until the standard input is closed."""
    folder = Path(sys.argv[1])
    define(folder)
    worker = jobs.Worker(folder)
    print(worker.name or "no slot" if not worker.start() else f"ready {worker.name}", flush=True)
    sys.stdin.read()
    worker.stop()


if __name__ == "__main__":
    main()
