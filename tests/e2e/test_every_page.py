"""Each page that a link leads to: accessible by axe-core's rules, quiet, and no wider than the window."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve

MOST_PAGES = 250
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
NOT_PAGES = (
    ".csv",
    ".xlsx",
    ".pdf",
    "export=",
    "/export/",
    "download",
    "/v3/",
    "/.well-known/",
    "/openapi.json",
)


def route_of(path: str) -> str | None:
    """Return the name of the route, so that each kind of page is looked at once; None for what is none."""
    try:
        return str(resolve(urlsplit(path).path).route)
    except Resolver404:
        return None


def links(page) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    parts = [urlsplit(address) for address in found]
    here = urlsplit(page.url).netloc
    return [f"{p.path}?{p.query}" if p.query else p.path for p in parts if p.netloc == here]


WIDTHS = (1280, 360)


def faults(axe: Axe, page, path: str, width: int) -> list[str]:
    """Return what is wrong with the page that is open in a window of a width."""
    page.set_viewport_size({"width": width, "height": 900})
    found = axe.run(page, options=RULES).response["violations"]
    wrong = [f"{path} at {width}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        wrong.append(f"{path}: wider than {width}")
    return wrong


@pytest.mark.xdist_group("e2e")
@pytest.mark.parametrize("visit", WIDTHS[:1], indirect=True)
def test_every_page_is_accessible_quiet_and_fits(visit):
    axe, seen, wrong = Axe(), set(), []
    waiting = ["/", "/preferences/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"]
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        route = route_of(path)
        if route is None or route in seen or any(word in path for word in NOT_PAGES):
            continue
        seen.add(route)
        visit.page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        visit.goto(path)
        # What is loaded is the same at each width: the stylesheet alone makes the difference.
        for width in WIDTHS:
            wrong += faults(axe, visit.page, path, width)
            waiting += links(visit.page)
    assert not wrong, "\n".join(wrong)
    assert not visit.complaints
    assert len(seen) >= 8, seen
