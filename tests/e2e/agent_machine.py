"""Ann's machine: the agent's process on a screen, its page, and an ActivityWatch client beside it."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from aw_client import ActivityWatchClient
from aw_core.models import Event
from playwright.sync_api import Page

from tests.e2e.assistant_way import goes
from tests.e2e.moved_clock import MovedClock
from tests.e2e.screen import Screen

LOOK = 5.0
"""Seconds between two looks of the agent."""
_WEB, _WINDOW = "aw-watcher-web-firefox_laptop", "aw-watcher-window_laptop"


@dataclass
class Machine:
    """What Ann touches: the screen's mouse, the agent's page, and the watchers that report to it."""

    page: Page
    screen: Screen
    clock: MovedClock
    port: int
    file: Path
    watcher: ActivityWatchClient

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/closebook/"

    def press(self, name: str, **typed: str) -> None:
        goes(self.page, self.address)
        for field, text in typed.items():
            self.page.fill(f"[name={field}]", text)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()

    def says(self) -> str:
        return str(goes(self.page, self.address).inner_text("body"))

    def work(self, seconds: float, host: str = "mail.example") -> None:
        """Move the mouse with a site in front, for so long by the moved clock."""
        for _ in range(int(seconds / LOOK)):
            self.screen.touch()
            self._beat(_WEB, 80, url=f"https://{host}/", title="Secret", audible=False, incognito=False)
            self._beat(_WINDOW, 60, app="firefox", title="Secret")
            self.clock.step(LOOK)

    def refused(self) -> list[tuple[str, str, str]]:
        """Return what the company's server took for no good: path, body and its answer."""
        with closing(sqlite3.connect(self.file)) as kept:
            return kept.execute("SELECT path, body, refused FROM queue WHERE refused != ''").fetchall()

    def away(self, seconds: float) -> None:
        """Touch nothing for so long by the moved clock."""
        for _ in range(int(seconds / LOOK)):
            self.clock.step(LOOK)

    def back(self) -> None:
        """Touch the mouse again."""
        self.screen.touch()
        self.clock.step(LOOK)

    def _beat(self, bucket: str, pulse: float, **data: object) -> None:
        at = dt.datetime.fromtimestamp(self.clock.now(), dt.UTC)
        self.watcher.heartbeat(bucket, Event(timestamp=at, duration=LOOK, data=data), pulsetime=pulse)


def agent_started(home, environment: dict[str, str], port: int, machine: dict[str, str], display: str):
    """Return the process of ``closebook agent run`` as the machine's page says to start it."""
    env = {
        **environment, "CLOSEBOOK_HOME": str(home), "CLOSEBOOK_AGENT_TOKEN": machine["token"],
        "CLOSEBOOK_TEST_WAITS": "1", "DISPLAY": display, "LANG": "en_GB.UTF-8", "WAYLAND_DISPLAY": "",
    }  # fmt: skip
    env.pop("WAYLAND_DISPLAY")
    words = ["agent", "run", "--server", machine["server"], "--port", str(port)]
    return subprocess.Popen([sys.executable, "-m", "closebook", *words], env=env)


def watcher_made(port: int) -> ActivityWatchClient:
    """Return the published client, with the two buckets of a browser in front."""
    made = ActivityWatchClient("aw-watcher-test", host="127.0.0.1", port=port)
    made.create_bucket(_WEB, "web.tab.current")
    made.create_bucket(_WINDOW, "currentwindow")
    return made
