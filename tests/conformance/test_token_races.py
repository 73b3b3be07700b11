"""Real processes that renew one login at a real server: at once, killed, and after the consent has ended."""

from __future__ import annotations

import datetime as dt
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.apps.sync.harness import copied
from tests.conformance.server import REALM, ROOT, Served

ROUNDS = 24
_SETUP = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "closebook.config.settings"
django.setup()
from closebook.apps.companies.models import Company
from closebook.apps.sync.services.access import access_save
from closebook.apps.sync.models import BooksAccess
from closebook.transport import clock
company = Company.objects.create(name="Far", realm_id="1", embedded=False, created_at=clock.now())
url, realm, client, secret, access, refresh = sys.argv[1:]
access_save(company, client_id=client, client_secret=secret, access_token=access, refresh_token=refresh)
BooksAccess.objects.update(base_url=url, realm_id=realm)
print(company.pk)
"""


class Office:
    """A data folder of ours whose company's books are at the server, and two processes at work in it."""

    def __init__(self, folder: Path, server: Served, answer) -> None:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("CLOSEBOOK_", "DATABASE_"))}
        self.environment = {**kept, "CLOSEBOOK_HOME": str(folder)}
        self.folder = folder
        keys = server.facts["client_id"], server.facts["client_secret"]
        words = [server.url, REALM, *keys, answer.access_token, answer.refresh_token]
        done = subprocess.run(
            [sys.executable, "-c", _SETUP, *words],
            env=self.environment, capture_output=True, text=True, cwd=ROOT, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        self.company = done.stdout.strip()
        self.processes = [self.start(), self.start()]

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.conformance.refresher", self.company]
        process = subprocess.Popen(
            command, env=self.environment, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout.readline() == "ready\n"
        return process

    def ask(self) -> None:
        for process in self.processes:
            process.stdin.write("go\n")
            process.stdin.flush()

    def survivor_says(self, number: int) -> str:
        """Return what a process says; when it waits for the claim of a dead one, that ends."""
        out = self.processes[number].stdout
        if not select.select([out], [], [], 2.0)[0]:
            self.forget_claim()
        return out.readline().strip()

    def kill(self, number: int) -> None:
        self.end(self.processes[number])

    @staticmethod
    def end(process: subprocess.Popen[str]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            pipe.close()

    def row(self) -> tuple:
        with closing(sqlite3.connect(self.folder / "closebook.sqlite3", timeout=20)) as ours:
            return ours.execute("SELECT generation, broken, refreshing FROM sync_booksaccess").fetchone()

    def forget_claim(self) -> None:
        """Let the claim of a killed process end, as a minute would."""
        with closing(sqlite3.connect(self.folder / "closebook.sqlite3", timeout=20)) as ours, ours:
            ours.execute("UPDATE sync_booksaccess SET refreshing_until = '2020-01-01 00:00:00'")


def day_later(server: Served) -> None:
    ago = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=25)).strftime("%Y-%m-%d %H:%M:%S")
    with closing(sqlite3.connect(server.folder / "books.sqlite3", timeout=20)) as books, books:
        books.execute("UPDATE qbo_grant SET refresh_changed_at = ?", (ago,))


def refreshes(server: Served) -> int:
    with closing(sqlite3.connect(server.folder / "books.sqlite3", timeout=20)) as books:
        return books.execute("SELECT count(*) FROM qbo_accesstoken").fetchone()[0]


@pytest.fixture
def office(server, endpoint, tables, tmp_path):
    made = Office(copied(tables, tmp_path), server, endpoint.exchange_code(server.take_code()))
    yield made
    for process in made.processes:
        made.end(process)


def test_two_processes_renew_once_and_a_killed_one_loses_nothing_unsaid(office, server):
    chance = random.Random(7)
    generation = 0
    for _ in range(ROUNDS):
        if chance.random() < 0.4:
            day_later(server)
        before = refreshes(server)
        office.ask()
        if chance.random() < 0.15:
            victim = chance.randrange(2)
            time.sleep(chance.uniform(0, 0.05))
            office.kill(victim)
            survivor = office.survivor_says(1 - victim)
            office.processes[victim] = office.start()
            broken = office.row()[1]
            assert (survivor == "ok") == (not broken)
            if broken:  # the process died with the only copy of the newest token: people were told
                break
        else:
            said = {process.stdout.readline().strip() for process in office.processes}
            assert said == {"ok"}
            # One asked; the other took what it got, unless it began after the first had ended.
            assert 1 <= refreshes(server) - before <= 2
        assert office.row()[0] > generation
        generation = office.row()[0]
    assert generation > 5


def test_an_ended_consent_is_said_and_asked_for_once(office, server):
    with closing(sqlite3.connect(server.folder / "books.sqlite3", timeout=20)) as books, books:
        last = books.execute("SELECT max(id) FROM qbo_grant").fetchone()[0]
        books.execute("UPDATE qbo_grant SET revoked_at = '2026-01-01' WHERE id = ?", (last,))
    office.ask()
    assert [process.stdout.readline().strip() for process in office.processes] == ["connection-ended"] * 2
    assert office.row()[1]
    with closing(sqlite3.connect(office.folder / "closebook.sqlite3")) as ours:
        told = ours.execute("SELECT count(*) FROM companies_auditevent WHERE action = 'books-login-ended'")
        assert told.fetchone()[0] == 1
