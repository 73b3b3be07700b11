"""Fixtures of the transactions' tests."""

from __future__ import annotations

import pytest

from tests.apps.qbo.transactions.worlds import World


@pytest.fixture
def world(db: None) -> World:
    """Return a new US company."""
    return World()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test of this folder use both databases."""
    for item in items:
        if "transactions" in item.path.parts:
            item.add_marker(pytest.mark.django_db(databases=["default", "books"]))
