"""Each page that a link leads to: accessible by axe-core's rules, quiet, and no wider than the window."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve

MOST_PAGES = 80
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
NOT_PAGES = (".csv", ".xlsx", ".pdf", "export=", "download", "/v3/", "/.well-known/", "/openapi.json")


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


@pytest.mark.xdist_group("e2e")
def test_every_page_is_accessible_quiet_and_fits(visit):
    axe, seen, wrong = Axe(), set(), []
    width = visit.page.viewport_size["width"]
    waiting = ["/", "/preferences/", "/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/"]
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        route = route_of(path)
        if route is None or route in seen or any(word in path for word in NOT_PAGES):
            continue
        seen.add(route)
        visit.goto(path)
        found = axe.run(visit.page, options=RULES)
        wrong += [f"{path}: {v['id']} {v['nodes'][0]['html'][:120]}" for v in found.response["violations"]]
        if visit.page.evaluate("document.documentElement.scrollWidth") > width:
            wrong.append(f"{path}: wider than {width}")
        waiting += links(visit.page)
    assert not wrong, "\n".join(wrong)
    assert not visit.complaints
    assert len(seen) >= 8, seen
