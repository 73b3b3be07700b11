"""The real embedded company behind a real web server, in a process and a data folder of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REALM = "9130350000000001"
_SETUP = Path(__file__).with_name("setup_company.py")


@dataclass(frozen=True)
class Served:
    """A running server: address, folder, keys and codes of the set-up, environment of the process."""

    url: str
    folder: Path
    facts: dict[str, Any]
    environment: dict[str, str]

    @property
    def api(self) -> str:
        return f"{self.url}/v3"

    def take_code(self, realm: str = REALM) -> str:
        """Return a code of a consent for a company that was not used yet."""
        return str(self.facts["codes"][realm].pop())

    @property
    def discovery(self) -> str:
        return f"{self.url}/.well-known/openid_configuration"


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CLOSEBOOK_", "DATABASE_"))
    }
    return {
        **kept,
        "CLOSEBOOK_HOME": str(folder),
        "CLOSEBOOK_BASE_URL": f"http://127.0.0.1:{port}",
        "CLOSEBOOK_DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "closebook.config.settings",
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Set up a company in a folder, whose tables may be there already, and serve it until the block ends."""
    port = _free_port()
    environment = _environment(folder, port)
    done = subprocess.run(
        [sys.executable, str(_SETUP), REALM],
        env=environment,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"set-up failed: {done.stderr[-2000:]}")
    facts = json.loads(done.stdout.strip().splitlines()[-1])
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "closebook.config.wsgi:application",
        "-b",
        f"127.0.0.1:{port}",
    ]
    command += ["--worker-class", "gthread", "--threads", "4", "--log-level", "warning"]
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
    try:
        _await(f"http://127.0.0.1:{port}/.well-known/openid_configuration", process, folder)
        yield Served(f"http://127.0.0.1:{port}", folder, facts, environment)
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _await(url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start: {(folder / 'server.log').read_text()[-2000:]}")
