"""How fast records reach QuickBooks Online within its limits: a real run over real HTTP, against an embedded
company that keeps the documented limits (500 requests and 40 batches a minute, 10 starts a second) and
answers after 0.2 to 1.5 s.

``python -m benchmarks.push [--seconds 180] [--rows 16000] [--kills 1]`` prints entities a minute as a share
of the 1,660 that the limits allow, and how often the server said "too many". Then the sender is killed with
``kill -9`` and started again until all is written; every document must be in the books exactly once.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

SHOP, COMPANY = "Sample shop", "Sample company"
MOST_A_MINUTE = 1660
GOAL = 0.97
_MOVE = """
import json, sys
from closebook.cli.setup import load
load()
from closebook.apps.companies.models import Company
from closebook.apps.sync.models import BooksAccess
from closebook.apps.sync.services.access import access_save
keys = json.loads(sys.argv[1])
company = Company.objects.get(name="Sample company")
access_save(company, **{name: keys[name] for name in
            ("client_id", "client_secret", "refresh_token", "access_token")})
BooksAccess.objects.filter(company=company).update(base_url=keys["base_url"], realm_id=keys["realm_id"])
Company.objects.filter(pk=company.pk).update(embedded=False)
"""
_SEND = """
import time
from closebook.cli.setup import load
load()
from closebook.apps.sync.models import Run
from closebook.apps.sync.services import work
run = Run.objects.latest("pk")
work._holder = "worker push"  # as a worker is called again after it was started again
work.run_approve(run)
print("sending", flush=True)
while True:
    standing = work.advance(f"{run.pk}.1")
    if standing.finished:
        break
    time.sleep(standing.wait_seconds)
run.refresh_from_db()
print(run.state, run.reason, flush=True)
"""


class Home:
    """A data folder in which commands are run."""

    def __init__(self, folder: Path, **more: str) -> None:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("CLOSEBOOK_", "DATABASE_"))}
        self.folder = folder
        self.env = {
            **kept,
            "CLOSEBOOK_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "closebook.config.settings",
            **more,
        }

    def run(self, *words: str) -> dict:
        return json.loads(self.python("-m", "closebook", *words, "--json"))

    def python(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{words[:3]}: {done.stdout[-500:]}{done.stderr[-1500:]}")
        return done.stdout

    def rows(self, file: str, query: str) -> list:
        with closing(sqlite3.connect(self.folder / file, timeout=30)) as database:
            return database.execute(query).fetchall()


@contextmanager
def served(home: Home, port: int):
    """Serve a home with one process of many threads until the block ends."""
    command = [sys.executable, "-m", "gunicorn", "closebook.config.wsgi:application"]
    command += ["-b", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "24"]
    command += ["--access-logfile", str(home.folder / "access.log"), "--log-level", "warning"]
    process = subprocess.Popen(command, env=home.env, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/op/v1/jwks", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


def refusals(far: Home) -> Counter[str]:
    """Return how often each status was answered."""
    lines = (far.folder / "access.log").read_text().splitlines()
    return Counter(line.split('" ')[1].split(" ")[0] for line in lines if "/v3/company/" in line)


def confirmed(near: Home) -> int:
    query = "SELECT count(*) FROM sync_actionrow WHERE state = 'confirmed' AND kind = 'create'"
    return int(near.rows("closebook.sqlite3", query)[0][0])


def start(near: Home) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", _SEND], env=near.env, stdout=subprocess.PIPE, text=True)
    if process.stdout:
        process.stdout.readline()
    return process


def measured(near: Home, seconds: float, warm: int) -> tuple[subprocess.Popen[str], float, list[int]]:
    """Return the sender, its entities a minute over the time after the lists were made, and its minutes."""
    sender = start(near)
    while confirmed(near) < warm:
        time.sleep(0.2)
    began, first = time.monotonic(), confirmed(near)
    seen = [first]
    while time.monotonic() - began < seconds and sender.poll() is None:
        time.sleep(min(60.0, seconds))
        seen.append(confirmed(near))
    took = time.monotonic() - began
    return sender, (seen[-1] - first) * 60 / took, [later - before for before, later in pairwise(seen)]


def prove(far: Home, near: Home) -> list[str]:
    """Return what is wrong in the books afterwards, a line each."""
    twice = far.rows(
        "books.sqlite3",
        "SELECT json_extract(body, '$.PrivateNote') AS memo, count(*) FROM books_record"
        " WHERE deleted_at IS NULL AND memo LIKE '%[closebook %' GROUP BY memo HAVING count(*) > 1",
    )
    there = far.rows(
        "books.sqlite3",
        "SELECT count(*) FROM books_record WHERE deleted_at IS NULL"
        " AND json_extract(body, '$.PrivateNote') LIKE '%[closebook %'",
    )[0][0]
    kinds = "('ledger-account', 'customer', 'vendor', 'item')"
    wanted = near.rows(
        "closebook.sqlite3",
        f"SELECT count(*) FROM sync_actionrow WHERE kind = 'create' AND what NOT IN {kinds}",
    )[0][0]
    wrong = [f"{memo} is in the books {count} times." for memo, count in twice]
    if there != wanted:
        wrong.append(f"The books hold {there} documents; {wanted} were planned.")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--rows", type=int, default=16_000)
    parser.add_argument("--warm", type=int, default=60)
    parser.add_argument("--kills", type=int, default=1)
    parser.add_argument("--delay", default="0.2-1.5")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="closebook-far-") as far_folder,
        tempfile.TemporaryDirectory(prefix="closebook-near-") as near_folder,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        port = listener.getsockname()[1]
        listener.close()
        far = Home(
            Path(far_folder),
            CLOSEBOOK_BASE_URL=f"http://127.0.0.1:{port}",
            CLOSEBOOK_DEBUG="1",
            CLOSEBOOK_THROTTLE="1",
            CLOSEBOOK_FAULTS=f"seed=1,rate=0,delay={options.delay}",
        )
        near = Home(Path(near_folder))
        far.run("init", "--company", "Far", "--currency", "USD")
        keys = far.run("keys", "--company", "Far")
        with served(far, port):
            near.run("init")
            made = near.run("sample", "--rows", str(options.rows))
            near.python("-c", _MOVE, json.dumps(keys))
            near.run("pull", SHOP, *made["files"])
            planned = near.run("plan", SHOP)
            print(f"{planned['total']} actions are planned", flush=True)
            sender, rate, minutes = measured(near, options.seconds, options.warm)
            throttled = refusals(far)["429"]
            print(f"{rate:.0f} entities a minute, {rate / MOST_A_MINUTE:.3f} of {MOST_A_MINUTE}; {minutes}")
            print(f"429 answers: {throttled}; all: {dict(refusals(far))}", flush=True)
            for _ in range(options.kills):
                sender.send_signal(signal.SIGKILL)
                sender.wait()
                sender = start(near)
                time.sleep(5)
            out, _err = sender.communicate()
            wrong = prove(far, near)
            throttled = refusals(far)["429"]
            print(f"the run: {out.strip()}; {confirmed(near)} made; 429 answers in all: {throttled}")
    print("\n".join(wrong) if wrong else "Every document is in the books exactly once.")
    return int(bool(wrong or throttled or rate < GOAL * MOST_A_MINUTE))


if __name__ == "__main__":
    sys.exit(main())
