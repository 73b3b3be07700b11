"""The bank and matching on PostgreSQL: in a process of its own, as a self-hoster runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.apps.sync.test_postgres import Machine, machine  # noqa: F401 - a fixture
from tests.jobs.processes import ROOT


def test_lines_are_answered_and_lists_matched_on_postgresql(machine: Machine):  # noqa: F811
    machine.json("init")
    known = {**os.environ, **machine.environ, "DJANGO_SETTINGS_MODULE": "closebook.config.settings"}
    command = [sys.executable, "-m", "tests.apps.bank.on_postgres"]
    done = subprocess.run(
        command, env=known, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["vendor"] == "postgresql"
    assert found["bank"] == {
        "lines": 2,
        "written": -1550,
        "left_while_closed": 2,
        "states": {"undone": 2},
        "ids": 2,
        "after": 0,
    }
    assert found["matching"] == {
        "reading": "done",
        "twice": "partner-taken",
        "undone": 2,
        "states": ["open", "open"],
    }
