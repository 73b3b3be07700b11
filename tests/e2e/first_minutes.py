"""A new owner's first ten minutes, in any language: from the first-run page to an undone run."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

Shot = Callable[[str], None]


def nothing(_name: str) -> None:
    """Take no picture."""


def submit(page: Page, within: str = "main") -> None:
    """Press the one button that goes on."""
    page.locator(f"{within} button.button").first.click()
    page.wait_for_load_state("networkidle")


def first_minutes(
    page: Page, url: str, company: str, shop: str, files: list[str], shot: Shot = nothing
) -> None:
    """Connect a shop in a company, drop its files, plan, apply, look at proof and statement, undo.

    Raises AssertionError when a step does not lead on.
    """
    page.goto(f"{url}{company}connections/new/")
    shot("1-source")
    submit(page)
    page.fill("[name=name]", shop)
    shot("2-shop")
    submit(page)
    submit(page)
    page.set_input_files("#files", files)
    shot("3-files")
    submit(page)
    assert "/first/" in page.url, page.url
    shot("4-understood")
    submit(page)
    assert "/runs/" in page.url, page.url
    run = page.url
    shot("5-plan")
    page.locator("main form[action*='/apply/'] button").first.click()
    page.wait_for_selector(".proofs", timeout=60_000)
    page.wait_for_load_state("networkidle")
    assert page.locator(".proofs .tag.good").count() >= 2
    assert not page.locator(".proofs .tag.bad").count()
    shot("6-proof")
    page.goto(f"{url}{company}statements/profit-and-loss/")
    page.wait_for_load_state("networkidle")
    shot("7-statement")
    page.goto(f"{run.rstrip('/')}/undo/")
    page.wait_for_load_state("networkidle")
    shot("8-undo")
    submit(page)
    page.wait_for_selector(".proofs", timeout=60_000)
    assert not page.locator(".proofs .tag.bad").count()
    shot("9-undone")
