"""Data folders to test in: an empty one, and one whose shop was synchronised once and is copied for each
test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from closebook.connectors.etsy.sample import write_sample
from closebook.jobs.engine import database_settings
from tests.apps.sync.harness import SHOP, World, copied, data_folder


@pytest.fixture(scope="session")
def shop_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The files of an invented shop's three months, the statement of each month first."""
    facts = write_sample(tmp_path_factory.mktemp("shop"), rows=320, seed=14, first_month="2026-01", months=3)
    return sorted((path for paths in facts.files.values() for path in paths), key=str)


@pytest.fixture(scope="session")
def bare_template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    """A folder with a company."""
    folder = tmp_path_factory.mktemp("bare")
    with data_folder(folder, django_db_blocker) as world:
        world.command("init")
    database_settings(folder, "")[
        "system_database_engine"
    ].dispose()  # the work engine's tables are slow to make
    return folder


@pytest.fixture(scope="session")
def empty_template(
    bare_template: Path, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Path:
    """The same with a connected shop."""
    folder = copied(bare_template, tmp_path_factory.mktemp("empty"))
    with data_folder(folder, django_db_blocker) as world:
        world.command("connect", "etsy", SHOP)
    return folder


@pytest.fixture(scope="session")
def synced_template(
    empty_template: Path,
    shop_files: list[Path],
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: Any,
) -> Path:
    """The same, with everything posted."""
    folder = copied(empty_template, tmp_path_factory.mktemp("synced"))
    with data_folder(folder, django_db_blocker) as world:
        run = world.sync(*shop_files)
        assert (run.state, world.proofs_hold(run)) == ("done", True), (run.reason, run.proofs)
        (folder / "balance.json").write_text(json.dumps(world.trial_balance()))
    return folder


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
