"""A long form in a real browser: a session that ends, a double click, two tabs; nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from tests.e2e.conftest import OWNER, PASSWORD, Visit

ENTRY = "documents/journalentry/new/"
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


@pytest.mark.xdist_group("e2e")
def test_a_session_that_ends_costs_nothing_that_was_typed(visit: Visit):
    company, page = company_of(visit), visit.page
    before = entries(visit, company)
    memo = f"typed at {page.viewport_size['width']}"
    visit.goto(company + ENTRY)
    fill(visit, memo)
    page.wait_for_timeout(500)
    page.context.clear_cookies(name="closebook_session")
    page.context.clear_cookies(name="sessionid")
    page.click("main form .actions button.button:not([name])")
    page.wait_for_url("**/accounts/login/**")
    page.fill("[name=login]", OWNER)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button[type=submit], main form button.button")
    page.wait_for_url(f"**{ENTRY}")
    page.wait_for_load_state("networkidle")
    assert page.input_value("[name=memo]") == memo
    assert page.input_value("[name=lines-7-credit]") == "1,234.50"
    assert "0.00" in page.inner_text("#sums div:last-child")
    page.dblclick("main form .actions button.button:not([name])")
    page.wait_for_url(MADE)
    assert entries(visit, company) == before + 1


@pytest.mark.xdist_group("e2e")
def test_two_tabs_and_the_way_back(visit: Visit):
    company, page = company_of(visit), visit.page
    visit.goto(company + ENTRY)
    fill(visit, "first")
    page.click("main form .actions button.button:not([name])")
    page.wait_for_url(MADE)
    made, count = page.url, entries(visit, company)
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{made}change/")
    page.fill("[name=memo]", "of the first tab")
    page.click("main form .actions button.button:not([name])")
    page.wait_for_url(made)
    other.fill("[name=memo]", "of the second tab")
    other.click("main form .actions button.button:not([name])")
    other.wait_for_load_state("networkidle")
    shown = other.inner_text("main")
    assert "of the first tab" in shown
    assert "of the second tab" in shown
    other.close()
    page.go_back()
    page.wait_for_load_state("networkidle")
    assert entries(visit, company) == count
