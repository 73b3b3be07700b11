"""The start page in a real browser: it fits wide and narrow windows, light, dark and on paper, and is quiet.

The browser is Debian's (``apt-get install chromium``) or what ``CHROMIUM`` names; without any the tests fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from closebook.apps.companies.models import Company
from closebook.apps.qbo.services.company import company_create
from closebook.apps.qbo.services.oauth import client_create
from closebook.transport import clock
from tests.web.books import sell

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "books"])

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
NAME = "The Company of a Verylongnamewithoutanyblanksinitthatwouldliketobreakthepageapart & Daughters"


@pytest.fixture
def address(client: Any, live_server: Any) -> str:
    """Return the address of a site with a sample company that has a long name and large figures."""
    books = company_create(NAME, "9130350000000001", now=clock.now())
    Company.objects.create(name=NAME, realm_id=books.realm_id, is_sample=True, created_at=clock.now())
    sell(client, client_create(books, now=clock.now()), clock.today(), "98765432.10")
    return str(live_server.url)


@contextmanager
def browser_page(width: int, scheme: str = "light") -> Iterator[tuple[Page, list[str]]]:
    """Open a page of a width; beside it the list of what the browser complains about."""
    assert CHROMIUM.exists(), f"There is no browser at {CHROMIUM}: apt-get install chromium, or set CHROMIUM."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page, complaints = context.new_page(), []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("requestfailed", lambda request: complaints.append(request.url))
        page.on("response", lambda answer: complaints.append(answer.url) if answer.status >= 400 else None)
        try:
            yield page, complaints
        finally:
            browser.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_sticks_out_to_the_side(address, tmp_path, width):
    with browser_page(width) as (page, complaints):
        page.goto(address)
        shot = page.screenshot(path=tmp_path / f"start-{width}.png", full_page=True)
        assert len(shot) > 10_000
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator("tr.total td:last-child").first.inner_text() == "98,765,432.10"
        right = page.evaluate(
            "Math.max(...[...document.querySelectorAll('main *')].map(e => e.getBoundingClientRect().right))"
        )
        assert right <= width
        assert not complaints


def test_the_stylesheet_is_in_force_and_dark_is_dark(address):
    grounds = []
    for scheme in ("light", "dark"):
        with browser_page(1280, scheme) as (page, complaints):
            page.goto(address)
            grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            assert not complaints
    assert grounds == ["rgb(251, 251, 249)", "rgb(21, 25, 23)"]


def test_the_keyboard_reaches_the_content_first_by_the_skip_link(address):
    with browser_page(1280) as (page, _complaints):
        page.goto(address)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.url.endswith("#content")


def test_on_paper_the_frame_is_gone(address):
    with browser_page(1280) as (page, _complaints):
        page.goto(address)
        page.emulate_media(media="print")
        assert not page.locator(".top").is_visible()
        assert page.locator(".statement").is_visible()
