"""Makes the pictures of the first ten minutes: ``python -m tests.e2e.film docs/film``.

Three languages, wide and narrow, each with a shop of its own on one site, each undone at the end. Pictures
are looked at before they are kept; docs/first-ten-minutes.md shows them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.conftest import CHROMIUM, OWNER, PASSWORD, closebook, environment, free_port, wait_for
from tests.e2e.first_minutes import first_minutes

LANGUAGES = {"en": "en-GB", "nl": "nl-NL", "zh": "zh-CN"}
WIDTHS = (1280, 360)
SHOPS = {"en": "Quill prints", "nl": "Veer & Papier", "zh": "羽毛纸品"}
STEPS = frozenset({"3-files", "5-plan", "6-proof", "7-statement", "8-undo", "9-undone"})
"""The telling steps; pictures of the others are not kept."""


def film(folder: Path) -> None:
    """Write a picture of each step into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="closebook-film-"))
    closebook(home, "sample", "--rows", "2400")
    files = sorted(str(p) for p in (home / "sample").glob("*.csv") if p.stem.endswith(("_2025_1", "2025-1")))
    port = free_port()
    command = [sys.executable, "-m", "closebook", "serve", "--port", str(port)]
    served = subprocess.Popen(command, env=environment(home))
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            for word, locale in LANGUAGES.items():
                for width in WIDTHS:  # before there is an owner
                    page = browser.new_page(viewport={"width": width, "height": 800}, locale=locale)
                    page.goto(f"{url}/welcome/")
                    page.screenshot(path=folder / f"{word}-{width}-0-owner.jpg", type="jpeg", quality=60)
                    page.close()
            for word, locale in LANGUAGES.items():
                for width in WIDTHS:
                    context = browser.new_context(viewport={"width": width, "height": 800}, locale=locale)
                    page = context.new_page()
                    enter(page, url)
                    company = page.url.removeprefix(url)

                    def shot(name: str, word: str = word, width: int = width, page: object = page) -> None:
                        path = folder / f"{word}-{width}-{name}.jpg"
                        if name in STEPS:
                            page.screenshot(path=path, type="jpeg", quality=60)

                    first_minutes(
                        page, url, company, SHOPS[word] + ("" if width == WIDTHS[0] else " 2"), files, shot
                    )
                    context.close()
            browser.close()
    finally:
        served.terminate()
        served.wait(30)


def enter(page, url: str) -> None:
    """Make the owner the first time, sign in later; end on the home of the owner's own company."""
    page.goto(f"{url}/welcome/")
    if page.locator("[name=company]").count():
        page.fill("[name=username]", OWNER)
        page.fill("[name=password]", PASSWORD)
    else:
        page.goto(f"{url}/accounts/login/")
        page.fill("[name=login]", OWNER)
        page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_load_state("networkidle")
    page.goto(page.eval_on_selector(".menu li a[href^='/c/']", "first => first.href"))


if __name__ == "__main__":
    film(Path(sys.argv[1]))
