"""A salesperson's day on a phone and a manager's week on a desk, step by step, in whatever language.

Nothing is found by its words: the steps know fields, addresses and places only. ``shot`` hears each step's
name.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page

from tests.e2e.conftest import QUIET

Shot = Callable[[str], object]
MAIN = "main form[method=post] .actions button.button"


class Desk:
    """One person's page at one company; each step ends on a page that stands still."""

    def __init__(self, page: Page, url: str, company: str, shot: Shot) -> None:
        self.page, self.url, self.company, self.shot = page, url, company, shot

    def goes(self, path: str, name: str = "") -> Page:
        self.page.goto(f"{self.url}{self.company}{path}")
        self.page.wait_for_function(QUIET)
        self._seen(name)
        return self.page

    def sends(self, button: str | Locator = MAIN, name: str = "") -> str:
        """Press a button of a form, and return the address of the page that follows."""
        found = self.page.locator(button).first if isinstance(button, str) else button
        with self.page.expect_navigation():
            found.click()
        self.page.wait_for_function(QUIET)
        assert not self.page.locator(".errorlist").count(), self.page.locator(".errorlist").all_inner_texts()
        self._seen(name)
        return self.page.url.removeprefix(self.url + self.company)

    def fills(self, **typed: str) -> None:
        for name, value in typed.items():
            field = self.page.locator(f"main [name='{name.replace('__', '-')}']").first
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def _seen(self, name: str) -> None:
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide}"
        if name:
            self.shot(name)


def today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def days_hence(days: int) -> str:
    return (today() + dt.timedelta(days=days)).isoformat()


def number_in(path: str) -> str:
    return re.search(r"(\d+)/$", path)[1]


def a_day(desk: Desk, customer: str) -> tuple[str, str, str]:
    """Sell something on the road; return the paths of the opportunity, the conversation and the complaint."""
    desk.goes("selling/today/", "1-today-empty")
    page = desk.goes("selling/new/")
    desk.fills(title=f"Mugs for {customer}", customer=customer, value_minor="1200", next_step=days_hence(1))
    desk.fills(next_step_text="Quotation")
    deal = desk.sends(name="2-opportunity")
    desk.goes("selling/conversations/plan/")
    desk.fills(customer=customer, purpose="Mugs", day=days_hence(0))
    desk.sends()
    desk.goes("selling/today/", "3-today-planned")
    desk.sends("a[href*='/prepare/']")
    desk.fills(
        goal="A date for the order", agenda="Mugs, price, day", tactic1="Ask first", tactic2="Show one"
    )
    desk.sends(name="4-prepared")
    desk.goes("selling/today/")
    desk.sends("a[href*='planned=']")
    page.check("[name=outcome][value=next_step]")
    page.eval_on_selector_all(
        "form[data-talk] details", "parts => parts.forEach(part => { part.open = true; })"
    )
    desk.fills(steps__new0__what="Send the quotation", steps__new0__by=days_hence(1))
    desk.fills(questions__new0__text="When can it be here?", concessions__new0__text="Two weeks to pay")
    desk.shot("5-log")
    talk = desk.sends(name="6-logged")
    desk.goes("selling/today/", "7-today-after")
    desk.goes("selling/complaints/new/")
    desk.fills(customer=customer, text="The last box came broken.")
    complaint = desk.sends(name="8-complaint")
    desk.goes("selling/today/", "8-today-complaint")
    assert page.locator("a[href*='/selling/complaints/']").count() >= 1
    desk.goes(deal)
    desk.fills(to="won", came_minor="1150", reason="Signed")
    desk.sends("form:has([name=to]) button.button", "9-won")
    desk.goes("selling/week/", "10-note")
    return deal, talk, complaint


def into_the_books(desk: Desk, deal: str) -> None:
    """Send a won opportunity to the books, and have the plan carried out."""
    desk.goes(deal)
    desk.sends("form[action*='/books/'] button.button")
    run = desk.page.url
    desk.sends("form[action$='/apply/'] button")
    for _look in range(150):
        desk.page.goto(run)
        desk.page.wait_for_function(QUIET)
        if desk.page.locator("a[href*='/undo/'], form[action*='/undo/']").count():
            return
        desk.page.wait_for_timeout(200)
    raise AssertionError(f"{run} was not carried out")


def collects(desk: Desk) -> None:
    """Write down a promise to pay what stands first among the money to collect."""
    desk.goes("selling/receivables/", "11-owed")
    desk.sends("main table a[href*='/selling/receivables/']:not([href$='/receivables/'])")
    desk.fills(amount="500", day=days_hence(3), said_by="Mia")
    desk.sends("form[action*='/promise/'] button.button", "12-promised")


def a_week(desk: Desk, talk: str, seller: str) -> None:
    """Look at a week as a sales manager does."""
    page = desk.page
    desk.goes("selling/targets/new/")
    desk.fills(amount="120000", parts__0__person=seller, parts__0__percent="60")
    page.check("[name=rest]")
    target = desk.sends("main form[method=post] button.button")
    desk.sends("form[action*='/agree/'] button.button")
    desk.goes("selling/targets/", "20-targets")
    assert number_in(target)
    desk.goes("selling/overview/", "21-week")
    desk.goes("selling/forecast/", "22-forecast")
    desk.goes(f"selling/week/?person={seller}", "23-note")
    desk.goes(f"selling/coaching/{number_in(talk)}/")
    for answers in page.locator("fieldset.ask .choices").all()[:3]:
        answers.locator("label").first.click()
    desk.sends("form.diagnosis button.button", "24-diagnosis")
    desk.goes("selling/coaching/", "25-coaching")
    desk.goes("selling/complaints/", "26-complaints")
    desk.goes("selling/receivables/", "27-owed")
    desk.goes("selling/dealers/", "28-dealers")
    desk.goes("summaries/")
    year = today().year
    desk.fills(start=f"{year}-01-01", end=f"{year}-12-31")
    desk.sends("main form:has([name=start]) button", "29-summary")
