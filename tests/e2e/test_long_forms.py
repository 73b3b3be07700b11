"""A long form in a real browser: a session that ends, a double click, two tabs; nothing typed is lost."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from tests.e2e.conftest import OWNER, PASSWORD, Visit

ENTRY = "documents/journalentry/new/"
SAVE = "main form .actions button.button:not([name])"
MADE = re.compile(r"/documents/journalentry/\d+/$")


def company_of(visit: Visit) -> str:
    visit.goto("/")
    address = visit.page.eval_on_selector(".menu a[href^='/c/']", "link => link.getAttribute('href')")
    return str(address)


def fill(visit: Visit, memo: str) -> None:
    """Type a journal entry whose last line stands beyond those of an empty form."""
    page = visit.page
    page.click("button[name=more]")
    page.wait_for_load_state("networkidle")
    page.fill("[name=memo]", memo)
    for line, side, account in ((0, "debit", "Checking"), (7, "credit", "Owner's Investment")):
        page.fill(f"[name=lines-{line}-account]", account)
        page.fill(f"[name=lines-{line}-{side}]", "1,234.50")


def entries(visit: Visit, company: str) -> int:
    visit.goto(f"{company}other-documents/?kind=JournalEntry")
    return int(visit.page.locator("table.list tbody tr").count())


def sign_in(visit: Visit) -> None:
    visit.page.fill("[name=login]", OWNER)
    visit.page.fill("[name=password]", PASSWORD)
    visit.page.click("main form button[type=submit], main form button.button")


def end_session(visit: Visit, how: str) -> None:
    """End the session: its cookie is lost, or the server forgets it unseen."""
    context = visit.page.context
    cookie = next(one for one in context.cookies() if one["name"] == "sessionid")
    if how == "cookie":
        context.clear_cookies(name="sessionid")
        return
    with closing(sqlite3.connect(visit.site.home / "closebook.sqlite3", timeout=20)) as database, database:
        gone = database.execute("DELETE FROM django_session WHERE session_key = ?", [cookie["value"]])
        assert gone.rowcount == 1


@pytest.mark.xdist_group("e2e")
@pytest.mark.parametrize("how", ["cookie", "server"])
def test_a_session_that_ends_costs_nothing_that_was_typed(visit: Visit, how: str):
    visit.page.context.clear_cookies(name="sessionid")  # a session of its own, not that of the other tests
    visit.goto("/accounts/login/")
    sign_in(visit)
    visit.page.wait_for_url("**/c/*/")
    company, page = company_of(visit), visit.page
    before = entries(visit, company)
    memo = f"typed until the {how} ended it at {page.viewport_size['width']}"
    visit.goto(company + ENTRY)
    fill(visit, memo)
    page.wait_for_timeout(500)
    end_session(visit, how)
    page.click(SAVE)
    page.wait_for_url("**/accounts/login/**")
    sign_in(visit)
    page.wait_for_url(f"**{ENTRY}")
    page.wait_for_load_state("networkidle")
    assert page.input_value("[name=memo]") == memo
    assert page.input_value("[name=lines-7-credit]") == "1,234.50"
    assert "0.00" in page.inner_text("#sums div:last-child")
    page.dblclick(SAVE)
    page.wait_for_url(MADE)
    assert entries(visit, company) == before + 1


@pytest.mark.xdist_group("e2e")
def test_two_tabs_and_the_way_back(visit: Visit):
    company, page = company_of(visit), visit.page
    visit.goto(company + ENTRY)
    fill(visit, "first")
    page.click(SAVE)
    page.wait_for_url(MADE)
    made, count = page.url, entries(visit, company)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{made}change/")
    page.fill("[name=memo]", "of the first tab")
    page.click(SAVE)
    page.wait_for_url(made)
    other.fill("[name=memo]", "of the second tab")
    other.click(SAVE)
    other.wait_for_load_state("networkidle")
    shown = other.inner_text("main")
    assert "of the first tab" in shown
    assert "of the second tab" in shown
    other.close()
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert entries(visit, company) == count


@pytest.mark.xdist_group("e2e")
def test_back_after_saving_and_saving_again_leads_to_what_was_made(visit: Visit):
    company, page = company_of(visit), visit.page
    visit.goto(company + ENTRY)
    fill(visit, "saved once")
    page.click(SAVE)
    page.wait_for_url(MADE)
    made, count = page.url, entries(visit, company)
    visit.goto(company + ENTRY)
    fill(visit, "saved twice")
    page.click(SAVE)
    page.wait_for_url(MADE)
    second = page.url
    assert second != made
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert page.input_value("[name=memo]") == "saved twice"
    page.fill("[name=memo]", "changed on the way back")
    page.click(SAVE)
    page.wait_for_url(second)
    assert "This form was saved before" in page.inner_text("#messages")
    assert entries(visit, company) == count + 1
