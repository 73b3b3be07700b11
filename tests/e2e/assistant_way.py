"""What an owner and an assistant do on the pages, from the posting to the bank line, a function each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.e2e.conftest import PASSWORD, QUIET

COMPANY_IBAN, ANNS_IBAN = "NL91ABNA0417164300", "DE89370400440532013000"


@dataclass
class Desk:
    """Both people's browsers, the site's address and the company's path."""

    owner: Page
    ann: Page
    url: str
    at: str = ""

    def owner_goes(self, path: str) -> Page:
        return goes(self.owner, self.url + self.at + path)

    def ann_goes(self, path: str) -> Page:
        return goes(self.ann, self.url + self.at + path)


def goes(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_function(QUIET)
    return page


def press(page: Page, name: str) -> Page:
    """Press the first button that begins so, opening what it is folded into."""
    button = page.locator("main form button").filter(has_text=re.compile(rf"^\s*{name}")).first
    folded = button.locator("xpath=ancestor::details[not(@open)]")
    if folded.count():
        folded.first.locator("summary").first.click()
    with page.expect_navigation():
        button.click()
    page.wait_for_function(QUIET)
    assert not page.locator(".message.error, .errorlist").count(), page.inner_text("main")
    return page


def fill(page: Page, **typed: str) -> Page:
    """Fill fields by their names; a choice is named by its value."""
    for name, text in typed.items():
        field = page.locator(f"main [name={name}]:visible").first
        if field.evaluate("each => each.tagName") == "SELECT":
            field.select_option(text)
        else:
            field.fill(text)
    return page


def owner_begins(desk: Desk) -> None:
    page = goes(desk.owner, f"{desk.url}/welcome/")
    fill(page, username="owner", password=PASSWORD, company="Quill", currency="EUR")
    press(page, "")
    desk.at = page.url.removeprefix(desk.url)


def posted(desk: Desk) -> str:
    """Offer work; return its public address."""
    page = desk.owner_goes("hiring/new/")
    fill(page, title="Answer customers' mail", kind="email", hours_week="10", market="Europe")
    fill(page, description="Read the shop's mail each morning and answer what customers ask about orders.")
    fill(page, done_means="No mail of a customer is older than a day without an answer.")
    fill(page, low_minor="20", high_minor="30")
    press(page, "")
    press(page, "Open")
    return str(page.locator("dl.facts a").get_attribute("href"))


def applied(desk: Desk, address: str) -> str:
    """Apply as Ann does; return the address of her page."""
    page = goes(desk.ann, address)
    fill(page, name="Ann Droste", email="ann@example.com", country="Germany", wish_minor="25")
    fill(page, letter="I answered mail for two shops and like short, friendly letters.")
    press(page, "Apply")
    assert "/applied/" in page.url
    return page.url


def tried(desk: Desk, hers: str) -> None:
    """Do the paid trial, and take the offer that follows."""
    page = desk.owner_goes("hiring/")
    page.get_by_role("link", name="Answer customers' mail").click()
    page.get_by_role("link", name="Ann Droste").click()
    press(page, "Shortlist")
    person = page.url
    page.locator(".crumbs a").nth(1).click()
    page.get_by_role("link", name="Paid trial").click()
    page.check("[name=people]")
    fill(page, task="Answer these three letters.", price_minor="40")
    press(page, "Offer")
    trial = page.url
    for word in ("Take the trial", "Begin"):
        press(goes(desk.ann, hers), word)
    press(fill(desk.ann, text="Dear customer, your parcel left today."), "Deliver")
    page = goes(desk.owner, trial)
    press(fill(page, points="9"), "Score")
    goes(page, person).get_by_text("Make an offer").first.click()
    press(fill(page, reason="Clear and friendly letters."), "Make an offer")
    press(goes(desk.ann, hers), "Take the offer")


def joined(desk: Desk) -> None:
    page = desk.owner_goes("people/invitations/")
    press(fill(page, email="ann@example.com", role="assistant"), "")
    goes(desk.ann, page.input_value("#link"))
    press(fill(desk.ann, username="ann", name="Ann Droste", password=PASSWORD), "")


def agreed(desk: Desk) -> None:
    """Offer the contract with a listed site, and sign it on both sides."""
    page = desk.owner_goes("hiring/")
    page.get_by_role("link", name="Answer customers' mail").click()
    page.get_by_role("link", name="Ann Droste").click()
    page.get_by_role("link", name="Offer a contract").click()
    fill(page, zone="Europe/Berlin", starts_on="2026-11-16", evidence="presence-sites")
    fill(page, idle_policy="last-input")
    assert page.input_value("[name=hourly_minor]") == "25.00"
    press(page, "Sign and offer")
    for host in ("facebook.com", "reddit.com"):
        press(fill(desk.owner_goes("site-rules/new/"), value=host, tolerance="60"), "Add")
    page = fill(desk.owner_goes("site-rules/new/"), value="news.example", tolerance="60")
    page.check("main [name=ask]")
    press(page, "Add")
    page = desk.ann_goes("contracts/")
    page.get_by_role("link", name="Answer customers' mail").click()
    press(page, "I have read this, and sign")


def asked(desk: Desk) -> str:
    """Ask for a task, estimate it, agree, begin; return its path below the company."""
    page = desk.owner_goes("tasks/new/")
    fill(page, title="Mail of Tuesday", kind="email", description="Answer all mail that came since Monday.")
    press(fill(page, done_means="The inbox is empty."), "")
    path = page.url.removeprefix(desk.url + desk.at)
    press(fill(desk.ann_goes(path), low="10", likely="15", high="20"), "Estimate")
    press(desk.owner_goes(path), "Agree")
    press(desk.ann_goes(path), "Begin")
    return path


def delivered(desk: Desk, task: str) -> None:
    page = desk.ann_goes(task)
    page.fill("textarea[name=text]", "All answered.")
    press(page, "Deliver")
    press(desk.owner_goes(task), "Accept")


def machine_made(desk: Desk) -> dict[str, str]:
    """Add Ann's machine; return what its command says: the token and the server."""
    page = desk.ann_goes("machines/new/")
    press(fill(page, name="laptop"), "Show the command")
    token, server = re.fullmatch(
        r"CLOSEBOOK_AGENT_TOKEN=(\S+) closebook agent run --server (\S+)", page.input_value("#posix")
    ).groups()
    return {"token": token, "server": server}
