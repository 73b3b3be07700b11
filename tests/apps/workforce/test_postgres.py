"""The assistants' desk and selling on PostgreSQL: in a process of its own, as a self-hoster runs them.

SQLite lets one write at a time, PostgreSQL does not: what two people do at once is refused or waits, and is
never kept twice.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.apps.sync.test_postgres import Machine, machine  # noqa: F401 - a fixture
from tests.jobs.processes import ROOT


def test_the_desk_and_selling_do_on_postgresql_what_they_do_elsewhere(machine: Machine):  # noqa: F811
    machine.json("init")
    known = {**os.environ, **machine.environ, "DJANGO_SETTINGS_MODULE": "closebook.config.settings"}
    command = [sys.executable, "-m", "tests.apps.workforce.on_postgres"]
    done = subprocess.run(
        command, env=known, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    found = json.loads(done.stdout.splitlines()[-1])
    assert (found["vendor"], found["audit"]) == ("postgresql", None)
    assert found["desk"] == {
        "started": ["timer-runs"],
        "stopped": ["no-such-move"],
        "approved": ["no-such-move"],
        "paid": ["bill-paid-already"],
        "planned": ["book-run-open"],
        "written": ["written", "written"],
        "minutes": [60, 120],
        "undone": ["undone", "undone"],
        "left": [],
    }
    assert found["selling"] == {
        "won": [],
        "customers": 3,
        "conversations": 1,
        "due": 0,
        "versions": [1, 2],
        "agreed": [],
        "in_force": 1,
        "read": [0, 40],
        "deals": 41,
        "summaries": [2, 3],
        "owed": 1,
        "promises": 2,
        "standing": 1,
    }
