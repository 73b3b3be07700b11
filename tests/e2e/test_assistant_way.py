"""Two people, a machine and a bank: from the posting to the bank line, with the same numbers all the way."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.e2e import assistant_way as way
from tests.e2e import pay_way as pay
from tests.e2e.agent_machine import LOOK, Machine, agent_started, watcher_made
from tests.e2e.conftest import closebook, environment, free_port, wait_for
from tests.e2e.moved_clock import MovedClock
from tests.e2e.screen import screen

HERE = Path(__file__).parent
TUESDAY = dt.datetime(2026, 11, 17, 8, tzinfo=dt.UTC).timestamp()
DAY = 86_400


@pytest.fixture
def moved(tmp_path):
    clock = MovedClock(tmp_path / "clock")
    clock.set(TUESDAY - DAY)
    return clock


@pytest.fixture
def moved_environment(tmp_path, moved):
    paths = [str(HERE / "moved"), str(HERE.parents[1]), os.environ.get("PYTHONPATH", "")]
    return {
        **environment(tmp_path / "home"),
        "CLOSEBOOK_TEST_CLOCK": str(moved.path),
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }


@pytest.fixture
def served(tmp_path, moved_environment):
    closebook(tmp_path / "home", "init")
    port = free_port()
    words = [sys.executable, "-m", "closebook", "serve", "--port", str(port)]
    process = subprocess.Popen(words, env=moved_environment)
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def desk(served, browser):
    contexts = [browser.new_context(locale="en-GB") for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(10_000)
    yield way.Desk(contexts[0].new_page(), contexts[1].new_page(), served)
    for context in contexts:
        context.close()


@pytest.fixture
def machine(tmp_path, monkeypatch, moved, moved_environment, desk):
    """A function that starts the agent as Ann's page says, on a screen of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with screen() as shown:
        running, locks = [], []

        def start(command):
            port = free_port()
            running.append(agent_started(tmp_path / "ann", moved_environment, port, command, shown.display))
            _answers(f"http://127.0.0.1:{port}/api/0/info")
            moved.set(moved.now(), 0)
            page, file = desk.ann.context.new_page(), tmp_path / "ann" / "agent.sqlite3"
            made = Machine(page, shown, moved, port, file, watcher_made(port))
            locks.append(made.watcher.instance.fp)
            return made

        yield start
        for process in running:
            process.terminate()
            process.wait(10)
        for lock in locks:
            lock.close()


def _answers(url):
    for _ in range(200):
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


@pytest.mark.xdist_group("e2e")
def test_from_the_posting_to_the_bank_line(desk, moved, machine):
    way.owner_begins(desk)
    hers = way.applied(desk, way.posted(desk))
    way.tried(desk, hers)
    way.joined(desk)
    way.agreed(desk)
    moved.set(TUESDAY)
    task = way.asked(desk)
    laptop = machine(way.machine_made(desk))
    timed = worked(laptop)
    moved.set(TUESDAY + DAY, 0)
    laptop.away(120)
    assert laptop.refused() == []
    assert "0 wait to be sent, 0 were refused." in laptop.says()
    moved.set(TUESDAY + DAY + 120)
    day = pay.day_seen(desk)
    assert abs(day["Sum"] - timed) <= 2 * LOOK
    assert set(day) == {"worked", "listed site", "Sum"}
    assert "said at the machine: work" in desk.ann.inner_text("main")
    deducted = pay.answered_and_ruled(desk)
    minutes, minor = pay.signed_and_approved(desk)
    assert abs(minutes - (day["Sum"] / 60 - deducted)) <= 1
    assert minor == (minutes * 2500 + 30) // 60
    assert pay.billed(desk) == (minutes, minor)
    way.delivered(desk, task)
    file, run = pay.paid_by_file(desk)
    paid, reference = pay.in_file(file)
    assert paid == minor
    plan = pay.booked(desk)
    assert f"0:{minutes:02d}" in plan
    assert pay.amounts_in(plan) == {minor}
    pay.bank_said(desk, minor, reference, run)
    assert "Each payment has ended." in desk.owner.inner_text("main")
    assert pay.amounts_in(pay.booked(desk)) == {minor}
    assert pay.amounts_in(pay.line_answered(desk)) == {minor}
    assert minor in pay.amounts_in(desk.ann_goes("pay/me/").locator("tbody").inner_text())
    assert minor in pay.amounts_in(desk.owner_goes("statements/profit-and-loss/").inner_text("main"))


def worked(laptop):
    """A morning: work, four minutes away that were a break, work with a visit to each listed site.

    Returns the seconds that the timer ran: it is paused from the last input on.
    """
    laptop.clock.step(0)
    laptop.press("Start")
    laptop.work(180)
    laptop.away(240)
    laptop.back()
    assert "What was this time?" in laptop.says()
    laptop.press("Break")
    laptop.work(60)
    laptop.work(90, "www.facebook.com")
    laptop.work(90)
    laptop.work(90, "www.reddit.com")
    laptop.work(40)
    laptop.work(90, "news.example")
    assert "news.example is a listed site. Is it work for this task?" in laptop.says()
    laptop.press("It is work")
    laptop.work(40)
    laptop.press("Stop")
    return 175 + 5 + 60 + 90 + 90 + 90 + 40 + 90 + 40
