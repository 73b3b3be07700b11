"""Settings of all tests: a data folder of their own, made before Django reads its settings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

os.environ.setdefault("CLOSEBOOK_HOME", tempfile.mkdtemp(prefix="closebook-test-"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "closebook.config.settings")


def pytest_configure() -> None:
    """Hash passwords quickly: the slowness that protects real ones would be most of what is waited for."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings():
    """Keep test databases in files, as in production: several threads and connections use them at once."""
    from django.db import connections

    folder = Path(os.environ["CLOSEBOOK_HOME"])
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    for alias in connections:
        test = connections[alias].settings_dict["TEST"]
        test["NAME"] = str(folder / f"test-{alias}-{worker}.sqlite3")
        test["MIGRATE"] = False  # the tables are made from the models, as `closebook init` makes them


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Add to the tables what models do not say, in those databases that the tests at hand ask for."""
    from django.db import connections

    from closebook.cli.fresh_tables import special_parts_make
    from closebook.cli.setup import labels_of

    with django_db_blocker.unblock():
        for alias in connections:
            facts = connections[alias].settings_dict
            if facts["NAME"] == facts["TEST"]["NAME"]:
                special_parts_make(alias, labels_of(alias))


# Imported once, for all tests, so that no folder and no server is made twice.
from tests.conftest_postgres import postgres_server  # noqa: E402, F401
from tests.worlds import (  # noqa: E402, F401
    balance,
    bare,
    bare_template,
    empty_template,
    fresh,
    shop_files,
    synced,
    synced_template,
    tables,
    templates,
)
