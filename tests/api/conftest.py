"""Companies to call for: two bare ones in the test database, and a folder whose shop is synchronised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from closebook.apps.companies.models import Company
from closebook.connectors.etsy.sample import write_sample
from closebook.founding import company_ensure
from closebook.transport import clock
from tests.api.caller import Caller, caller
from tests.apps.sync.harness import SHOP, World, copied, data_folder


@pytest.fixture
def companies(db) -> list[Company]:
    """Return two companies."""
    return [Company.objects.create(name=n, realm_id=n, created_at=clock.now()) for n in ("One", "Two")]


@pytest.fixture
def owner(companies: list[Company]) -> Caller:
    """Return a program of the first company's owner."""
    return caller(companies[0])


@pytest.fixture(scope="session")
def shop_months(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Return the files of an invented shop's two months."""
    facts = write_sample(
        tmp_path_factory.mktemp("api-shop"), rows=60, seed=3, first_month="2026-01", months=2
    )
    return sorted((path for paths in facts.files.values() for path in paths), key=str)


@pytest.fixture(scope="session")
def shop_template(
    shop_months: list[Path],
    bare_template: Path,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Path:
    """A folder with a company whose shop is synchronised up to the last file."""
    folder = copied(bare_template, tmp_path_factory.mktemp("api-template"))
    with data_folder(folder, django_db_blocker) as world:
        world.command("connect", "etsy", SHOP)
        run = world.sync(*shop_months[:-1])
        assert run.state == "done", run.reason
    return folder


@pytest.fixture
def world(shop_template: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[World]:
    """A world of one's own with the synchronised shop."""
    with data_folder(copied(shop_template, tmp_path), django_db_blocker) as found:
        yield found


@pytest.fixture
def till(world: World) -> Caller:
    """Return a program of the shop's owner."""
    return caller(Company.objects.get(name="My company"))


@pytest.fixture
def stranger(world: World) -> Caller:
    """Return a program of the other company's owner."""
    return caller(company_ensure("Other company", "EUR", "stranger")[0])
