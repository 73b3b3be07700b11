"""The first ten minutes of a new owner, with the files of a real-format shop and the real worker."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Visit
from tests.e2e.first_minutes import first_minutes


@pytest.mark.xdist_group("e2e")
def test_from_a_file_to_the_proof_and_back(visit: Visit):
    visit.goto("/")
    links = visit.page.eval_on_selector_all(
        ".menu a[href^='/c/']", "all => all.map(a => a.getAttribute('href'))"
    )
    names = visit.page.eval_on_selector_all(
        ".menu a[href^='/c/']", "all => all.map(a => a.textContent.trim())"
    )
    company = dict(zip(names, links, strict=True))["My company"]
    files = [path for path in visit.site.files if path.endswith(("_2025_1.csv", "2025-1.csv"))]
    width = visit.page.viewport_size["width"]
    first_minutes(visit.page, visit.site.url, company, f"Shop {width}", files)
    assert not visit.complaints
