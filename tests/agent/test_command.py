"""The command on a machine: a process of its own, without the site, that a watcher finds at its port."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

_WORDS = """
import sys
from closebook.cli.main import run
code = run(sys.argv[1:])
print(sorted(name for name in sys.modules if name.split(".")[0] in {"django", "dbos", "sqlalchemy"}))
sys.exit(code)
"""


@pytest.fixture
def env(tmp_path):
    return {**os.environ, "CLOSEBOOK_HOME": str(tmp_path / "home"), "LANG": "nl_NL.UTF-8"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def asked(url, body=None):
    request = urllib.request.Request(url, body and json.dumps(body).encode())
    for _ in range(300):
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(url)


def test_the_agent_stands_at_its_port_and_speaks_the_persons_language(env):
    port = free_port()
    words = [sys.executable, "-m", "closebook", "agent", "run", "--port", str(port)]
    with subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            address = f"http://127.0.0.1:{port}"
            assert json.loads(asked(f"{address}/api/0/info"))["hostname"]
            beat = {"timestamp": "2026-03-02T09:00:00Z", "data": {"status": "afk"}}
            asked(f"{address}/api/0/buckets/aw-watcher-afk_x/heartbeat?pulsetime=185", beat)
            assert "De timer is gestopt" in asked(f"{address}/closebook/")
        finally:
            running.terminate()


def test_an_export_is_reckoned_without_the_site(env, tmp_path):
    event = {"timestamp": "2026-03-02T09:00:00Z", "duration": 1800, "data": {"status": "not-afk"}}
    away = {"timestamp": "2026-03-02T09:30:00Z", "duration": 900, "data": {"status": "afk"}}
    bucket = {"type": "afkstatus", "hostname": "laptop", "events": [away, event]}
    export = tmp_path / "export.json"
    export.write_text(json.dumps({"buckets": {"aw-watcher-afk_laptop": bucket}}))
    words = [
        "agent",
        "reckon",
        str(export),
        "2026-03-02T10:00:00+01:00",
        "2026-03-02T11:00:00+01:00",
        "--json",
    ]
    done = subprocess.run(
        [sys.executable, "-c", _WORDS, *words], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    facts, modules = done.stdout.strip().rsplit("\n", 1)
    assert json.loads(facts)["ms"] == {"worked": 1_800_000, "idle": 900_000, "unknown": 900_000}
    assert modules == "[]"
