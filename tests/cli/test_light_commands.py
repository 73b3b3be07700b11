"""What a command does not need it does not load: most of a quick command's time is that of its imports."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_ENGINE = frozenset({"dbos", "sqlalchemy", "psycopg"})
_SCRIPT = """
import sys
from closebook.cli.main import run
code = run(sys.argv[1:])
print("\\n".join(sys.modules))
sys.exit(code)
"""
_READING = _ENGINE | {"httpx2", "lark", "closebook.apps.qbo.dispatch", "closebook.connectors.registry"}
_NOTHING_NEW = _ENGINE | {
    "lark",
    "closebook.web.views",
    "closebook.apps.books.selectors.statements",
    "closebook.connectors.registry",
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Return a function from the words of a command to the names of the modules that it loads, where a
    company with a connected shop stands in a data folder.
    """
    env = {**os.environ, "CLOSEBOOK_HOME": str(tmp_path_factory.mktemp("home"))}
    env.pop("DATABASE_URL", None)

    def run(*words: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, *words], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return set(done.stdout.splitlines())

    run("init")
    run("connect", "etsy", "Quill prints")
    return run


@pytest.mark.parametrize("words", [("runs",), ("statement", "trial-balance")])
def test_a_command_that_reads_loads_neither_engine_nor_protocol(loaded, words):
    assert not _READING & loaded(*words)


@pytest.mark.parametrize("more", [(), ("--yes", "--json")])
def test_a_sync_with_nothing_new_loads_the_protocol_alone(loaded, more):
    names = loaded("sync", "Quill prints", *more)
    assert "closebook.apps.qbo.dispatch" in names
    assert not _NOTHING_NEW & names
