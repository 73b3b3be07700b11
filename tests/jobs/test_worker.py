"""Background jobs in real processes: done once, to their end, in turn, and on after a kill."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from closebook import jobs
from closebook.core.errors import InvariantError
from closebook.jobs import Standing
from closebook.jobs.kinds import kind_named
from tests.jobs import work
from tests.jobs.processes import started, wait_for

WORK = ("-m", "tests.jobs.work")


@pytest.fixture(scope="module", autouse=True)
def kinds():
    """Define the kinds in this process too, which only hands jobs over."""
    work.define(Path("unused"))


def enqueue(folder: Path, job_id: str, *, kind: str = "count", key: str = "one") -> None:
    jobs.enqueue(folder, "", kind, job_id, key=key)


def ended(folder: Path, job_id: str, kind: str = "count") -> Standing:
    """Wait for the end of a job and return how it stands."""
    found: list[Standing] = []

    def look() -> bool:
        standing = jobs.job_outcome(folder, "", kind, job_id)
        found[:] = [standing] if standing else []
        return bool(standing and standing.finished)

    wait_for(look)
    return found[0]


def test_jobs_run_to_their_end_once_and_one_after_another(tmp_path):
    for job in ("3-first", "3-second", "3-first"):
        enqueue(tmp_path, job)
    with started(*WORK, tmp_path) as (_process, line):
        assert line.startswith("ready")
        assert ended(tmp_path, "3-first").word == "SUCCESS"
        assert ended(tmp_path, "3-second").word == "SUCCESS"
        enqueue(tmp_path, "3-first")
        enqueue(tmp_path, "1-last")
        ended(tmp_path, "1-last")
    names = [line.split()[0] for line in work.steps_done(tmp_path, "")]
    assert names == ["first"] * 3 + ["second"] * 3 + ["last"]


def test_a_job_goes_on_after_its_worker_was_killed(tmp_path):
    enqueue(tmp_path, "8-killed")
    for steps in (2, 5):
        with started(*WORK, tmp_path) as (process, line):
            assert line.startswith("ready")
            wait_for(lambda steps=steps: len(work.steps_done(tmp_path, "killed")) >= steps)
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        assert not jobs.job_outcome(tmp_path, "", "count", "8-killed").finished
    with started(*WORK, tmp_path) as (_process, _line):
        assert ended(tmp_path, "8-killed").word == "SUCCESS"
    assert work.steps_done(tmp_path, "killed") == [f"killed {n}" for n in range(1, 9)]


def test_a_second_worker_of_a_folder_finds_no_slot(tmp_path):
    with started(*WORK, tmp_path) as (_first, line), started(*WORK, tmp_path) as (_second, answer):
        assert line.startswith("ready")
        assert answer == "no slot"


def test_an_error_that_may_pass_is_tried_again_and_a_defect_ends_the_job(tmp_path):
    enqueue(tmp_path, "2-stumbling", kind="stumble", key="one")
    enqueue(tmp_path, "1-broken", kind="break-down", key="two")
    with started(*WORK, tmp_path) as (_process, _line):
        assert ended(tmp_path, "2-stumbling", "stumble").word == "SUCCESS"
        assert ended(tmp_path, "1-broken", "break-down").word == "ERROR"
    counted = Counter(line.split()[0] for line in work.steps_done(tmp_path, ""))
    assert counted == {"stumbling": 2, "broken": 1}


def test_what_was_never_handed_over_has_no_standing(tmp_path):
    enqueue(tmp_path, "1-waiting")
    assert jobs.job_outcome(tmp_path, "", "count", "1-absent") is None
    assert not jobs.job_outcome(tmp_path, "", "count", "1-waiting").finished


def test_kinds_are_known_by_name_and_defined_once():
    with pytest.raises(InvariantError, match="No job kind"):
        jobs.enqueue(Path("unused"), "", "absent", "1", key="")
    with pytest.raises(InvariantError, match="twice"):
        jobs.define_kind("count", lambda _id: Standing(finished=True))
    assert kind_named("count").may_pass == (OSError,)
