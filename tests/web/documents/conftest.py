"""Two companies in a folder that is made once and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from closebook.apps.companies.models import Company
from tests.apps.sync.harness import copied, data_folder
from tests.web.documents.site import Site, found
from tests.worlds import Templates


@pytest.fixture(scope="session")
def two_companies(tables: Path, templates: Templates, django_db_blocker: Any) -> Path:
    """A folder with two companies."""

    def make(folder: Path) -> None:
        with data_folder(copied(tables, folder), django_db_blocker):
            found()

    return templates.made_once("two-companies", make)


@pytest.fixture
def both(two_companies: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[tuple[Site, Site]]:
    """The sites of both companies, each with its owner signed in."""
    with data_folder(copied(two_companies, tmp_path), django_db_blocker):
        sites = Site(Company.objects.get(name="Mugs"), "ada"), Site(Company.objects.get(name="Rivals"), "eve")
        for site in sites:
            site.sign_in()
        yield sites


@pytest.fixture
def site(both: tuple[Site, Site]) -> Site:
    """The first company's site."""
    return both[0]
