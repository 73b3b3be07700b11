"""A salesperson's day on a phone and a manager's week on a desk, in three languages, in a real browser.

``SHOTS=FOLDER`` writes a picture of each step.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import OWNER, PASSWORD, Site, environment
from tests.e2e.selling_days import Desk, a_day, a_week, collects, into_the_books

LANGUAGES = {"en": "en-GB", "nl": "nl-NL", "zh": "zh-CN"}
HIRED = """
import django; django.setup()
from closebook.apps.companies.models import Company, Membership, Person, Role
company = Company.objects.get(realm_id={realm!r})
person = Person.objects.create_user({name!r}, password={password!r})
Membership.objects.create(person=person, company=company, role=Role.SALESPERSON)
"""


class Room:
    """Browsers of one language, and what they complained about."""

    def __init__(self, browser: Browser, site: Site, word: str) -> None:
        self.browser, self.site, self.word = browser, site, word
        self.complaints: list[str] = []
        self.contexts: list = []

    def desk(self, cookies: list, width: int, company: str) -> Desk:
        context = self.browser.new_context(
            viewport={"width": width, "height": 800}, locale=LANGUAGES[self.word]
        )
        context.set_default_timeout(10_000)
        context.add_cookies(cookies)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("response", lambda one: self.complaints.append(one.url) if one.status >= 400 else None)

        def shot(name: str) -> None:
            if folder := os.environ.get("SHOTS"):
                Path(folder).mkdir(parents=True, exist_ok=True)
                path = Path(folder) / f"{self.word}-{name}.png"
                page.screenshot(path=path, full_page=True)

        return Desk(page, self.site.url, company, shot)

    def signed_in(self, name: str) -> list:
        """Return the cookies of somebody who signs in on a phone."""
        context = self.browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        page.goto(f"{self.site.url}/accounts/login/")
        page.fill("[name=login]", name)
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.locator("main form button.button").first.click()
        found = list(context.cookies())
        context.close()
        return found


@pytest.fixture
def room(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Room]:
    made = Room(browser, site, request.param)
    yield made
    for context in made.contexts:
        context.close()


def hired(site: Site, company: str, name: str) -> None:
    number = company.strip("/").split("/")[-1]
    code = HIRED.replace("realm_id={realm!r}", f"pk={number}").format(name=name, password=PASSWORD)
    settings = {"DJANGO_SETTINGS_MODULE": "closebook.config.settings"}
    subprocess.run([sys.executable, "-c", code], env=environment(site.home) | settings, check=True)


@pytest.mark.xdist_group("e2e")
@pytest.mark.parametrize("room", list(LANGUAGES), indirect=True)
def test_a_day_on_the_road_and_a_week_at_the_desk(room: Room, cookies: list):
    company, seller = _company(room, cookies), f"ann-{room.word}"
    hired(room.site, company, seller)
    phone = room.desk(room.signed_in(seller), 360, company)
    wide = room.desk(cookies, 1280, company)
    deal, talk, _complaint = a_day(phone, f"Quill {room.word}")
    into_the_books(wide, deal)
    collects(phone)
    a_week(wide, talk, seller)
    assert room.complaints == []


def _company(room: Room, cookies: list) -> str:
    """Return the path of the first company of the owner, who is signed in."""
    context = room.browser.new_context()
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{room.site.url}/")
    found = page.url.removeprefix(room.site.url)
    context.close()
    assert OWNER
    return found
