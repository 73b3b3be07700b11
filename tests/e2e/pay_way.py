"""What is done with the time: answers, rulings, signatures, and the bill."""

from __future__ import annotations

import re

from tests.e2e.assistant_way import Desk, fill, goes, press

NUMBER = re.compile(r"\d[\d,.]*\.\d\d")


def minutes_of(text: str) -> int:
    """Return minutes out of hours as pages write them, such as 1:05."""
    hours, minutes = re.search(r"(\d+):(\d\d)", text).groups()
    return 60 * int(hours) + int(minutes)


def minor_of(text: str) -> int:
    """Return the one amount that a text holds, in cents."""
    (found,) = set(NUMBER.findall(text))
    return int(found.replace(",", "").replace(".", ""))


def day_seen(desk: Desk) -> dict[str, int]:
    """Return what Ann's Tuesday came to, in seconds by class, as she sees it before anybody else."""
    page = desk.ann_goes("timesheets/")
    page.locator("table.list tbody a").first.click()
    page.locator("table.stretches tbody a").first.click()
    assert "The assistant looks at this day first" in goes(desk.owner, page.url).inner_text("main")
    return sums_of(page)


def sums_of(page) -> dict[str, int]:
    """Return the seconds of each class of a day's page, and their sum."""
    found = {}
    for row in page.locator("ul.legend li").all_inner_texts():
        words, hours, minutes, seconds = re.search(r"(.*\S)\s+(\d+):(\d\d):(\d\d)", row).groups()
        found[words.strip()] = 3600 * int(hours) + 60 * int(minutes) + int(seconds)
    return found


def answered_and_ruled(desk: Desk) -> int:
    """Answer both proposals, rule one each way; return the minutes that are deducted."""
    day = desk.ann.url
    cards = desk.ann.locator(".cards .card")
    assert cards.count() == 2, desk.ann.inner_text("main")
    deducted = int(re.search(r"(\d+) minute", cards.first.inner_text())[1])
    press(desk.ann, "Agree")
    press(fill(desk.ann, text="A customer wrote to us there."), "Explain")
    assert not desk.ann.get_by_role("button", name="Explain").count()
    page = goes(desk.owner, day)
    assert sums_of(page) == sums_of(desk.ann)
    press(page, "Deduct it")
    press(fill(page, why="True, the customer's letter is there."), "Pay it")
    return deducted


def signed_and_approved(desk: Desk) -> tuple[int, int]:
    """Sign and approve the week; return the minutes, and the amount of the lines in cents."""
    sheet = re.sub(r"[^/]+/$", "", desk.ann.url)
    page = goes(desk.ann, sheet)
    minutes = minutes_of(page.locator("main button", has_text="Sign").inner_text())
    press(page, "Sign")
    page = goes(desk.owner, sheet)
    assert minutes_of(page.locator("main button", has_text="Approve").inner_text()) == minutes
    press(page, "Approve")
    foot = page.locator("tfoot").last.inner_text()
    assert minutes_of(foot) == minutes
    return minutes, minor_of(foot)


def billed(desk: Desk) -> tuple[int, int]:
    """Return the bill's minutes and cents, as both see it."""
    with desk.owner.expect_navigation():
        desk.owner.locator(".head .actions a").first.click()
    found = _bill(desk.owner)
    assert found == _bill(goes(desk.ann, desk.owner.url))
    return found


def _bill(page) -> tuple[int, int]:
    cells = page.locator("tbody td.number").all_inner_texts()
    return sum(int(cell) for cell in cells if cell), minor_of(page.locator("tfoot").inner_text())
