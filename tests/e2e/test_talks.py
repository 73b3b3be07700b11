"""A conversation that is logged without a connection: kept on the device, shown, and sent once."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.test_long_forms import company_of

KEPT = "[data-kept-talks] li"
SAVE = "form[data-talk] .actions button.button"


def logged(visit: Visit) -> list[str]:
    """Return the purposes of the conversations that this window logged."""
    width = visit.page.viewport_size["width"]
    with closing(sqlite3.connect(visit.site.home / "closebook.sqlite3", timeout=20)) as database:
        rows = database.execute("SELECT purpose FROM selling_conversation ORDER BY purpose").fetchall()
    return [purpose.split()[0] for (purpose,) in rows if purpose.endswith(f" {width}")]


def type_in(visit: Visit, purpose: str, outcome: str = "refused") -> None:
    page = visit.page
    page.fill("[name=customer]", "Quill")
    page.check(f"[name=outcome][value={outcome}]")
    page.fill("[name=purpose]", f"{purpose} {page.viewport_size['width']}")
    page.click(SAVE)


@pytest.mark.xdist_group("e2e")
def test_what_is_logged_without_a_connection_is_kept_and_sent_once(visit: Visit):
    page = visit.page
    visit.goto(f"{company_of(visit)}selling/conversations/new/")
    page.context.set_offline(True)
    type_in(visit, "one")
    page.locator(KEPT).nth(0).wait_for()
    type_in(visit, "two", "next_step")
    page.locator(KEPT).nth(1).wait_for()
    assert logged(visit) == []
    page.context.set_offline(False)
    look = page.get_by_role("button", name="Look at it")
    look.wait_for()
    assert logged(visit) == ["one"], "the second one says no next step"
    look.click()
    page.wait_for_function("() => document.querySelector('[name=purpose]')?.value.startsWith('two')")
    page.check("[name=outcome][value=order]")
    page.dblclick(SAVE)
    # Not wait_for_url: the second click takes the first one's navigation away, which it calls an error.
    page.wait_for_function(r"() => /\/conversations\/\d+\/$/.test(location.pathname)")
    assert logged(visit) == ["one", "two"]
    visit.complaints.clear()
