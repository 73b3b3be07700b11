"""``closebook serve``: the site and a worker, each a process, both watched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from types import FrameType

from closebook.cli.output import print_line, print_note
from closebook.cli.setup import load_current
from closebook.core.errors import InputError
from closebook.transport import clock

_RESTART_SECONDS = 1
_GIVE_UP_AFTER = 5


@dataclass(slots=True)
class _Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started: float = field(default=0.0)

    def start(self) -> None:
        self.started = clock.monotonic_seconds()
        self.process = subprocess.Popen(self.command)  # noqa: S603 - our own programs

    def watch(self) -> bool:
        """Start the process again when it ended; False when it keeps failing at once."""
        if self.process is None or self.process.poll() is None:
            return True
        lived = clock.monotonic_seconds() - self.started
        self.failures = 1 if lived > 30 else self.failures + 1
        if self.failures >= _GIVE_UP_AFTER:
            return False
        print_note(f"The {self.name} ended with {self.process.returncode}; it is started again.")
        clock.sleep_seconds(_RESTART_SECONDS)
        self.start()
        return True

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()


def serve(*, port: int = 8000, host: str = "127.0.0.1", threads: int = 8) -> int:
    """Serve the site, the protocol and a worker until interrupted.

    Parameters
    ----------
    port: Port to listen on.
    host: Address to listen on; keep 127.0.0.1 unless a reverse proxy with TLS stands in front.
    threads: Requests answered at the same time.
    """
    if not 0 < port < 65536:
        raise InputError("not-a-port", f"{port} is not a port.", remedy="Choose one from 1 to 65535.")
    load_current()
    os.environ["CLOSEBOOK_BASE_URL"] = os.environ.get("CLOSEBOOK_BASE_URL", f"http://{host}:{port}")
    web = [sys.executable, "-m", "gunicorn", "closebook.config.wsgi:application", "--bind", f"{host}:{port}"]
    web += [
        "--config",
        "python:closebook.config.server",
        "--worker-class",
        "gthread",
        "--threads",
        str(threads),
        "--log-level",
        "warning",
        "--no-control-socket",
    ]
    children = [_Child("site", web), _Child("worker", [sys.executable, "-m", "closebook", "worker"])]
    print_line(f"Closebook answers at http://{host}:{port}/ (stop with Ctrl-C).")
    return _supervise(children)


def _supervise(children: list[_Child]) -> int:
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for child in children:
        child.start()
    code = 0
    while not stopping:
        clock.sleep_seconds(0.3)
        failed = [child.name for child in children if not stopping and not child.watch()]
        if failed:
            print_note(f"The {failed[0]} cannot be started; its own message stands above.")
            code = 1
            break
    for child in children:
        child.stop()
    return code
