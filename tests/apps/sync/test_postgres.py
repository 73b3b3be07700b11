"""The whole way on PostgreSQL, in processes of its own: books, memory and work engine in one database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.apps.sync.harness import SHOP
from tests.conftest_postgres import PostgresServer


class Machine:
    """Runs commands in processes that know only a data folder and a database's address."""

    def __init__(self, folder: Path, url: str) -> None:
        left_out = {"DJANGO_SETTINGS_MODULE", "CLOSEBOOK_HOME", "DATABASE_URL"}
        self.url = url
        self.environ = {name: value for name, value in os.environ.items() if name not in left_out}
        self.environ |= {"CLOSEBOOK_HOME": str(folder), "DATABASE_URL": url}

    def json(self, *words: object) -> Any:
        command = [sys.executable, "-m", "closebook", *map(str, words), "--json"]
        done = subprocess.run(
            command, env=self.environ, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)


@pytest.fixture
def machine(tmp_path: Path, postgres_server: PostgresServer) -> Machine:
    name = postgres_server.make_database()
    reach = postgres_server.settings(name)
    port = f":{reach['PORT']}" if reach["PORT"] else ""
    return Machine(tmp_path, f"postgresql://{reach['USER']}@{port}/{name}?host={reach['HOST']}")


def test_a_shop_is_synchronised_proved_and_taken_back_on_postgresql(machine, shop_files):
    assert machine.json("init")["company"] == "My company"
    machine.json("connect", "etsy", SHOP)
    january = [path for path in shop_files if "2026_1" in path.name or "2026-1" in path.name]
    run = machine.json("sync", SHOP, *january, "--yes")["run"]
    assert run["state"] == "done"
    assert all(proof["holds"] for proof in run["proofs"])
    undone = machine.json("undo", run["run"], "--yes")
    assert undone["state"] == "done"
    assert undone["proofs"][1] == {
        "holds": True,
        "text": "The trial balance is what it was before the run, to the cent.",
    }
    assert machine.json("prove")["holds"]
    assert not list(Path(machine.environ["CLOSEBOOK_HOME"]).glob("*.sqlite3"))
