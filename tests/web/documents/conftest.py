"""Two companies in a folder that is made once and copied for each test."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from closebook.apps.companies.models import Company
from tests.apps.sync.harness import copied, data_folder
from tests.web.documents.site import Site, found


@pytest.fixture(scope="session")
def two_companies(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Path:
    """A folder with two companies, in copies of the test databases, which may not be made yet."""
    folder = tmp_path_factory.mktemp("books-pages")
    for alias, name in (("default", "closebook"), ("books", "books")):
        made = sqlite3.connect(connections[alias].settings_dict["NAME"])
        with closing(made), closing(sqlite3.connect(folder / f"{name}.sqlite3")) as copy:
            made.backup(copy)
    with data_folder(folder, django_db_blocker):
        for alias in ("default", "books"):
            call_command("migrate", database=alias, verbosity=0)
        found()
    return folder


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
