"""Data folders to test in: empty ones, and one whose shop was synchronised once and is copied for each test.

Each is made once in a run of the tests, by whichever process of it comes first.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from closebook.cli.setup import migrate
from closebook.connectors.etsy.sample import write_sample
from closebook.jobs.engine import database_settings
from tests.apps.sync.harness import SHOP, World, copied, data_folder


class Templates:
    """Folders that all processes of a test run share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def made_once(self, name: str, make: Callable[[Path], None]) -> Path:
        """Return the folder of a name; the process that comes first makes it, the others wait for it."""
        folder, done = self._folder / name, self._folder / f"{name}.done"
        with (self._folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                folder.mkdir()
                make(folder)
                done.touch()
        return folder


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    base = tmp_path_factory.getbasetemp()
    return Templates(base.parent if "PYTEST_XDIST_WORKER" in os.environ else base)


@pytest.fixture(scope="session")
def shop_files(templates: Templates) -> list[Path]:
    """The files of an invented shop's three months, the statement of each month first."""

    def make(folder: Path) -> None:
        write_sample(folder, rows=320, seed=14, first_month="2026-01", months=3)

    return sorted(templates.made_once("shop", make).rglob("*.csv"), key=str)


@pytest.fixture(scope="session")
def tables(templates: Templates, django_db_blocker: Any) -> Path:
    """A folder with empty tables."""

    def make(folder: Path) -> None:
        with data_folder(folder, django_db_blocker):
            migrate()

    return templates.made_once("tables", make)


@pytest.fixture(scope="session")
def bare_template(tables: Path, templates: Templates, django_db_blocker: Any) -> Path:
    """A folder with a company."""

    def make(folder: Path) -> None:
        with data_folder(copied(tables, folder), django_db_blocker) as world:
            world.command("init")
        # The work engine's tables are slow to make, so they are in the template, its connections are not.
        database_settings(folder, "")["system_database_engine"].dispose()

    return templates.made_once("bare", make)


@pytest.fixture(scope="session")
def empty_template(bare_template: Path, templates: Templates, django_db_blocker: Any) -> Path:
    """The same with a connected shop."""

    def make(folder: Path) -> None:
        with data_folder(copied(bare_template, folder), django_db_blocker) as world:
            world.command("connect", "etsy", SHOP)

    return templates.made_once("empty", make)


@pytest.fixture(scope="session")
def synced_template(
    empty_template: Path, shop_files: list[Path], templates: Templates, django_db_blocker: Any
) -> Path:
    """The same, with everything posted."""

    def make(folder: Path) -> None:
        with data_folder(copied(empty_template, folder), django_db_blocker) as world:
            run = world.sync(*shop_files)
            assert (run.state, world.proofs_hold(run)) == ("done", True), (run.reason, run.proofs)
            (folder / "balance.json").write_text(json.dumps(world.trial_balance()))

    return templates.made_once("synced", make)


@pytest.fixture(scope="session")
def balance(synced_template: Path) -> dict[str, int]:
    """The trial balance of the folder in which everything is posted."""
    found: dict[str, int] = json.loads((synced_template / "balance.json").read_text())
    return found


@pytest.fixture
def bare(bare_template: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[World]:
    """A world with a company and no connection."""
    with data_folder(copied(bare_template, tmp_path), django_db_blocker) as world:
        yield world


@pytest.fixture
def fresh(empty_template: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[World]:
    """A world with a connected shop and nothing posted."""
    with data_folder(copied(empty_template, tmp_path), django_db_blocker) as world:
        yield world


@pytest.fixture
def synced(synced_template: Path, tmp_path: Path, django_db_blocker: Any) -> Iterator[World]:
    """A world in which everything of the shop's files is posted."""
    with data_folder(copied(synced_template, tmp_path), django_db_blocker) as world:
        yield world
