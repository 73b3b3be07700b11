"""The agent's process asks about a listed site on the desktop with buttons; a click there is the answer."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import subprocess
import sys
import time

import httpx2
import pytest

from closebook.agent.words import ACT_WORDS, word
from tests.agent.desktop import desktop
from tests.agent.test_sites import claims, rule, tells

QUESTION = "facebook.com is a listed site. Is it work for this task?"


@contextlib.contextmanager
def process(company, home, **more):
    """Yield the address of ``closebook agent run`` that speaks to a company."""
    company.told = tells(rule(tolerance=1000))
    env = {
        **os.environ, "CLOSEBOOK_HOME": str(home), "CLOSEBOOK_AGENT_TOKEN": "cb_secret", "LANG": "en_GB",
        **more,
    }  # fmt: skip
    env.pop("DISPLAY", None)
    words = [sys.executable, "-u", "-m", "closebook", "agent", "run", "--server", company.url, "--port", "0"]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as running:
        try:
            yield re.search(r"http://127.0.0.1:(\d+)/", running.stdout.readline())
        finally:
            running.terminate()
            running.stdout.close()


def worked_on(port: int, seconds: float = 8) -> None:
    """Start the timer on the agent's page, and show a listed site as a watcher tells it."""
    at = f"http://127.0.0.1:{port}"
    secret = re.search(r'name="secret" value="([^"]+)"', httpx2.get(f"{at}/closebook/").text)[1]
    httpx2.post(f"{at}/closebook/do", data={"secret": secret, "act": "start", "task": "1"})
    begins = time.monotonic()
    while time.monotonic() - begins < seconds:
        for bucket, type_, data in (
            ("web", "web.tab.current", {"url": "https://facebook.com/"}),
            ("window", "currentwindow", {"app": "firefox"}),
        ):
            api = f"{at}/api/0/buckets/{bucket}"
            httpx2.post(api, json={"type": type_, "client": "test", "hostname": "laptop"})
            event = {"timestamp": dt.datetime.now(dt.UTC).isoformat(), "duration": 0, "data": data}
            assert httpx2.post(f"{api}/heartbeat?pulsetime=80", json=event).status_code == 200
        time.sleep(0.5)


def waited(found, seconds: float = 20):
    """Return what is found, as soon as there is something."""
    until = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < until:
        time.sleep(0.1)
    return value


def test_a_button_on_the_desktop_answers(company, tmp_path):
    with desktop() as shown, process(company, tmp_path, DBUS_SESSION_BUS_ADDRESS=shown.address) as address:
        worked_on(int(address[1]))
        sign = shown.notice()
        assert (sign["text"], sign["timeout"]) == ("The timer runs: Mail", 0)
        notice = shown.notice()
        assert notice["text"] == QUESTION
        buttons = [words for words in notice["actions"].values() if words]
        assert buttons == ["It is work", "It is not work", "A break from now on"]
        shown.press(notice, "It is work")
        [claim] = waited(lambda: claims(company))
        shown.press(sign, "Break")
        assert shown.notice()["text"] == "The timer is paused: Mail"
        assert waited(lambda: "timer/pause" in company.order)
    assert claim[2:] == ("work", "poor")


def test_without_a_desktop_a_small_program_says_it(company, tmp_path):
    said = tmp_path / "said"
    program = tmp_path / "notify-send"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {said}.new && mv {said}.new {said}\n')
    program.chmod(0o700)
    nowhere, path = f"unix:path={tmp_path}/none", f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    with process(company, tmp_path, DBUS_SESSION_BUS_ADDRESS=nowhere, PATH=path) as address:
        worked_on(int(address[1]))
        assert waited(said.exists)
        assert waited(lambda: QUESTION in said.read_text())
    assert said.read_text().splitlines() == ["--app-name=Closebook", "--", "Closebook", QUESTION]


@pytest.mark.parametrize("act", sorted(set(ACT_WORDS) - {"stop"}))
def test_every_button_has_its_words_in_three_languages(act):
    assert len({word(ACT_WORDS[act], language) for language in ("en", "nl", "zh")}) == 3
