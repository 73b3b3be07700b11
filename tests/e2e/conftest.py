"""A served Closebook with a sample company, and a browser signed in as its owner.

Nothing here outlives this package: while Playwright runs, Django refuses the database to other tests.

The browser is Debian's (``apt-get install chromium``) or what ``CHROMIUM`` names; without any the tests fail.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
# A function, not an expression: the site's policy lets no page evaluate a text a second time.
QUIET = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request')"
OWNER, PASSWORD = "owner", "a long and rare sentence"


@dataclass(frozen=True)
class Site:
    """A running site: its address and its data folder."""

    url: str
    home: Path

    @property
    def files(self) -> list[str]:
        return sorted(str(path) for path in (self.home / "sample").glob("*.csv"))


@dataclass
class Visit:
    """A page in the browser, and what it complained about."""

    page: Page
    site: Site
    complaints: list[str] = field(default_factory=list)

    def goto(self, path: str) -> None:
        self.page.goto(self.site.url + path)
        self.page.wait_for_function(QUIET)


def closebook(home: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "closebook", *words],
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"


def environment(home: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CLOSEBOOK_", "DATABASE_"))
    }
    # Plans are made while their page waits, so that what a page shows does not depend on the worker's pace.
    return {**kept, "CLOSEBOOK_HOME": str(home), "CLOSEBOOK_SMALL_ROWS": "100000"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def wait_for(url: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=10).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("home")
    closebook(home, "sample", "--rows", "320")
    files = sorted(str(path) for path in (home / "sample").glob("*.csv"))
    closebook(home, "sync", "Sample shop", *files, "--yes")
    port = free_port()
    served = subprocess.Popen(
        [sys.executable, "-m", "closebook", "serve", "--port", str(port)], env=environment(home)
    )
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield Site(f"http://127.0.0.1:{port}", home)
    finally:
        served.terminate()
        served.wait(30)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert CHROMIUM.exists(), f"There is no browser at {CHROMIUM}: apt-get install chromium, or set CHROMIUM."
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield found
        found.close()


@pytest.fixture(scope="package")
def cookies(site: Site, browser: Browser) -> list[dict[str, object]]:
    """Return the cookies of the owner, who is made by the first-run page."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/welcome/")
    page.fill("[name=username]", OWNER)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/c/*/")
    found = context.cookies()
    context.close()
    return list(found)


@pytest.fixture(params=[1280, 360])
def visit(request: pytest.FixtureRequest, site: Site, browser: Browser, cookies: list) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="en-GB")
    context.add_cookies(cookies)
    made = Visit(context.new_page(), site)
    page, complaints = made.page, made.complaints
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda failed: complaints.append(failed.url))
    page.on(
        "response",
        lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    page.on(
        "request",
        lambda sent: (
            complaints.append(f"foreign {sent.url}")
            if not sent.url.startswith((site.url, "data:", "blob:"))
            else None
        ),
    )
    yield made
    context.close()
