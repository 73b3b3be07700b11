"""Addresses that are found by their first word are those that were listed."""

from __future__ import annotations

import re

from django.urls import URLPattern, path, resolve

from closebook.web.frame.routes import by_first_word
from closebook.web.urls import company_patterns


def view(_request: object) -> None:
    """Stand for a page."""


def test_every_page_of_a_company_is_found_as_it_was_listed():
    for each in company_patterns:
        route = f"c/<int:company_id>/{each.pattern}"
        found = resolve("/" + re.sub(r"<[^>]+>", "1", route))
        first = next(one for one in company_patterns if _fits(one, str(each.pattern)))
        assert (found.func, found.url_name) == (first.callback, first.name)
        assert found.route == f"c/<int:company_id>/{first.pattern}"


def _fits(one: URLPattern, route: str) -> bool:
    return one.pattern.match(re.sub(r"<[^>]+>", "1", route)) is not None


def test_what_begins_with_a_variable_comes_last_and_order_is_kept():
    listed = [path("<str:name>/", view), path("a/<str:name>/", view), path("b/", view), path("a/c/", view)]
    groups = by_first_word(listed)
    assert [str(each.pattern) for each in groups] == ["a/", "b/", "<str:name>/"]
    assert [str(each.pattern) for each in groups[0].url_patterns] == ["<str:name>/", "c/"]
